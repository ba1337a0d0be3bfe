import { api } from "@hivesync/contracts/api";
import { toPage } from "@hivesync/contracts/pagination";
import { projects } from "@hivesync/db/schema/projects";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, inArray } from "drizzle-orm";
import { afterCursor, newestFirst, pageWindow } from "#list-page.ts";
import { operation } from "#operation.ts";
import { findScope } from "#auth/find-scope.ts";
import { projectColumns } from "./project-columns.ts";

export const listProjects = operation(api.projects.list, async ({ deps, actor, input }) => {
  const { team_id: teamId } = input;
  if (teamId !== undefined && !(await findScope(deps.db, { of: "team", id: teamId }, actor.userId))) {
    throw new AppError("NOT_FOUND");
  }
  const ownTeams = deps.db
    .select({ id: teamMembers.team_id })
    .from(teamMembers)
    .where(eq(teamMembers.user_id, actor.userId));
  const { limit, offset } = pageWindow(input);
  const rows = await deps.db
    .select(projectColumns)
    .from(projects)
    .where(
      and(
        teamId === undefined ? inArray(projects.team_id, ownTeams) : eq(projects.team_id, teamId),
        afterCursor(projects, input),
      ),
    )
    .orderBy(...newestFirst(projects))
    .limit(limit)
    .offset(offset);
  return toPage(rows, input);
});
