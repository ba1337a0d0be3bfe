import { afterAll, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { rowsRead, watchPlans } from "#testing/query-plans.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { readQueueRows } from "./read-queue-rows.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { owner, project } = await createTeam(api);

/** Jobs of the past, one ended in the middle of each minute, a tenth of them failed. */
async function insertPast(count: number): Promise<void> {
  await api.sql`
    INSERT INTO preview_sessions (id, project_id, requested_by, token_hash, queue, priority, input_key, expires_at, status, bundle_url, error,
      created_at, dispatched_at, started_at, completed_at)
    SELECT gen_random_uuid(), ${project.id}, ${owner.id}, '-', 'preview-cpu', 8, '-', now() + interval '1 day',
      CASE WHEN n % 10 = 0 THEN 'FAILED' ELSE 'COMPLETED' END, CASE WHEN n % 10 = 0 THEN NULL ELSE 't/x' END,
      CASE WHEN n % 10 = 0 THEN '{"code":"X","message":"x","details":null}'::jsonb END, at, at, at, at + interval '4 seconds'
    FROM generate_series(1, ${count}) AS n, LATERAL (SELECT now() - n * interval '1 minute' + interval '26 seconds' AS at) AS past`;
  await api.sql`VACUUM ANALYZE preview_sessions`;
}

test("of a table of old jobs it reads the last day's failures, the last minutes and the newest runs, and no more", async () => {
  await insertPast(20_000);
  await using watch = watchPlans(api);
  const { result, nodes } = await watch.plansOf(() => readQueueRows(api.deps.db));
  expect(result.get("preview-cpu")).toEqual({
    undispatched: 0,
    oldest_seconds: null,
    failed: 144,
    completed: 5,
    run_seconds: 4,
  });
  const ofPreviews = nodes.filter((node) => node["Relation Name"] === "preview_sessions");
  expect(ofPreviews.length).toBeGreaterThan(4);
  expect(ofPreviews.filter((node) => node["Node Type"] === "Seq Scan")).toEqual([]);
  expect(ofPreviews.reduce((sum, node) => sum + rowsRead(node), 0)).toBeLessThan(500);
});
