import type { Task } from "@hivesync/contracts/resources/tasks";
import type { Queryable } from "@hivesync/db/client";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { invalidField } from "@hivesync/platform/app-error";
import { and, eq } from "drizzle-orm";
import { notify } from "#events/notify.ts";
import type { Transaction } from "#transaction.ts";

/**
 * Holds the assignee's place in the team until the commit, so that whoever is taken out of it meanwhile keeps no task.
 *
 * @throws AppError VALIDATION_ERROR when the user has none
 */
export async function requireAssignable(
  transaction: Queryable,
  assignee: { teamId: string; userId: string },
): Promise<void> {
  const [member] = await transaction
    .select({ id: teamMembers.id })
    .from(teamMembers)
    .where(and(eq(teamMembers.team_id, assignee.teamId), eq(teamMembers.user_id, assignee.userId)))
    .for("key share");
  if (!member) throw invalidField("assigned_to", "is not a member of the project's team");
}

/** Tells a task's new assignee of it, unless it was they who assigned it. */
export async function tellAssignee(transaction: Transaction, task: Task, actorId: string): Promise<void> {
  if (task.assigned_to === null || task.assigned_to === actorId) return;
  await notify(transaction, {
    user_id: task.assigned_to,
    type: "task_assigned",
    data: { task_id: task.id, project_id: task.project_id, title: task.title, assigned_by: actorId },
  });
}
