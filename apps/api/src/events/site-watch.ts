import type { AdminEvent } from "@hivesync/contracts/operator";
import type { Logger } from "@hivesync/platform/logger";
import type { HealthProbe } from "#health-probe.ts";
import { readLiveWorkers } from "#live-workers.ts";
import type { QueueReader } from "#queues/queue-reader.ts";
import { createSweeps } from "#sweeps.ts";
import { toAppError } from "#to-app-error.ts";

const pollMs = 1_000;

type Listener = (event: AdminEvent) => void;

/** Watches queues, workers and health for all streams of a process, and only while somebody listens. */
export interface SiteWatch {
  /** How everything stands now. A part that nobody can tell of, as while Redis is away, is left out. */
  readNow: () => Promise<AdminEvent[]>;
  /** Tells of each part when it has changed, at most once a second. Answers how to stop listening. */
  follow: (listener: Listener) => () => void;
  listeners: () => number;
  stop: () => void;
}

/** One of the parts that are watched. */
type ReadPart = () => Promise<AdminEvent>;

/** Reads a part once a second and tells of it when it is another. Answers how to stop. */
function watchPart(read: ReadPart, tell: Listener, onError: (error: unknown) => void): () => void {
  let isStopped = false;
  let told = "";
  const look = async (): Promise<void> => {
    const event = await read();
    const text = JSON.stringify(event);
    if (isStopped || text === told) return;
    told = text;
    tell(event);
  };
  const sweeps = createSweeps(() => look().catch(onError), { firstMs: pollMs, everyMs: pollMs });
  sweeps.start();
  return () => {
    isStopped = true;
    void sweeps.stop();
  };
}

export function createSiteWatch(parts: { queues: QueueReader; health: HealthProbe; log: Logger }): SiteWatch {
  const { queues, health, log } = parts;
  const reads: ReadPart[] = [
    async () => ({ type: "queues", queues: await queues.read() }),
    async () => ({ type: "workers", workers: await readLiveWorkers(health) }),
    async () => ({ type: "health", health: await health.read() }),
  ];
  const listeners = new Set<Listener>();
  let stops: (() => void)[] = [];
  const tell: Listener = (event) => {
    for (const listener of listeners) listener(event);
  };
  // What is away shows in the health, and comes again by itself.
  const onError = (error: unknown): void => log.debug("site_unread", { error: toAppError(error) });
  const stop = (): void => {
    for (const stopPart of stops) stopPart();
    stops = [];
  };
  return {
    readNow: async () => {
      const found = await Promise.allSettled(reads.map((read) => read()));
      return found.flatMap((part) => (part.status === "fulfilled" ? [part.value] : []));
    },
    follow: (listener) => {
      listeners.add(listener);
      if (listeners.size === 1) stops = reads.map((read) => watchPart(read, tell, onError));
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) stop();
      };
    },
    listeners: () => listeners.size,
    stop,
  };
}
