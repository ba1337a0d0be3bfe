import type { ScalingRule } from "@hivesync/contracts/operator";
import { scalingRules } from "@hivesync/db/schema/scaling-rules";
import { everyone } from "@hivesync/platform/events/topics";
import type { RunningWorker } from "@hivesync/platform/queue/run-worker";
import { inArray } from "drizzle-orm";
import type { WorkerDeps } from "#deps.ts";

/** What of its queue's rule a worker goes by. */
type FollowedRule = Pick<ScalingRule, "concurrency" | "paused">;

/** A worker on one queue, which works as the queue's rule says; as it was set up where there is none. */
export interface ScaledWorker extends RunningWorker {
  follow: (rule: FollowedRule | undefined) => Promise<void>;
}

type Deps = Pick<WorkerDeps, "db" | "events" | "log">;

// A rule is followed within five seconds, also where nobody could be told of it.
const pollMs = 2_000;

/** Does the work now, every two seconds, and when asked to, never twice at once: asked in the middle of it, it does it once more. */
function repeat(work: () => Promise<void>): { now: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let state: "idle" | "working" | "asked again" | "stopped" = "idle";
  const now = (): void => {
    if (state === "stopped") return;
    clearTimeout(timer);
    if (state !== "idle") {
      state = "asked again";
      return;
    }
    state = "working";
    void work().finally(() => {
      if (state === "stopped") return;
      const isDueAgain = state === "asked again";
      state = "idle";
      if (isDueAgain) now();
      else timer = setTimeout(now, pollMs);
    });
  };
  const stop = (): void => {
    state = "stopped";
    clearTimeout(timer);
  };
  now();
  return { now, stop };
}

/** Reads the rules and has each worker follow its own. What is not the same as the last time is logged. */
function createFollower({ db, log }: Deps, workers: readonly ScaledWorker[], ending: AbortSignal) {
  const queues = workers.map((worker) => worker.queue);
  const followed = new Map<string, string>();
  return async (): Promise<void> => {
    const { queue, concurrency, paused } = scalingRules;
    const rules = await db.select({ queue, concurrency, paused }).from(scalingRules).where(inArray(queue, queues));
    for (const worker of workers) {
      const rule = rules.find((found) => found.queue === worker.queue);
      if (ending.aborted) return;
      // Also when it is no other: a worker that stands still for whatever reason goes on then.
      await worker.follow(rule);
      const text = JSON.stringify(rule ?? null);
      if (followed.get(worker.queue) === text) continue;
      followed.set(worker.queue, text);
      log.info("scaling_followed", { queue: worker.queue, ...worker.pace(), has_rule: rule !== undefined });
    }
  };
}

/**
 * Has workers follow the scaling rules: at once when told of a change, and by looking every two seconds. While the database is away what was
 * read last holds. Nothing is taken from a queue before its rule was looked for the first time: it may be paused.
 */
export function followScaling(deps: Deps, workers: readonly ScaledWorker[]): { stop: () => void } {
  const { events, log } = deps;
  const ending = new AbortController();
  const follow = createFollower(deps, workers, ending.signal);
  let isUnreadable = false;
  const looking = repeat(async () => {
    try {
      await follow();
      if (isUnreadable) log.info("scaling_readable");
      isUnreadable = false;
    } catch (error) {
      if (!isUnreadable && !ending.signal.aborted) log.warn("scaling_unreadable", { error });
      isUnreadable = true;
    }
  });
  const subscription = events.subscribe({ name: "scaling", key: everyone }, looking.now);
  const stopHearingGaps = events.onGap(looking.now);
  return {
    stop: () => {
      ending.abort();
      looking.stop();
      subscription.unsubscribe();
      stopHearingGaps();
    },
  };
}
