import { startJobs } from "@hivesync/worker/job-table";
import { runUntilSignal } from "@hivesync/worker/run-until-signal";
import packageJson from "../package.json" with { type: "json" };
import { createDeps } from "#deps.ts";
import { readWorkerGpuEnvironment } from "#env.ts";
import { jobsOf } from "#jobs.ts";

/** Takes jobs until a signal comes. */
export async function start(): Promise<void> {
  const env = readWorkerGpuEnvironment();
  const deps = await createDeps(env);
  const { gpuWatch, sandbox, walls, log } = deps;
  const concurrency = env.HIVESYNC_WORKER_CONCURRENCY;
  const workers = startJobs(deps, jobsOf({ previews: concurrency, aiJobs: deps.aiConcurrency }));
  const gpu = gpuWatch.latest();
  if (gpu.mode === "software") log.warn("no_gpu", { mode: "software" });

  runUntilSignal(deps, workers, {
    describe: () => ({ kind: "gpu", version: packageJson.version, gpu: gpuWatch.latest(), sandbox }),
  });
  // Last: whoever hears of it may end this process in order.
  log.info("worker_started", { concurrency, gpu, sandbox, walls, ai_engine: env.HIVESYNC_AI_ENGINE });
}
