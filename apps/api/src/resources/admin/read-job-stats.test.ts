import type { JobStats } from "@hivesync/contracts/operator";
import { afterAll, describe, expect, test } from "vitest";
import { createProject, setTier } from "#testing/arrange.ts";
import { rowsRead, watchPlans } from "#testing/query-plans.ts";
import { startTestApi } from "#testing/start-test-api.ts";

// Old jobs in a number that reading all of them shows, and a busy day after them.
const oldRows = 1_000_000;
const dayRows = 100_000;

const api = await startTestApi();
const { sql } = api;
const [site, user] = await Promise.all([api.register("site"), api.register("user")]);
await setTier(api, site, "Admin");
const { id: projectId } = await createProject(api, user);

/** Index by index the rows would take minutes: the indexes are made of all of them at once. */
async function withoutIndexes(work: () => Promise<unknown>): Promise<void> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'ai_jobs' AND indexname <> 'ai_jobs_pkey'`;
  for (const { name } of indexes) await sql`DROP INDEX ${sql(name)}`;
  await work();
  for (const { definition } of indexes) await sql.unsafe(definition);
}

async function insert(rows: number, time: ReturnType<typeof sql.unsafe>): Promise<void> {
  await sql`
    INSERT INTO ai_jobs (id, project_id, requested_by, job_type, queue, priority, input_key, result_url, status, error, error_message,
      created_at, started_at, completed_at)
    SELECT gen_random_uuid(), ${projectId}, ${user.id}, 'explain', CASE WHEN n % 2 = 0 THEN 'ai-cpu' ELSE 'ai-gpu' END, 8, '-', '-',
      CASE WHEN n % 10 = 0 THEN 'FAILED' ELSE 'COMPLETED' END,
      CASE WHEN n % 10 = 0 THEN jsonb_build_object('code', 'AI_JOB_FAILED', 'message', 'no model ' || n % 70, 'details', null) END,
      CASE WHEN n % 10 = 0 THEN 'no model ' || n % 70 END,
      at, at + make_interval(secs => n % 7), at + make_interval(secs => n % 7 + n % 11)
    FROM generate_series(1, ${rows}) n, LATERAL (SELECT ${time} AS at) AS made`;
}
await withoutIndexes(async () => {
  await insert(oldRows, sql.unsafe("timestamptz '2026-01-01Z' - n * interval '1 minute'"));
  await insert(dayRows, sql.unsafe("timestamptz '2026-03-01Z' + n * interval '0.86 seconds'"));
});
await sql`ANALYZE ai_jobs`;

const watch = watchPlans(api);
afterAll(async () => {
  await watch[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

async function read(from: string, to: string) {
  const { result, nodes } = await watch.plansOf(() =>
    api.call(`GET /admin/stats/ai?from=${from}&to=${to}&bucket=minute`, { token: site.token }),
  );
  expect(result.status).toBe(200);
  const stats: JobStats = result.body.data;
  return { stats, scans: nodes.filter((node) => node["Relation Name"] === "ai_jobs") };
}

describe("statistics beside 1,000,000 jobs outside of their range", () => {
  test.each([
    ["an hour of a busy day", "2026-03-01T10:00:00.000Z", "2026-03-01T11:00:00.000Z"],
    ["an hour long ago, with as many before as after", "2025-01-01T10:00:00.000Z", "2025-01-01T11:00:00.000Z"],
    ["an hour in which there was nothing", "2026-02-01T10:00:00.000Z", "2026-02-01T11:00:00.000Z"],
  ])("%s: the jobs of the range are read once, by the index, and no other", async (_, from, to) => {
    const { stats, scans } = await read(from, to);
    expect(scans.map((node) => node["Node Type"])).toEqual([expect.stringMatching(/^(?:Index|Bitmap Heap) Scan$/)]);
    expect(scans.reduce((sum, node) => sum + rowsRead(node), 0)).toBe(stats.total);
  });

  test("100,000 jobs in the range are read within the time that a statement has", async () => {
    const { stats, scans } = await read("2026-03-01T00:00:00.000Z", "2026-03-02T00:00:00.000Z");
    expect(stats.total).toBe(dayRows);
    expect(scans.map((node) => node["Node Type"])).not.toContain("Seq Scan");
    expect(stats.by_status).toMatchObject({ COMPLETED: (dayRows / 10) * 9, FAILED: dayRows / 10 });
    expect(stats.wait_seconds).toEqual({ p50: 3, p95: 6 });
    expect(stats.run_seconds.p50).toBe(5);
    expect(stats.failures).toHaveLength(7);
    expect(stats.series).toHaveLength(24 * 60);
  });
});
