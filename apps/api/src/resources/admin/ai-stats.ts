import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { jobKinds } from "#outbox/job-kinds.ts";
import { readJobStats } from "./read-job-stats.ts";

export const aiStats = operation(api.admin.aiStats, ({ deps, input }) => readJobStats(deps.db, jobKinds.ai, input));
