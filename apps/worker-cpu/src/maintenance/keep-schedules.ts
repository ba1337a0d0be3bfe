import { setTimeout as sleep } from "node:timers/promises";
import { maintenance, maintenanceTasks } from "@hivesync/contracts/jobs/maintenance";
import type { Deps } from "#deps.ts";

const checkMs = 30_000;
const retryMs = 2_000;
const { attempts, firstDelayMs } = maintenance.retry;

async function ensureSchedules({ enqueuer }: Pick<Deps, "enqueuer">, known: Set<string>): Promise<void> {
  const queue = enqueuer.queue("maintenance");
  for (const [task, { everyMs }] of Object.entries(maintenanceTasks)) {
    // Written once by each process, for the interval may have changed; after that only where it is gone.
    if (known.has(task) && (await queue.getJobScheduler(task)) !== undefined) continue;
    await queue.upsertJobScheduler(
      task,
      { every: everyMs },
      {
        name: maintenance.name,
        data: maintenance.payload.parse({ task }),
        opts: {
          attempts,
          backoff: { type: "exponential", delay: firstDelayMs, jitter: 0.5 },
          removeOnComplete: { count: 10 },
          removeOnFail: { count: 10 },
        },
      },
    );
    known.add(task);
  }
}

/**
 * Keeps one schedule for each maintenance task, however many workers there are: a schedule is known by its task. It is
 * made again when Redis has lost it.
 */
export function keepSchedules(deps: Pick<Deps, "enqueuer" | "log">): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const known = new Set<string>();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const kept = await ensureSchedules(deps, known).then(
        () => true,
        (error: unknown) => {
          deps.log.warn("schedules_not_kept", { error });
          return false;
        },
      );
      await sleep(kept ? checkMs : retryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const ended = run();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}
