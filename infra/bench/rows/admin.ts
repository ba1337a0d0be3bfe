import type { Sql } from "postgres";
import { createBenchStack, type Bench, type BenchStack } from "../bench-stack.ts";
import { takeTurns, type Caller } from "../callers.ts";
import { measureLoad, type Target } from "../load.ts";
import { reading, type Reading, type RowReport } from "../report.ts";
import { inRounds } from "../rounds.ts";
import { median, medianRatio } from "../statistics.ts";

const largeRows = 1_000_000;
const smallRows = 1_000;
/** Jobs and audit entries of the last day, which is what the operator looks at: as many beside many old ones as beside few. */
const recentRows = 2_000;
const operators = 400;
const longestSeconds = 2;

const places: Readonly<Record<string, string>> = {
  "statistics of previews, the last day": "/api/v1/admin/stats/previews",
  "statistics of AI jobs, the last day by the minute": "/api/v1/admin/stats/ai?bucket=minute",
  jobs: "/api/v1/admin/jobs",
  "failed jobs": "/api/v1/admin/jobs?status=FAILED",
  "failed jobs of one queue": "/api/v1/admin/jobs?queue=preview-cpu&status=FAILED",
  "audit entries of one type": "/api/v1/admin/audit?event_type=preview_completed",
  users: "/api/v1/admin/users?tier=Free",
  "users found by the beginning of a name, which all have": "/api/v1/admin/users?q=old_user",
  "one user found by the address": "/api/v1/admin/users?q=old_user_77@example.com",
};

/** Rows that begin so long ago and have so much time between them. */
interface Era {
  rows: number;
  /** SQL of the moment of the row `n`, counted from 1. */
  at: string;
}
const recent: Era = { rows: recentRows, at: `now() - n * interval '40 seconds'` };
const past = (rows: number): Era => ({ rows, at: `now() - interval '2 days' - n * interval '20 seconds'` });

async function insertJobs(sql: Sql, { projectId, userId }: { projectId: string; userId: string }, era: Era) {
  const failure = `CASE WHEN n % 10 = 0 THEN '{"code":"PREVIEW_BUILD_FAILED","message":"no","details":null}'::jsonb END`;
  const status = `CASE WHEN n % 10 = 0 THEN 'FAILED' ELSE 'COMPLETED' END`;
  const made = `FROM generate_series(1, ${era.rows}) AS n, LATERAL (SELECT ${era.at} AS at) AS made`;
  const times = `at, at, at + interval '1 second', at + interval '3 seconds'`;
  const columns = `id, project_id, requested_by, queue, priority, input_key, status, error, created_at, dispatched_at, started_at, completed_at`;
  const job = (queue: string): string =>
    `uuidv7(at - now()), '${projectId}', '${userId}', '${queue}', 8, '-', ${status}, ${failure}, ${times}`;
  await sql.unsafe(
    `INSERT INTO preview_sessions (${columns}, token_hash, bundle_url, expires_at) SELECT ${job("preview-cpu")}, '-', '-', now() + interval '1 day' ${made}`,
  );
  await sql.unsafe(
    `INSERT INTO ai_jobs (${columns}, job_type, result_url) SELECT ${job("ai-cpu")}, 'explain', '-' ${made}`,
  );
  await sql.unsafe(
    `INSERT INTO audit_logs (id, event_type, user_id, project_id, created_at)
     SELECT uuidv7(at - now()), CASE WHEN n % 2 = 0 THEN 'preview_completed' ELSE 'sign_in' END, '${userId}', '${projectId}', at ${made}`,
  );
}

interface Extent {
  target: Target;
  nextCaller: () => Caller;
}

/** Fills a stack with so many old jobs, users and audit entries, and the same of the last day as every other, and starts its API. */
async function makeExtent(stack: BenchStack, oldRows: number): Promise<Extent> {
  const { sql } = stack;
  const callers = await stack.insertCallers(operators);
  await sql`UPDATE users SET tier = 'Admin'`;
  const [caller] = callers;
  const [project] = await sql<{ id: string }[]>`
    INSERT INTO projects (id, team_id, name) VALUES (uuidv7(), ${caller?.teamId ?? null}, 'Todo') RETURNING id`;
  const of = { projectId: project?.id ?? "", userId: caller?.userId ?? "" };
  await sql`
    INSERT INTO users (id, email, username, password_hash, created_at)
    SELECT uuidv7(at - now()), 'old_user_' || n || '@example.com', 'old_user_' || n, '-', at
    FROM generate_series(1, ${oldRows}::int) AS n, LATERAL (SELECT now() - n * interval '1 minute' AS at) AS made`;
  for (const era of [past(oldRows), recent]) await insertJobs(sql, of, era);
  await sql`VACUUM ANALYZE`;
  return { target: await stack.startApi(), nextCaller: takeTurns(callers) };
}

async function measurePlace(bench: Bench, what: string, extents: { large: Extent; small: Extent }): Promise<Reading> {
  const path = places[what] ?? "";
  const run =
    ({ target, nextCaller }: Extent) =>
    (seconds: number) =>
      measureLoad(target, { connections: 1, seconds, nextCaller, callOf: () => ({ method: "GET", path }) });
  const seconds = Math.min(longestSeconds, bench.seconds);
  const [large, small] = [run(extents.large), run(extents.small)];
  await large(1);
  await small(1);
  const samples = await inRounds(bench.rounds, { large: () => large(seconds), small: () => small(seconds) });
  const p50 = (side: "large" | "small"): number[] => samples[side].map(({ p50Ms }) => p50Ms);
  return reading({
    what: `${what}, p50`,
    ours: median(p50("large")),
    beside: { name: `beside ${smallRows.toLocaleString("en")} old rows`, value: median(p50("small")) },
    unit: "ms",
    result: medianRatio(p50("large"), p50("small")),
    goal: { bound: "at_most", value: 1.2 },
  });
}

/** What the operator looks at, beside a million old jobs of two kinds, audit entries and users, and beside a thousand. */
export async function measureAdmin(bench: Bench): Promise<RowReport> {
  const rows = Math.max(smallRows, Math.round(largeRows * bench.scale));
  bench.say(`making ${(4 * rows).toLocaleString("en")} rows`);
  await using largeStack = await createBenchStack(bench);
  await using smallStack = await createBenchStack(bench);
  const large = await makeExtent(largeStack, rows);
  const small = await makeExtent(smallStack, smallRows);
  const readings: Reading[] = [];
  for (const what of Object.keys(places)) readings.push(await measurePlace(bench, what, { large, small }));
  return {
    readings,
    notes: [
      `Ours is beside ${rows.toLocaleString("en")} old previews and as many AI jobs, audit entries and users; ${recentRows.toLocaleString("en")} of the first three are of the last day in both. Two databases of one server. One connection, one request after the other.`,
    ],
  };
}
