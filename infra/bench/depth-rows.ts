import { encodeCursor } from "@hivesync/contracts/pagination";
import type { Sql } from "postgres";
import { takeTurns, type Caller } from "./callers.ts";

/** Users who share teams that hold so many projects, one of which holds as many tasks. */
export interface Extent {
  nextCaller: () => Caller;
  rows: number;
  teamIds: readonly string[];
  /** The project with the tasks. */
  projectId: string;
}

/** A list that pages go through. */
export interface List {
  table: "projects" | "tasks";
  /** The rows that are in it: those whose column holds one of these ids. */
  of: { column: "team_id" | "project_id"; ids: readonly string[] };
}

/** Makes teams of all these users and spreads projects over them, a second between one and the next. */
export async function insertExtent(
  sql: Sql,
  callers: readonly Caller[],
  size: { teams: number; rows: number },
): Promise<Extent> {
  const userIds = callers.map(({ userId }) => userId);
  const teams = await sql<{ id: string }[]>`
    INSERT INTO teams (id, owner_id, name) SELECT uuidv7(), ${userIds[0] ?? null}, 'Team ' || n
    FROM generate_series(1, ${size.teams}::int) AS n RETURNING id`;
  const teamIds = teams.map(({ id }) => id);
  await sql`INSERT INTO team_members (id, team_id, user_id, role)
    SELECT uuidv7(), team, member, 'Member' FROM unnest(${teamIds}::uuid[]) AS team, unnest(${userIds}::uuid[]) AS member`;
  await sql`INSERT INTO projects (id, team_id, name, metadata, created_at, updated_at)
    SELECT uuidv7(made_at - now()), (${teamIds}::uuid[])[n % ${size.teams} + 1], 'Project ' || n, '{"framework":"react"}', made_at, made_at
    FROM generate_series(1, ${size.rows}::int) AS n, LATERAL (SELECT now() - n * interval '1 second' AS made_at) AS time`;
  const [project] = await sql<{ id: string }[]>`
    SELECT id FROM projects WHERE team_id = ${teamIds[0] ?? null} ORDER BY created_at LIMIT 1`;
  return { nextCaller: takeTurns(callers), rows: size.rows, teamIds, projectId: project?.id ?? "" };
}

/** Fills the extent's one project with tasks. */
export async function insertTasks(sql: Sql, { projectId, rows }: Extent): Promise<void> {
  await sql`INSERT INTO tasks (id, project_id, title, status, created_at, updated_at)
    SELECT uuidv7(made_at - now()), ${projectId}::uuid, 'Task ' || n, (ARRAY['OPEN', 'IN_PROGRESS', 'BLOCKED', 'DONE'])[n % 4 + 1], made_at, made_at
    FROM generate_series(1, ${rows}::int) AS n, LATERAL (SELECT now() - n * interval '1 second' AS made_at) AS time`;
}

/** The cursor of a page that has so many rows of the list after it or in it. */
export async function cursorBefore(sql: Sql, { table, of }: List, left: number): Promise<string> {
  const [row] = await sql<{ id: string; created_at: Date }[]>`
    SELECT id, created_at FROM ${sql(table)} WHERE ${sql(of.column)} = ANY(${of.ids as string[]}::uuid[])
    ORDER BY created_at, id OFFSET ${left} LIMIT 1`;
  if (!row) throw new Error(`${table} has no ${left} rows`);
  return encodeCursor({ id: row.id, created_at: row.created_at.toISOString() });
}
