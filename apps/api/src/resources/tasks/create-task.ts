import { api } from "@hivesync/contracts/api";
import { tasks } from "@hivesync/db/schema/tasks";
import { newId } from "@hivesync/platform/ids";
import { operation } from "#operation.ts";
import { requireAssignable, tellAssignee } from "./assign.ts";
import { taskColumns } from "./task-columns.ts";

export const createTask = operation(api.tasks.create, async ({ actor, scope, input, transact }) => {
  const { id: projectId, assigned_to: assignee, ...fields } = input;
  return transact(async (transaction) => {
    if (assignee !== undefined) await requireAssignable(transaction, { teamId: scope.teamId, userId: assignee });
    const [task] = await transaction
      .insert(tasks)
      .values({
        id: newId(),
        project_id: projectId,
        created_by: actor.userId,
        assigned_to: assignee ?? null,
        ...fields,
      })
      .returning(taskColumns);
    if (!task) throw new Error("the insert returned no row");
    await tellAssignee(transaction, task, actor.userId);
    return task;
  });
});
