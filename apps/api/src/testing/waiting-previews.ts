import { newId } from "@hivesync/platform/ids";
import type { TestApi, TestUser } from "./start-test-api.ts";

/** Rows of previews that wait to be dispatched, oldest first, as requests leave them. */
export async function insertWaiting(
  api: TestApi,
  by: { user: TestUser; projectId: string; priority?: number },
  count: number,
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  for (const id of ids)
    await api.sql`
      INSERT INTO preview_sessions (id, project_id, requested_by, token_hash, queue, priority, input_key, expires_at)
      VALUES (${id}, ${by.projectId}, ${by.user.id}, '-', 'preview-cpu', ${by.priority ?? 8}, '-', now() + interval '1 hour')`;
  return ids;
}

/** Ends a job as its callback does. */
export async function endJob(api: TestApi, id: string): Promise<void> {
  await api.sql`
    UPDATE preview_sessions SET status = 'FAILED', completed_at = now(), error = '{"code":"X","message":"x","details":null}'
    WHERE id = ${id}`;
}
