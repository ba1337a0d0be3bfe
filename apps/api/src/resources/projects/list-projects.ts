import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { preparedFor } from "@hivesync/db/prepared";
import { projects } from "@hivesync/db/schema/projects";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, sql } from "drizzle-orm";
import { isAfterCursor, newestFirst, pagePlaces, pageValues } from "#list-page.ts";
import { operation } from "#operation.ts";
import { findScope } from "#auth/find-scope.ts";
import { projectColumns } from "./project-columns.ts";

const findProjects = preparedFor((db, has: { team: boolean; cursor: boolean }) => {
  // Of each team no more than the page can need, by its index: sorting all projects of all teams would cost more with each of them.
  const newest = db
    .select(projectColumns)
    .from(projects)
    .where(and(eq(projects.team_id, teamMembers.team_id), has.cursor ? isAfterCursor(projects) : undefined))
    .orderBy(...newestFirst(projects))
    .limit(sql.placeholder("needed"))
    .as("newest");
  return db
    .select({
      id: newest.id,
      team_id: newest.team_id,
      name: newest.name,
      metadata: newest.metadata,
      created_at: newest.created_at,
      updated_at: newest.updated_at,
    })
    .from(teamMembers)
    .crossJoinLateral(newest)
    .where(
      and(
        eq(teamMembers.user_id, sql.placeholder("user")),
        has.team ? eq(teamMembers.team_id, sql.placeholder("team")) : undefined,
      ),
    )
    .orderBy(...newestFirst(newest))
    .limit(pagePlaces.limit)
    .offset(pagePlaces.offset)
    .prepare("find_projects");
});

export const listProjects = operation(api.projects.list, async ({ deps, actor, input }) => {
  const { team_id: team, cursor } = input;
  if (team !== undefined && !(await findScope(deps.db, { of: "team", id: team }, actor.userId))) {
    throw new AppError("NOT_FOUND");
  }
  const page = pageValues(input);
  const has = { team: team !== undefined, cursor: cursor !== undefined };
  const values = { user: actor.userId, team, needed: page.limit + page.offset, ...page };
  return toPage(await findProjects(deps.db, has).execute(values), input);
});
