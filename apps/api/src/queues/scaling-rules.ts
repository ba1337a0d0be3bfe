import { queueNames } from "@hivesync/contracts/jobs/job-state";
import type { KeptScalingRule } from "@hivesync/contracts/operator";
import { defaultScaling } from "@hivesync/contracts/scaling";
import type { Queryable } from "@hivesync/db/client";
import { scalingRules } from "@hivesync/db/schema/scaling-rules";

/** The columns of a scaling rule as the site's admins see it. */
export const ruleColumns = {
  queue: scalingRules.queue,
  min_workers: scalingRules.min_workers,
  max_workers: scalingRules.max_workers,
  concurrency: scalingRules.concurrency,
  target_wait_seconds: scalingRules.target_wait_seconds,
  gpu_fallback: scalingRules.gpu_fallback,
  paused: scalingRules.paused,
  updated_at: scalingRules.updated_at,
};

/** The rule in force for every queue, in the order of the queues' table. */
export async function readScalingRules(db: Queryable): Promise<KeptScalingRule[]> {
  const kept = new Map((await db.select(ruleColumns).from(scalingRules)).map((rule) => [rule.queue, rule]));
  return queueNames.map((queue) => kept.get(queue) ?? { ...defaultScaling[queue], updated_at: null });
}
