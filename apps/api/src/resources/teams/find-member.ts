import type { TeamMember } from "@hivesync/contracts/resources/teams";
import type { Queryable } from "@hivesync/db/client";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { users } from "@hivesync/db/schema/users";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq } from "drizzle-orm";
import { memberColumns } from "./team-columns.ts";

/** A user's place in a team. @throws AppError NOT_FOUND when the user has none */
export async function findMember(
  transaction: Queryable,
  place: { team_id: string; user_id: string },
): Promise<TeamMember> {
  const [member] = await transaction
    .select(memberColumns)
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.user_id))
    .where(and(eq(teamMembers.team_id, place.team_id), eq(teamMembers.user_id, place.user_id)));
  if (!member) throw new AppError("NOT_FOUND", { publicMessage: "That user is not a member of this team." });
  return member;
}
