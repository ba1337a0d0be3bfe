import { startJobs } from "@hivesync/worker/job-table";
import type { WorkerBench } from "@hivesync/worker/testing/worker-bench";
import { createDeps, type Deps } from "#deps.ts";
import { readWorkerCpuEnvironment } from "#env.ts";
import { jobsOf } from "#jobs.ts";

/** Runs this app's worker in the process of a test. */
export async function startWorkerCpu(bench: WorkerBench): Promise<AsyncDisposable & { deps: Deps }> {
  const env = readWorkerCpuEnvironment(bench.environment(await bench.dataDirectory()));
  const deps = await createDeps(env);
  const workers = startJobs(deps, jobsOf(env));
  return {
    deps,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.close(0)));
      await deps.close();
    },
  };
}
