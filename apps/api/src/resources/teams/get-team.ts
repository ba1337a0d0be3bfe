import { api } from "@hivesync/contracts/api";
import { prepared } from "@hivesync/db/prepared";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, sql } from "drizzle-orm";
import { operation } from "#operation.ts";
import { teamColumns } from "./team-columns.ts";

const findTeam = prepared((db) =>
  db
    .select(teamColumns)
    .from(teams)
    .innerJoin(teamMembers, and(eq(teamMembers.team_id, teams.id), eq(teamMembers.user_id, sql.placeholder("user"))))
    .where(eq(teams.id, sql.placeholder("id")))
    .prepare("find_team"),
);

export const getTeam = operation(api.teams.get, async ({ deps, actor, input }) => {
  const [team] = await findTeam(deps.db).execute({ id: input.id, user: actor.userId });
  if (!team) throw new AppError("NOT_FOUND");
  return team;
});
