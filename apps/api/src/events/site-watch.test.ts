import type { AdminEvent, QueueState } from "@hivesync/contracts/operator";
import { exampleQueue } from "@hivesync/contracts/examples/admin";
import type { DeepHealth } from "@hivesync/contracts/resources/health";
import { createLogger } from "@hivesync/platform/logger";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSiteWatch } from "./site-watch.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** A watch of parts that a test changes, and how often each was read. */
function watchChanging() {
  const parts: { queues: QueueState[] | Error; health: DeepHealth } = {
    queues: [exampleQueue],
    health: { status: "up", database: "up", redis: "up", storage: "up", workers: { cpu: 1, gpu: 0 } },
  };
  const reads = { queues: 0, health: 0, workers: 0 };
  const watch = createSiteWatch({
    queues: {
      read: async () => {
        reads.queues += 1;
        if (parts.queues instanceof Error) throw parts.queues;
        return parts.queues;
      },
      rules: async () => [],
    },
    health: {
      read: async () => {
        reads.health += 1;
        return parts.health;
      },
      readWorkers: async () => {
        reads.workers += 1;
        return [];
      },
      liveWorkers: async () => parts.health.workers,
    },
    log: createLogger({ level: "error", service: "test" }),
  });
  return { parts, reads, watch };
}

const typesOf = (events: readonly AdminEvent[]): string[] => events.map(({ type }) => type);

test("while nobody listens nothing is asked, nor after the last has gone", async () => {
  const { reads, watch } = watchChanging();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toEqual({ queues: 0, health: 0, workers: 0 });
  const [leaveFirst, leaveSecond] = [watch.follow(() => undefined), watch.follow(() => undefined)];
  await vi.advanceTimersByTimeAsync(3_000);
  leaveFirst();
  leaveFirst();
  await vi.advanceTimersByTimeAsync(2_000);
  leaveSecond();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reads).toEqual({ queues: 5, health: 5, workers: 5 });
});

test("however many listen, each part is asked once a second, and all are told of a change once", async () => {
  const { parts, reads, watch } = watchChanging();
  const heard: AdminEvent[][] = [[], [], []];
  for (const events of heard) watch.follow((event) => events.push(event));
  await vi.advanceTimersByTimeAsync(3_000);
  expect(reads.queues).toBe(3);
  for (const events of heard) expect(typesOf(events).toSorted()).toEqual(["health", "queues", "workers"]);
  parts.queues = [{ ...exampleQueue, waiting: 9 }];
  await vi.advanceTimersByTimeAsync(3_000);
  for (const events of heard) {
    expect(events).toHaveLength(4);
    expect(events[3]).toEqual({ type: "queues", queues: parts.queues });
  }
  watch.stop();
});

test("a part that cannot be read is left out, and told of again when it can", async () => {
  const { parts, watch } = watchChanging();
  parts.queues = new Error("Redis is away");
  const events: AdminEvent[] = [];
  watch.follow((event) => events.push(event));
  expect(typesOf(await watch.readNow())).toEqual(["workers", "health"]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(typesOf(events)).not.toContain("queues");
  parts.queues = [exampleQueue];
  await vi.advanceTimersByTimeAsync(1_000);
  expect(typesOf(events)).toContain("queues");
  watch.stop();
});
