import type { QueueName } from "./jobs/job-state.ts";
import type { ScalingRule } from "./operator.ts";

const cpu = { min_workers: 1, max_workers: 4, gpu_fallback: "cpu", paused: false } as const;
// A GPU is a luxury: nothing waits for one that is not there.
const gpu = { ...cpu, min_workers: 0 } as const;

/**
 * The rule of each queue that nobody has set one for. Its `concurrency` is also what a worker does without any word from its environment; where
 * the environment says otherwise that holds, until there is a rule.
 */
export const defaultScaling: { readonly [Name in QueueName]: ScalingRule & { queue: Name } } = {
  "preview-cpu": { queue: "preview-cpu", ...cpu, concurrency: 2, target_wait_seconds: 5 },
  "preview-gpu": { queue: "preview-gpu", ...gpu, concurrency: 2, target_wait_seconds: 5 },
  "ai-cpu": { queue: "ai-cpu", ...cpu, concurrency: 1, target_wait_seconds: 30 },
  "ai-gpu": { queue: "ai-gpu", ...gpu, concurrency: 1, target_wait_seconds: 30 },
  "repo-sync": { queue: "repo-sync", ...cpu, concurrency: 2, target_wait_seconds: 60 },
  maintenance: { queue: "maintenance", ...cpu, max_workers: 1, concurrency: 1, target_wait_seconds: 300 },
};

/** What a queue's rule looks at. */
export interface QueueLoad {
  /** Jobs that any worker may take now. Those that wait for their user's turn begin no sooner with more workers. */
  waiting: number;
  /** Jobs under way. */
  active: number;
  /** How long a job runs, the median of late, in seconds; undefined when none has ended of late. */
  runSeconds?: number | undefined;
}

// Where nothing was measured yet: a job of a few seconds is what most are.
const assumedRunSeconds = 3;
// What was answered from an earlier build took no time.
const shortestRunSeconds = 0.01;

/**
 * How many workers a queue should have: enough that what waits now has begun within the rule's target, each working on `concurrency` jobs at once,
 * between the rule's bounds. Never fewer than what is under way needs, so that nobody takes a worker away from its jobs. In a paused queue nothing
 * begins, so what waits asks for nobody.
 */
export function desiredWorkers(
  rule: Pick<ScalingRule, "min_workers" | "max_workers" | "concurrency" | "target_wait_seconds" | "paused">,
  { waiting, active, runSeconds = assumedRunSeconds }: QueueLoad,
): number {
  // So many jobs one place ends within the target. It begins one more than that; a place that is taken now begins just as many.
  const ended = Math.floor(rule.target_wait_seconds / Math.max(runSeconds, shortestRunSeconds));
  const places = rule.paused ? active : Math.max(active, (active + waiting) / (ended + 1));
  // A place more or less is no reason for a worker: what rounding made of a whole number is that number.
  const wanted = Math.ceil(Number((places / rule.concurrency).toFixed(6)));
  return Math.min(Math.max(wanted, rule.min_workers), rule.max_workers);
}
