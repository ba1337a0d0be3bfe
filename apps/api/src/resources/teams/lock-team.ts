import { hasRole, type Role } from "@hivesync/contracts/access";
import type { Team } from "@hivesync/contracts/resources/teams";
import type { Queryable } from "@hivesync/db/client";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { AppError } from "@hivesync/platform/app-error";
import { and, asc, eq, ne } from "drizzle-orm";
import { ownTeamColumns } from "./team-columns.ts";

/**
 * The team as the caller sees it, its row locked. Everything that changes members does this first: of two Owners who leave at once, the second
 * sees that it is the last. The role is read again, as it may have been taken since the call was admitted; it stays until the commit.
 *
 * @throws AppError NOT_FOUND when the team is gone or the caller is no longer in it
 */
export async function lockTeam(transaction: Queryable, of: { teamId: string; userId: string }): Promise<Team> {
  const [team] = await transaction.select(ownTeamColumns).from(teams).where(eq(teams.id, of.teamId)).for("update");
  // A statement of its own: one that waits for a lock sees other tables as they were before it waited.
  const [caller] = await transaction
    .select({ role: teamMembers.role })
    .from(teamMembers)
    .where(and(eq(teamMembers.team_id, of.teamId), eq(teamMembers.user_id, of.userId)));
  if (!team || !caller) throw new AppError("NOT_FOUND");
  return { ...team, role: caller.role };
}

/** @throws AppError FORBIDDEN when the caller's role is lower */
export function requireRole(team: Team, minimum: Role): void {
  if (!hasRole(team.role, minimum)) throw new AppError("FORBIDDEN");
}

/**
 * Lets an Owner go, who leaves, is removed or gets another role. When that is whose storage counts as the team's, the longest-standing other
 * Owner takes that over.
 *
 * @throws AppError CONFLICT for the last Owner, and for the user whose personal team it is
 */
export async function releaseOwner(transaction: Queryable, team: Team, userId: string): Promise<void> {
  if (team.personal && team.owner_id === userId)
    throw new AppError("CONFLICT", { publicMessage: "A personal team's own user stays its Owner." });
  const [heir] = await transaction
    .select({ user_id: teamMembers.user_id })
    .from(teamMembers)
    .where(and(eq(teamMembers.team_id, team.id), eq(teamMembers.role, "Owner"), ne(teamMembers.user_id, userId)))
    .orderBy(asc(teamMembers.created_at), asc(teamMembers.id))
    .limit(1);
  if (!heir)
    throw new AppError("CONFLICT", { publicMessage: "The last Owner stays: make someone else an Owner first." });
  if (team.owner_id === userId)
    await transaction.update(teams).set({ owner_id: heir.user_id }).where(eq(teams.id, team.id));
}
