import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { and, eq } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { aiJobSummaryColumns } from "./ai-job-columns.ts";

export const listAiJobs = operation(api.ai.list, async ({ deps, input }) => {
  const { limit, offset } = pageWindow(input);
  const rows = await deps.db
    .select(aiJobSummaryColumns)
    .from(aiJobs)
    .where(
      and(
        eq(aiJobs.project_id, input.id),
        input.status === undefined ? undefined : eq(aiJobs.status, input.status),
        afterCursor(aiJobs, input),
      ),
    )
    .orderBy(...newestFirst(aiJobs))
    .limit(limit)
    .offset(offset);
  const page = toPage(rows, input);
  return { ...page, items: page.items.map(({ id, ...shown }) => ({ job_id: id, ...shown })) };
});
