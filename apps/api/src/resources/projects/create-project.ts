import { api } from "@hivesync/contracts/api";
import { projects } from "@hivesync/db/schema/projects";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { and, eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";
import { projectColumns } from "./project-columns.ts";

export const createProject = operation(api.projects.create, async ({ deps, actor, input, transact }) => {
  const [team] = await deps.db
    .select({ id: teams.id })
    .from(teams)
    .innerJoin(teamMembers, and(eq(teamMembers.team_id, teams.id), eq(teamMembers.user_id, actor.userId)))
    .where(
      input.team_id === undefined
        ? and(eq(teams.owner_id, actor.userId), eq(teams.personal, true))
        : eq(teams.id, input.team_id),
    );
  if (!team) throw new AppError("NOT_FOUND");
  return transact(async (transaction) => {
    const [project] = await transaction
      .insert(projects)
      .values({ id: newId(), team_id: team.id, name: input.name, metadata: input.metadata ?? {} })
      .returning(projectColumns);
    if (!project) throw new Error("the insert returned no row");
    await audit(transaction, { event_type: "project_created", actor_id: actor.userId, project_id: project.id });
    return project;
  });
});
