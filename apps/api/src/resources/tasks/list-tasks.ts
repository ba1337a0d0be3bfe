import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { preparedFor } from "@hivesync/db/prepared";
import { tasks } from "@hivesync/db/schema/tasks";
import { and, eq, sql } from "drizzle-orm";
import { isAfterCursor, newestFirst, pagePlaces, pageValues } from "#list-page.ts";
import { operation } from "#operation.ts";
import { taskColumns } from "./task-columns.ts";

const findTasks = preparedFor((db, has: { status: boolean; assignee: boolean; cursor: boolean }) =>
  db
    .select(taskColumns)
    .from(tasks)
    .where(
      and(
        eq(tasks.project_id, sql.placeholder("project")),
        has.status ? eq(tasks.status, sql.placeholder("status")) : undefined,
        has.assignee ? eq(tasks.assigned_to, sql.placeholder("assignee")) : undefined,
        has.cursor ? isAfterCursor(tasks) : undefined,
      ),
    )
    .orderBy(...newestFirst(tasks))
    .limit(pagePlaces.limit)
    .offset(pagePlaces.offset)
    .prepare("find_tasks"),
);

export const listTasks = operation(api.tasks.list, async ({ deps, input }) => {
  const { id: project, status, assigned_to: assignee, cursor } = input;
  const has = { status: status !== undefined, assignee: assignee !== undefined, cursor: cursor !== undefined };
  const rows = await findTasks(deps.db, has).execute({ project, status, assignee, ...pageValues(input) });
  return toPage(rows, input);
});
