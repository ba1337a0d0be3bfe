import { hostname } from "node:os";
import { startHeartbeatLoop } from "@hivesync/platform/heartbeat-loop";
import { closeOnSignal } from "@hivesync/platform/shutdown";
import packageJson from "../package.json" with { type: "json" };
import { createDeps } from "#deps.ts";
import { readWorkerEnvironment } from "#env.ts";
import { startJobs } from "#jobs.ts";
import { keepSchedules } from "#maintenance/keep-schedules.ts";

/** How long running jobs may go on after a signal; the rest of the time is for handing back those that do not end. */
const graceMs = 8_000;

const env = readWorkerEnvironment();
const deps = await createDeps(env);
const { log } = deps;
const workers = startJobs(deps, env.HIVESYNC_WORKER_CONCURRENCY);
const schedules = keepSchedules(deps);
const heartbeat = startHeartbeatLoop({
  ...deps,
  describe: () => ({
    kind: "cpu",
    host: hostname(),
    pid: process.pid,
    queues: workers.map((worker) => worker.queue),
    concurrency: env.HIVESYNC_WORKER_CONCURRENCY,
    active: workers.reduce((sum, worker) => sum + worker.activeCount(), 0),
    version: packageJson.version,
  }),
});
log.info("worker_started", { concurrency: env.HIVESYNC_WORKER_CONCURRENCY });

closeOnSignal(log, async () => {
  await Promise.all([schedules.stop(), ...workers.map((worker) => worker.close(graceMs))]);
  await heartbeat.stop();
  await deps.close();
});
