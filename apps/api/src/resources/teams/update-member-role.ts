import { api } from "@hivesync/contracts/api";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { requireMatch } from "#etag.ts";
import { notify } from "#events/notify.ts";
import { operation } from "#operation.ts";
import { findMember } from "./find-member.ts";
import { lockTeam, releaseOwner, requireRole } from "./lock-team.ts";

export const updateMemberRole = operation(api.teams.updateMemberRole, async ({ actor, input, request, transact }) => {
  const { role } = input;
  return transact(async (transaction) => {
    const team = await lockTeam(transaction, { teamId: input.team_id, userId: actor.userId });
    requireRole(team, role === "Owner" ? "Owner" : "Admin");
    const member = await findMember(transaction, input);
    if (member.role === "Owner") requireRole(team, "Owner");
    requireMatch(request, member);
    if (member.role === role) return member;
    if (member.role === "Owner") await releaseOwner(transaction, team, member.user_id);
    await transaction.update(teamMembers).set({ role }).where(eq(teamMembers.id, member.id));
    await audit(transaction, {
      event_type: "role_changed",
      user_id: member.user_id,
      actor_id: actor.userId,
      metadata: { team_id: team.id, from: member.role, to: role },
    });
    if (member.user_id !== actor.userId) {
      await notify(transaction, {
        user_id: member.user_id,
        type: "role_changed",
        data: { team_id: team.id, team_name: team.name, role, changed_by: actor.userId },
      });
    }
    return { ...member, role };
  });
});
