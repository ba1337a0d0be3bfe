import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { readScalingRules } from "#queues/scaling-rules.ts";

export const getScaling = operation(api.admin.getScaling, async ({ deps }) => ({
  items: await readScalingRules(deps.db),
}));
