import { api } from "@hivesync/contracts/api";
import type { Queryable } from "@hivesync/db/client";
import { projects } from "@hivesync/db/schema/projects";
import { tasks } from "@hivesync/db/schema/tasks";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { and, eq, inArray } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";
import { findMember } from "./find-member.ts";
import { lockTeam, releaseOwner, requireRole } from "./lock-team.ts";

async function unassignTasks(transaction: Queryable, of: { team_id: string; user_id: string }): Promise<void> {
  const ofTeam = transaction.select({ id: projects.id }).from(projects).where(eq(projects.team_id, of.team_id));
  await transaction
    .update(tasks)
    .set({ assigned_to: null })
    .where(and(eq(tasks.assigned_to, of.user_id), inArray(tasks.project_id, ofTeam)));
}

export const removeMember = operation(api.teams.removeMember, async ({ actor, input, transact }) =>
  transact(async (transaction) => {
    const team = await lockTeam(transaction, { teamId: input.team_id, userId: actor.userId });
    const member = await findMember(transaction, input);
    if (member.user_id !== actor.userId) requireRole(team, member.role === "Owner" ? "Owner" : "Admin");
    if (member.role === "Owner") await releaseOwner(transaction, team, member.user_id);
    // Before the tasks: whoever is assigning one to this member holds the row, and has done so when it is gone.
    await transaction.delete(teamMembers).where(eq(teamMembers.id, member.id));
    await unassignTasks(transaction, member);
    await audit(transaction, {
      event_type: "member_removed",
      user_id: member.user_id,
      actor_id: actor.userId,
      metadata: { team_id: team.id, role: member.role },
    });
    return {};
  }),
);
