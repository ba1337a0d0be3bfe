import { hostname } from "node:os";
import path from "node:path";
import { startHeartbeatLoop } from "@hivesync/platform/heartbeat-loop";
import { closeOnSignal } from "@hivesync/platform/shutdown";
import type { RunningWorker } from "@hivesync/platform/queue/run-worker";
import type { Heartbeat } from "@hivesync/platform/worker-heartbeat";
import type { WorkerDeps } from "#deps.ts";
import { keepSignOfLife } from "#sign-of-life.ts";

/** How long running jobs may go on after a signal; the rest of the time is for handing back those that do not end. */
const graceMs = 8_000;

/** Gives signs of life until SIGTERM or SIGINT, and then ends in order: jobs, the list of workers, connections. */
export function runUntilSignal(
  deps: WorkerDeps,
  workers: readonly RunningWorker[],
  options: {
    /** What this worker says of itself, read anew for each heartbeat. */
    describe: () => Pick<Heartbeat, "kind" | "version" | "gpu" | "sandbox">;
    /** Ends what this worker runs besides jobs. */
    stop?: () => Promise<void>;
  },
): void {
  const signOfLife = keepSignOfLife(path.dirname(deps.jobsDirectory));
  const heartbeat = startHeartbeatLoop({
    ...deps,
    describe: () => ({
      ...options.describe(),
      host: hostname(),
      pid: process.pid,
      walls: deps.walls,
      queues: workers.map((worker) => worker.queue),
      concurrency: workers.reduce((sum, worker) => sum + worker.pace().concurrency, 0),
      active: workers.reduce((sum, worker) => sum + worker.activeCount(), 0),
    }),
  });
  closeOnSignal({
    log: deps.log,
    close: async () => {
      await Promise.all([options.stop?.(), ...workers.map((worker) => worker.close(graceMs))]);
      await Promise.all([heartbeat.stop(), signOfLife.stop()]);
      await deps.close();
    },
  });
}
