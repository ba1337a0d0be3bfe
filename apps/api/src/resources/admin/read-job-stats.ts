import { jobStatuses } from "@hivesync/contracts/jobs/job-state";
import type { JobStats } from "@hivesync/contracts/operator";
import type { Database } from "@hivesync/db/client";
import { sql, type SQL } from "drizzle-orm";
import type { JobKind } from "#outbox/job-kinds.ts";
import { toStatsRange, type AskedRange, type StatsRange } from "./stats-range.ts";

const mostFailures = 20;
const longestMessage = 200;

/** Null where one of them is: `greatest` would pass over it. Clocks of two machines may differ, so that it is never less than nothing. */
function secondsBetween(from: string, to: string): SQL {
  const between = sql.raw(`${to} - ${from}`);
  return sql`CASE WHEN ${between} IS NOT NULL THEN greatest(extract(epoch FROM ${between}), 0)::float8 END`;
}

/** The jobs of the range, each read once. Whatever lies outside of it costs nothing: an index has it by `created_at`. */
function jobsWithin({ table }: JobKind, { from, to, bucket }: StatsRange): SQL {
  return sql`
    SELECT date_trunc(${bucket}, created_at, 'UTC') AS at, status, requested_by,
      ${secondsBetween("created_at", "started_at")} AS wait, ${secondsBetween("started_at", "completed_at")} AS run,
      CASE WHEN status = 'FAILED' THEN error ->> 'code' END AS code,
      CASE WHEN status = 'FAILED' THEN error_message END AS message
    FROM ${table} WHERE created_at >= ${from}::timestamptz AND created_at < ${to}::timestamptz`;
}

const percentiles = (seconds: SQL): SQL => sql`jsonb_build_object(
  'p50', percentile_cont(0.5) WITHIN GROUP (ORDER BY ${seconds}), 'p95', percentile_cont(0.95) WITHIN GROUP (ORDER BY ${seconds}))`;

const byStatus = sql.join(
  jobStatuses.map(
    (status) => sql`${sql.raw(`'${status}'`)}, count(*) FILTER (WHERE status = ${sql.raw(`'${status}'`)})`,
  ),
  sql`, `,
);

/** What the requesters' tiers are now. They are few beside their jobs, so that each is looked up once. */
const tiersOfRequesters = sql`
  SELECT u.tier, sum(r.total)::int AS total, sum(r.failed)::int AS failed
  FROM (
    SELECT requested_by, count(*) AS total, count(*) FILTER (WHERE status = 'FAILED') AS failed FROM jobs GROUP BY requested_by
  ) AS r LEFT JOIN users u ON u.id = r.requested_by
  GROUP BY u.tier ORDER BY total DESC, u.tier`;

/** Its first line alone: what comes after it differs from job to job. */
const firstLine = sql`left(btrim(split_part(btrim(message, E' \\t\\r\\n'), E'\\n', 1), E' \\t\\r'), ${sql.raw(String(longestMessage))})`;

const failures = sql`
  SELECT coalesce(code, '') AS code, coalesce(${firstLine}, '') AS message, count(*)::int AS count
  FROM jobs WHERE status = 'FAILED' GROUP BY 1, 2 ORDER BY count DESC, 1, 2 LIMIT ${sql.raw(String(mostFailures))}`;

/** Every step, those without a job too: each stands beside the jobs as one of no status, so that nothing need be joined. */
function steps({ from, to, bucket }: StatsRange): SQL {
  return sql`
    SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
      count(*) FILTER (WHERE status = 'COMPLETED') AS completed, count(*) FILTER (WHERE status = 'FAILED') AS failed,
      count(*) FILTER (WHERE status = 'CANCELLED') AS cancelled, count(*) FILTER (WHERE status IN ('QUEUED', 'RUNNING')) AS open,
      percentile_cont(0.95) WITHIN GROUP (ORDER BY wait) AS wait_p95, percentile_cont(0.95) WITHIN GROUP (ORDER BY run) AS run_p95
    FROM (
      SELECT at, status, wait, run FROM jobs
      UNION ALL SELECT step, NULL, NULL, NULL FROM generate_series(
        date_trunc(${bucket}, ${from}::timestamptz, 'UTC'), ${to}::timestamptz - interval '1 millisecond', ${`1 ${bucket}`}::interval, 'UTC') AS step
    ) AS of_step
    GROUP BY of_step.at ORDER BY of_step.at`;
}

type Whole = Pick<JobStats, "total" | "by_status" | "wait_seconds" | "run_seconds">;
type Parts = Pick<JobStats, "by_tier" | "failures" | "series">;

/**
 * Jobs of one kind that were asked for within a range: one statement, one scan of the range.
 *
 * @throws AppError VALIDATION_ERROR when it is no range, or one of too many steps
 */
export async function readJobStats(db: Database, kind: JobKind, asked: AskedRange): Promise<JobStats> {
  const range = toStatsRange(asked);
  const rows = (select: SQL): SQL => sql`(SELECT coalesce(jsonb_agg(to_jsonb(part)), '[]') FROM (${select}) AS part)`;
  const [read] = await db.execute<{ whole: Whole } & Parts>(sql`
    WITH jobs AS MATERIALIZED (${jobsWithin(kind, range)})
    SELECT
      (SELECT jsonb_build_object('total', count(*), 'by_status', jsonb_build_object(${byStatus}),
        'wait_seconds', ${percentiles(sql`wait`)}, 'run_seconds', ${percentiles(sql`run`)}) FROM jobs) AS whole,
      ${rows(tiersOfRequesters)} AS by_tier, ${rows(failures)} AS failures, ${rows(steps(range))} AS series`);
  if (!read) throw new Error("an aggregate has one row");
  const { whole, ...parts } = read;
  return { ...range, ...whole, ...parts };
}
