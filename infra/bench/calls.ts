import type { Sql } from "postgres";
import type { Caller } from "./callers.ts";
import type { Call } from "./load.ts";

/** The three calls that are held against other ways of doing the same. */
export const callKinds = ["list", "get", "create"] as const;
export type CallKind = (typeof callKinds)[number];

/** Finds a project of a caller's. */
export type ProjectOf = (caller: Caller) => string;

const newProject = JSON.stringify({ name: "Made by the bench" });

/** The calls over REST. */
export function restCall(kind: CallKind, projectOf: ProjectOf): (caller: Caller) => Call {
  if (kind === "list") return () => ({ method: "GET", path: "/api/v1/projects?limit=50" });
  if (kind === "create") return () => ({ method: "POST", path: "/api/v1/projects", body: newProject });
  return (caller) => ({ method: "GET", path: `/api/v1/projects/${projectOf(caller)}` });
}

const inputOf = (value: unknown): string => encodeURIComponent(JSON.stringify(value));

/** The same over tRPC, each alone. */
export function trpcCall(kind: CallKind, projectOf: ProjectOf): (caller: Caller) => Call {
  if (kind === "list") return () => ({ method: "GET", path: `/trpc/projects.list?input=${inputOf({ limit: 50 })}` });
  if (kind === "create") return () => ({ method: "POST", path: "/trpc/projects.create", body: newProject });
  return (caller) => ({ method: "GET", path: `/trpc/projects.get?input=${inputOf({ id: projectOf(caller) })}` });
}

/** Several gets in one request, as tRPC's clients batch them. */
export function trpcBatchOfGets(size: number, projectOf: ProjectOf): (caller: Caller) => Call {
  const names = Array.from({ length: size }, () => "projects.get").join(",");
  return (caller) => {
    const inputs = Array.from({ length: size }, (_, index) => [index, { id: projectOf(caller) }]);
    return { method: "GET", path: `/trpc/${names}?batch=1&input=${inputOf(Object.fromEntries(inputs))}` };
  };
}

/** Gives each caller projects of their own, the newest last made a second after the one before it. Answers one of each caller's. */
export async function insertProjects(sql: Sql, callers: readonly Caller[], each: number): Promise<ProjectOf> {
  const rows = await sql<{ team_id: string; id: string }[]>`
    WITH made AS (
      INSERT INTO projects (id, team_id, name, metadata, created_at, updated_at)
      SELECT uuidv7(made_at - now()), team, 'Project ' || n, jsonb_build_object('framework', 'react', 'files', n), made_at, made_at
      FROM unnest(${callers.map(({ teamId }) => teamId)}::uuid[]) AS team,
        generate_series(1, ${each}::int) AS n,
        LATERAL (SELECT now() - (${each}::int - n) * interval '1 second' AS made_at) AS time
      RETURNING team_id, id
    )
    SELECT DISTINCT ON (team_id) team_id, id FROM made`;
  await sql`VACUUM ANALYZE`;
  const projectOfTeam = new Map(rows.map(({ team_id: teamId, id }) => [teamId, id]));
  return ({ teamId }) => projectOfTeam.get(teamId) ?? "";
}
