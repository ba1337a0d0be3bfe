import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { projects } from "@hivesync/db/schema/projects";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { findScope } from "#auth/find-scope.ts";
import { projectColumns } from "./project-columns.ts";

export const listProjects = operation(api.projects.list, async ({ deps, actor, input }) => {
  const { team_id: teamId } = input;
  if (teamId !== undefined && !(await findScope(deps.db, { of: "team", id: teamId }, actor.userId))) {
    throw new AppError("NOT_FOUND");
  }
  const { limit, offset } = pageWindow(input);
  // Of each team no more than the page can need, by its index: sorting all projects of all teams would cost more with each of them.
  const newest = deps.db
    .select(projectColumns)
    .from(projects)
    .where(and(eq(projects.team_id, teamMembers.team_id), afterCursor(projects, input)))
    .orderBy(...newestFirst(projects))
    .limit(limit + offset)
    .as("newest");
  const rows = await deps.db
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
      and(eq(teamMembers.user_id, actor.userId), teamId === undefined ? undefined : eq(teamMembers.team_id, teamId)),
    )
    .orderBy(...newestFirst(newest))
    .limit(limit)
    .offset(offset);
  return toPage(rows, input);
});
