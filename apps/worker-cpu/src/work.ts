import { startJobs } from "@hivesync/worker/job-table";
import { runUntilSignal } from "@hivesync/worker/run-until-signal";
import packageJson from "../package.json" with { type: "json" };
import { createDeps } from "#deps.ts";
import { readWorkerCpuEnvironment } from "#env.ts";
import { jobsOf } from "#jobs.ts";
import { keepSchedules } from "#maintenance/keep-schedules.ts";

/** Takes jobs until a signal comes. */
export async function start(): Promise<void> {
  const env = readWorkerCpuEnvironment();
  const deps = await createDeps(env);
  const workers = startJobs(deps, jobsOf(env));
  const schedules = keepSchedules(deps);
  const concurrency = env.HIVESYNC_WORKER_CONCURRENCY;

  runUntilSignal(deps, workers, {
    describe: () => ({ kind: "cpu", version: packageJson.version }),
    stop: schedules.stop,
  });
  // Last: whoever hears of it may end this process in order.
  deps.log.info("worker_started", { concurrency, walls: deps.walls, ai_engine: env.HIVESYNC_AI_ENGINE });
}
