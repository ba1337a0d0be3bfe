import { api } from "@hivesync/contracts/api";
import { tasks } from "@hivesync/db/schema/tasks";
import { AppError } from "@hivesync/platform/app-error";
import { eq, sql } from "drizzle-orm";
import { requireMatch } from "#etag.ts";
import { operation } from "#operation.ts";
import { requireAssignable, tellAssignee } from "./assign.ts";
import { taskColumns } from "./task-columns.ts";

export const updateTask = operation(api.tasks.update, async ({ actor, scope, input, request, transact }) => {
  const { id, ...changes } = input;
  return transact(async (transaction) => {
    // The membership is held before the task, as by whoever takes a member or the team away: both would wait for each other otherwise.
    const { assigned_to: assignee } = changes;
    if (typeof assignee === "string") await requireAssignable(transaction, { teamId: scope.teamId, userId: assignee });
    const [current] = await transaction.select(taskColumns).from(tasks).where(eq(tasks.id, id)).for("update");
    if (!current) throw new AppError("NOT_FOUND");
    requireMatch(request, current);
    const [task] = await transaction
      .update(tasks)
      // Touches the row also when nothing else is given, so that updated_at tells of the call.
      .set({ updated_at: sql`now()`, ...changes })
      .where(eq(tasks.id, id))
      .returning(taskColumns);
    if (!task) throw new AppError("NOT_FOUND");
    if (task.assigned_to !== current.assigned_to) await tellAssignee(transaction, task, actor.userId);
    return task;
  });
});
