import { newId } from "@hivesync/platform/ids";
import type { JobName } from "#outbox/job-kinds.ts";
import type { TestApi, TestUser } from "./start-test-api.ts";

/** Whose jobs wait, and of what kind: previews, as a rule. */
export interface WaitingFor {
  user: TestUser;
  projectId: string;
  priority?: number;
  kind?: JobName;
}

const insertRow = {
  preview: (sql, { id, projectId, user, priority = 8 }) => sql`
    INSERT INTO preview_sessions (id, project_id, requested_by, token_hash, queue, priority, input_key, expires_at)
    VALUES (${id}, ${projectId}, ${user.id}, '-', 'preview-cpu', ${priority}, '-', now() + interval '1 hour')`,
  ai: (sql, { id, projectId, user, priority = 8 }) => sql`
    INSERT INTO ai_jobs (id, project_id, requested_by, job_type, queue, priority, input_key)
    VALUES (${id}, ${projectId}, ${user.id}, 'explain', 'ai-cpu', ${priority}, '-')`,
  // A project has one open sync: each of them has a project of its own.
  repo: (sql, { id, projectId, user, priority = 8 }) => sql`
    WITH own AS (
      INSERT INTO projects (id, team_id, name) SELECT ${id}, team_id, 'Mirrored' FROM projects WHERE id = ${projectId} RETURNING id, team_id)
    INSERT INTO repo_syncs (id, project_id, requested_by, repo_url, priority, input_key)
    SELECT id, id, ${user.id}, 'https://github.com/example/todo.git', ${priority}, 't/' || team_id || '/repos/' || id || '/' FROM own`,
} as const satisfies Record<JobName, (sql: TestApi["sql"], row: WaitingFor & { id: string }) => Promise<unknown>>;

/** Rows of jobs that wait to be dispatched, oldest first, as requests leave them. */
export async function insertWaiting(api: TestApi, by: WaitingFor, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  for (const id of ids) await insertRow[by.kind ?? "preview"](api.sql, { ...by, id });
  return ids;
}

const tables = { preview: "preview_sessions", ai: "ai_jobs", repo: "repo_syncs" } as const satisfies Record<
  JobName,
  string
>;

/** Where the jobs of a kind are. */
export function tableOf(kind: JobName): (typeof tables)[JobName] {
  return tables[kind];
}

/** Ends a job as its callback does. */
export async function endJob(api: TestApi, id: string, kind: JobName = "preview"): Promise<void> {
  await api.sql`
    UPDATE ${api.sql(tableOf(kind))}
    SET status = 'FAILED', completed_at = now(), error = '{"code":"X","message":"x","details":null}' WHERE id = ${id}`;
}
