import { api } from "@hivesync/contracts/api";
import { prepared } from "@hivesync/db/prepared";
import { tasks } from "@hivesync/db/schema/tasks";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { operation } from "#operation.ts";
import { taskColumns } from "./task-columns.ts";

const findTask = prepared((db) =>
  db
    .select(taskColumns)
    .from(tasks)
    .where(eq(tasks.id, sql.placeholder("id")))
    .prepare("find_task"),
);

export const getTask = operation(api.tasks.get, async ({ deps, input }) => {
  const [task] = await findTask(deps.db).execute({ id: input.id });
  if (!task) throw new AppError("NOT_FOUND");
  return task;
});
