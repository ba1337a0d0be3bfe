import { setTimeout as sleep } from "node:timers/promises";
import type { WorkerGpu } from "@hivesync/contracts/operator";
import { describeGpus, probeGpus, type GpuFacts } from "./probe.ts";

const everyMs = 5_000;

/** The newest facts about this worker's GPUs, for its heartbeats. */
export interface GpuWatch {
  latest: () => WorkerGpu;
  stop: () => Promise<void>;
}

/** Asks the driver again every few seconds. While it does not answer, the last facts stand. */
export function watchGpus(first: readonly GpuFacts[]): GpuWatch {
  const stopping = new AbortController();
  let latest = describeGpus(first);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      const found = stopping.signal.aborted ? [] : await probeGpus();
      if (found.length > 0) latest = describeGpus(found);
    }
  };
  const ended = first.length === 0 ? Promise.resolve() : run();
  return {
    latest: () => latest,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
