import { api } from "@hivesync/contracts/api";
import { tasks } from "@hivesync/db/schema/tasks";
import { invalidField } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { findScope } from "#auth/find-scope.ts";
import { notify } from "#events/notify.ts";
import { operation } from "#operation.ts";
import { taskColumns } from "./task-columns.ts";

export const createTask = operation(api.tasks.create, async ({ deps, actor, scope, input, transact }) => {
  const { id: projectId, assigned_to: assignee, ...fields } = input;
  if (assignee !== undefined && !(await findScope(deps.db, { of: "team", id: scope.teamId }, assignee))) {
    throw invalidField("assigned_to", "is not a member of the project's team");
  }
  return transact(async (transaction) => {
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
    if (assignee !== undefined && assignee !== actor.userId) {
      await notify(transaction, {
        user_id: assignee,
        type: "task_assigned",
        data: { task_id: task.id, project_id: projectId, title: task.title, assigned_by: actor.userId },
      });
    }
    return task;
  });
});
