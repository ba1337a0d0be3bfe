import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { tasks } from "@hivesync/db/schema/tasks";
import { and, eq } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { taskColumns } from "./task-columns.ts";

export const listTasks = operation(api.tasks.list, async ({ deps, input }) => {
  const { limit, offset } = pageWindow(input);
  const rows = await deps.db
    .select(taskColumns)
    .from(tasks)
    .where(
      and(
        eq(tasks.project_id, input.id),
        input.status === undefined ? undefined : eq(tasks.status, input.status),
        input.assigned_to === undefined ? undefined : eq(tasks.assigned_to, input.assigned_to),
        afterCursor(tasks, input),
      ),
    )
    .orderBy(...newestFirst(tasks))
    .limit(limit)
    .offset(offset);
  return toPage(rows, input);
});
