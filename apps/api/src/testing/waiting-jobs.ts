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

/** Rows of jobs that wait to be dispatched, oldest first, as requests leave them. */
export async function insertWaiting(api: TestApi, by: WaitingFor, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  const priority = by.priority ?? 8;
  for (const id of ids)
    if (by.kind === "ai")
      await api.sql`
        INSERT INTO ai_jobs (id, project_id, requested_by, job_type, queue, priority, input_key)
        VALUES (${id}, ${by.projectId}, ${by.user.id}, 'explain', 'ai-cpu', ${priority}, '-')`;
    else
      await api.sql`
        INSERT INTO preview_sessions (id, project_id, requested_by, token_hash, queue, priority, input_key, expires_at)
        VALUES (${id}, ${by.projectId}, ${by.user.id}, '-', 'preview-cpu', ${priority}, '-', now() + interval '1 hour')`;
  return ids;
}

const tables = { preview: "preview_sessions", ai: "ai_jobs" } as const satisfies Record<JobName, string>;

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
