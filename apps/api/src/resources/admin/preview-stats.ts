import { api } from "@hivesync/contracts/api";
import { operation } from "#operation.ts";
import { jobKinds } from "#outbox/job-kinds.ts";
import { readJobStats } from "./read-job-stats.ts";

export const previewStats = operation(api.admin.previewStats, ({ deps, input }) =>
  readJobStats(deps.db, jobKinds.preview, input),
);
