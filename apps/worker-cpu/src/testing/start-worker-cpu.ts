import { startJobs } from "@hivesync/worker/job-table";
import type { WorkerBench } from "@hivesync/worker/testing/worker-bench";
import { createDeps, type Deps } from "#deps.ts";
import { readWorkerCpuEnvironment } from "#env.ts";
import { jobsOf } from "#jobs.ts";

/** This app's worker in the process of a test. */
export interface RunningWorkerCpu extends AsyncDisposable {
  deps: Deps;
  dataDirectory: string;
}

/** Where it keeps what, and how its environment differs from the bench's. */
export interface WorkerCpuSettings {
  dataDirectory?: string;
  env?: Readonly<Record<string, string>>;
}

/** Runs this app's worker in the process of a test. */
export async function startWorkerCpu(bench: WorkerBench, settings: WorkerCpuSettings = {}): Promise<RunningWorkerCpu> {
  const dataDirectory = settings.dataDirectory ?? (await bench.dataDirectory());
  const env = readWorkerCpuEnvironment({ ...bench.environment(dataDirectory), ...settings.env });
  const deps = await createDeps(env);
  const workers = startJobs(deps, jobsOf(env));
  return {
    deps,
    dataDirectory,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.close(0)));
      await deps.close();
    },
  };
}
