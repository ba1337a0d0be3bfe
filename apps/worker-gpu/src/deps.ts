import { createWorkerDeps, type WorkerDeps } from "@hivesync/worker/deps";
import { openSnapshots, type SnapshotService } from "@hivesync/worker/snapshots/open-snapshots";
import type { WorkerGpuEnvironment } from "#env.ts";
import { probeGpus } from "#gpu/probe.ts";
import { watchGpus, type GpuWatch } from "#gpu/watch-gpus.ts";

/** Everything with state, made once and passed in. */
export interface Deps extends WorkerDeps {
  gpuWatch: GpuWatch;
  /** AI jobs at once: one for each GPU. */
  aiConcurrency: number;
  sandbox: SnapshotService["sandbox"];
}

/**
 * Makes everything that this worker works with, and is done when it can build.
 *
 * @throws Error when there is no GPU and the settings do not say `software`.
 */
export async function createDeps(env: WorkerGpuEnvironment): Promise<Deps> {
  const gpus = await probeGpus();
  if (gpus.length === 0 && env.HIVESYNC_GPU === "required") {
    throw new Error("nvidia-smi names no GPU. To run on the processor instead, set HIVESYNC_GPU=software.");
  }
  const shared = await createWorkerDeps(env, { kind: "gpu", gpus: gpus.map(({ uuid }) => uuid) });
  const { log } = shared;
  const { sandbox, taker } = await openSnapshots({ mode: env.HIVESYNC_SNAPSHOTS, log });
  const gpuWatch = watchGpus(gpus);
  return {
    ...shared,
    snapshots: taker,
    gpuWatch,
    sandbox,
    aiConcurrency: gpus.length === 0 ? env.HIVESYNC_AI_CONCURRENCY : gpus.length,
    close: async () => {
      await gpuWatch.stop();
      await shared.close();
    },
  };
}
