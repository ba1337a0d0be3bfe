import { api } from "@hivesync/contracts/api";
import { prepared, preparedFor } from "@hivesync/db/prepared";
import { projects } from "@hivesync/db/schema/projects";
import { teamMembers } from "@hivesync/db/schema/team-members";
import { teams } from "@hivesync/db/schema/teams";
import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { and, eq, sql } from "drizzle-orm";
import { audit } from "#audit.ts";
import { operation } from "#operation.ts";
import { projectColumns } from "./project-columns.ts";

const user = sql.placeholder("user");

const findTeam = preparedFor((db, is: { named: boolean }) =>
  db
    .select({ id: teams.id })
    .from(teams)
    .innerJoin(teamMembers, and(eq(teamMembers.team_id, teams.id), eq(teamMembers.user_id, user)))
    .where(is.named ? eq(teams.id, sql.placeholder("team")) : and(eq(teams.owner_id, user), eq(teams.personal, true)))
    .prepare("find_team_of_project"),
);

const insertProject = prepared((db) =>
  db
    .insert(projects)
    .values({
      id: sql.placeholder("id"),
      team_id: sql.placeholder("team"),
      name: sql.placeholder("name"),
      metadata: sql.placeholder("metadata"),
    })
    .returning(projectColumns)
    .prepare("insert_project"),
);

export const createProject = operation(api.projects.create, async ({ deps, actor, input, transact }) => {
  const { team_id: named, name, metadata = {} } = input;
  const find = findTeam(deps.db, { named: named !== undefined });
  const [team] = await find.execute({ user: actor.userId, team: named });
  if (!team) throw new AppError("NOT_FOUND");
  return transact(async (transaction) => {
    const id = newId();
    // Sent together, done one after the other: a transaction waits for a round trip less.
    const [[project]] = await Promise.all([
      insertProject(transaction).execute({ id, team: team.id, name, metadata }),
      audit(transaction, { event_type: "project_created", actor_id: actor.userId, project_id: id }),
    ]);
    if (!project) throw new Error("the insert returned no row");
    return project;
  });
});
