import type { ScalingRule } from "./operator.ts";

/** What a queue's rule looks at. */
export interface QueueLoad {
  /** Jobs that wait, dispatched or not, and those under way. */
  waiting: number;
  active: number;
  /** How long a job runs, the median of late, in seconds; undefined when none has ended of late. */
  runSeconds?: number | undefined;
}

// Where nothing was measured yet: a job of a few seconds is what most are.
const assumedRunSeconds = 3;

/**
 * How many workers a queue should have: enough that what waits now has begun within the rule's target, each working on `concurrency` jobs at once,
 * between the rule's bounds. A paused queue needs no more than its minimum.
 */
export function desiredWorkers(
  rule: Pick<ScalingRule, "min_workers" | "max_workers" | "concurrency" | "target_wait_seconds" | "paused">,
  { waiting, active, runSeconds = assumedRunSeconds }: QueueLoad,
): number {
  if (rule.paused) return rule.min_workers;
  // In the target time one place works off so many jobs, and one more is begun at its end.
  const begunByPlace = Math.max(1, rule.target_wait_seconds / Math.max(runSeconds, 0.01));
  const places = active + waiting / begunByPlace;
  const wanted = Math.ceil(Math.round((places / rule.concurrency) * 1e6) / 1e6);
  return Math.min(Math.max(wanted, rule.min_workers), rule.max_workers);
}
