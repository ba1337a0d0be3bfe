import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { and, eq } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { teamColumns } from "./team-columns.ts";

export const listTeams = operation(api.teams.list, async ({ deps, actor, input }) => {
  const { limit, offset } = pageWindow(input);
  const rows = await deps.db
    .select(teamColumns)
    .from(teamMembers)
    .innerJoin(teams, eq(teams.id, teamMembers.team_id))
    .where(and(eq(teamMembers.user_id, actor.userId), afterCursor(teams, input)))
    .orderBy(...newestFirst(teams))
    .limit(limit)
    .offset(offset);
  return toPage(rows, input);
});
