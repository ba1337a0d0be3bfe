import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { users } from "@hivesync/db/schema/users";
import { and, eq } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { memberColumns } from "./team-columns.ts";

export const listMembers = operation(api.teams.listMembers, async ({ deps, input }) => {
  const { limit, offset } = pageWindow(input);
  const rows = await deps.db
    .select(memberColumns)
    .from(teamMembers)
    .innerJoin(users, eq(users.id, teamMembers.user_id))
    .where(and(eq(teamMembers.team_id, input.id), afterCursor(teamMembers, input)))
    .orderBy(...newestFirst(teamMembers))
    .limit(limit)
    .offset(offset);
  return toPage(rows, input);
});
