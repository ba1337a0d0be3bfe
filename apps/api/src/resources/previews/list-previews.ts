import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { and, eq } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { previewSummaryColumns } from "./preview-columns.ts";
import { previewUrl } from "./preview-url.ts";

export const listPreviews = operation(api.previews.list, async ({ deps, input }) => {
  const { limit, offset } = pageWindow(input);
  const rows = await deps.db
    .select(previewSummaryColumns)
    .from(previewSessions)
    .where(
      and(
        eq(previewSessions.project_id, input.id),
        input.status === undefined ? undefined : eq(previewSessions.status, input.status),
        afterCursor(previewSessions, input),
      ),
    )
    .orderBy(...newestFirst(previewSessions))
    .limit(limit)
    .offset(offset);
  const page = toPage(rows, input);
  const items = page.items.map(({ id, ...shown }) => ({ job_id: id, ...shown, preview_url: previewUrl(deps, id) }));
  return { ...page, items };
});
