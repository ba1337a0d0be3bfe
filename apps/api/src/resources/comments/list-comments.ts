import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { comments } from "@hivesync/db/schema/comments";
import { and, eq, isNotNull, sql, type SQL } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { commentColumns } from "./comment-columns.ts";

// Word for word as the index has it.
const isOnPath = (path: string): SQL | undefined =>
  and(isNotNull(comments.anchor), sql`${comments.anchor} ->> 'path' = ${path}`);

export const listComments = operation(api.comments.list, async ({ deps, input }) => {
  const { limit, offset } = pageWindow(input);
  const rows = await deps.db
    .select(commentColumns)
    .from(comments)
    .where(
      and(
        eq(comments.project_id, input.id),
        input.task_id === undefined ? undefined : eq(comments.task_id, input.task_id),
        input.path === undefined ? undefined : isOnPath(input.path),
        input.thread_id === undefined ? undefined : eq(comments.thread_id, input.thread_id),
        afterCursor(comments, input),
      ),
    )
    .orderBy(...newestFirst(comments))
    .limit(limit)
    .offset(offset);
  return toPage(rows, input);
});
