import { api } from "@hivesync/contracts/api";
import { scalingRule, type KeptScalingRule, type ScalingRule } from "@hivesync/contracts/operator";
import { defaultScaling } from "@hivesync/contracts/scaling";
import { scalingRules } from "@hivesync/db/schema/scaling-rules";
import { everyone } from "@hivesync/platform/events/topics";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";
import { ruleColumns } from "#queues/scaling-rules.ts";
import type { Transaction } from "#transaction.ts";

/** The rule in force, locked, which makes it the row that it was only by default. */
async function lockRule(
  transaction: Transaction,
  queue: ScalingRule["queue"],
): Promise<{ rule: KeptScalingRule; isNew: boolean }> {
  // Of two who set the first rule at once the second waits here.
  const made = await transaction
    .insert(scalingRules)
    .values(defaultScaling[queue])
    .onConflictDoNothing()
    .returning(ruleColumns);
  const [rule] = await transaction
    .select(ruleColumns)
    .from(scalingRules)
    .where(eq(scalingRules.queue, queue))
    .for("update");
  if (!rule) throw new Error(`no rule of ${queue}, which was just there`);
  return { rule, isNew: made.length > 0 };
}

/** The rule itself, as it was set. */
function withoutTime(rule: KeptScalingRule): ScalingRule {
  return scalingRule.strip().parse(rule);
}

export const updateScaling = operation(api.admin.updateScaling, async ({ actor, input, transact }) =>
  transact(async (transaction) => {
    const { rule: before, isNew } = await lockRule(transaction, input.queue);
    const isSame = Object.entries(input).every(([name, value]) => before[name as keyof ScalingRule] === value);
    if (isSame && !isNew) return before;
    const [after = before] = await transaction
      .update(scalingRules)
      .set(input)
      .where(eq(scalingRules.queue, input.queue))
      .returning(ruleColumns);
    await audit(transaction, {
      event_type: "scaling_changed",
      actor_id: actor.userId,
      metadata: { queue: input.queue, before: withoutTime(before), after: withoutTime(after) },
    });
    transaction.announce({ topic: "scaling", key: everyone, message: { queue: input.queue } });
    return after;
  }),
);
