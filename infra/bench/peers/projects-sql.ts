import type { Sql } from "postgres";

// The statements of our own operations, as they stand in Postgres's log.

/** A project as the API answers it. Times are what the client's setup makes of them. */
export interface PeerProject {
  id: string;
  team_id: string;
  name: string;
  metadata: unknown;
  created_at: string | Date;
  updated_at: string | Date;
}

export function selectPage(sql: Sql, userId: string, limit: number): Promise<PeerProject[]> {
  return sql<PeerProject[]>`
    select "newest"."id", "newest"."team_id", "newest"."name", "newest"."metadata", "newest"."created_at", "newest"."updated_at"
    from "team_members" cross join lateral (
      select "id", "team_id", "name", "metadata", "created_at", "updated_at" from "projects"
      where "projects"."team_id" = "team_members"."team_id"
      order by "projects"."created_at" desc, "projects"."id" desc limit ${limit}
    ) "newest"
    where "team_members"."user_id" = ${userId}
    order by "newest"."created_at" desc, "newest"."id" desc limit ${limit}`;
}

/** The caller's role in the team of a project; none where there is no such project, or no such role. */
export function selectRole(sql: Sql, projectId: string, userId: string): Promise<{ role: string }[]> {
  return sql<{ role: string }[]>`
    select "team_members"."team_id", "team_members"."role", "projects"."id" from "projects"
    inner join "team_members" on ("team_members"."team_id" = "projects"."team_id" and "team_members"."user_id" = ${userId})
    where "projects"."id" = ${projectId}`;
}

export function selectProject(sql: Sql, projectId: string): Promise<PeerProject[]> {
  return sql<PeerProject[]>`
    select "id", "team_id", "name", "metadata", "created_at", "updated_at" from "projects"
    where "projects"."id" = ${projectId}`;
}

export function selectPersonalTeam(sql: Sql, userId: string): Promise<{ id: string }[]> {
  return sql<{ id: string }[]>`
    select "teams"."id" from "teams"
    inner join "team_members" on ("team_members"."team_id" = "teams"."id" and "team_members"."user_id" = ${userId})
    where ("teams"."owner_id" = ${userId} and "teams"."personal" = true)`;
}

export function insertProject(
  sql: Sql,
  project: { id: string; auditId: string; teamId: string; name: string; userId: string },
): Promise<PeerProject | undefined> {
  return sql.begin(async (transaction) => {
    const [row] = await transaction<PeerProject[]>`
      insert into "projects" ("id", "team_id", "name", "metadata", "settings", "mirror_manifest_key", "created_at", "updated_at")
      values (${project.id}, ${project.teamId}, ${project.name}, ${transaction.json({})}, default, default, default, default)
      returning "id", "team_id", "name", "metadata", "created_at", "updated_at"`;
    await transaction`
      insert into "audit_logs" ("id", "event_type", "user_id", "actor_id", "project_id", "metadata", "created_at")
      values (${project.auditId}, 'project_created', null, ${project.userId}, ${project.id}, ${transaction.json({})}, default)`;
    return row;
  });
}
