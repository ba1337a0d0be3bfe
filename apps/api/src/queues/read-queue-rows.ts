import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import type { Queryable } from "@hivesync/db/client";
import { sql, type SQL } from "drizzle-orm";
import { allJobKinds, type JobKind } from "#outbox/job-kinds.ts";

/** What the rows tell of a queue's jobs. */
export interface QueueRows {
  /** Jobs that wait for their user's turn. */
  undispatched: number;
  /** Of all that have not begun, dispatched or not; null when there is none. */
  oldest_seconds: number | null;
  /** In the last day. */
  failed: number;
  /** In the last five minutes. */
  completed: number;
  /** The median of the newest runs that were completed; null when there was none within a day. */
  run_seconds: number | null;
}

/** Minutes that the throughput is the mean of. */
export const throughputMinutes = 5;
const medianOfNewest = 200;

/** Each part is a short range of one index, however many jobs there have been. */
function rowsOf({ table, definition }: JobKind): SQL {
  const queues = sql.join(
    definition.queues.map((queue) => sql`(${queue})`),
    sql`, `,
  );
  return sql`
    SELECT q.queue, waiting.*, oldest.*, failed.*, completed.*, runs.*
    FROM (VALUES ${queues}) AS q (queue)
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS undispatched FROM ${table}
      WHERE queue = q.queue AND status = 'QUEUED' AND dispatched_at IS NULL) AS waiting
    CROSS JOIN LATERAL (
      SELECT extract(epoch FROM now() - min(created_at))::float AS oldest_seconds FROM ${table}
      WHERE queue = q.queue AND status = 'QUEUED') AS oldest
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS failed FROM ${table}
      WHERE queue = q.queue AND status = 'FAILED' AND completed_at > now() - interval '1 day') AS failed
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS completed FROM ${table}
      WHERE queue = q.queue AND status = 'COMPLETED'
        AND completed_at > now() - make_interval(mins => ${throughputMinutes})) AS completed
    CROSS JOIN LATERAL (
      SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY newest.seconds)::float AS run_seconds
      FROM (
        SELECT extract(epoch FROM completed_at - started_at) AS seconds FROM ${table}
        -- What was answered from an earlier build ended as it began, and ran nowhere.
        WHERE queue = q.queue AND status = 'COMPLETED' AND completed_at > now() - interval '1 day'
          AND completed_at > started_at
        ORDER BY completed_at DESC LIMIT ${medianOfNewest}) AS newest) AS runs`;
}

type Row = QueueRows & { queue: QueueName } & Record<string, unknown>;

/** Reads in one statement what the rows tell of every queue that has some: maintenance has none. */
export async function readQueueRows(db: Queryable): Promise<Map<QueueName, QueueRows>> {
  const rows = await db.execute<Row>(sql.join(allJobKinds.map(rowsOf), sql` UNION ALL `));
  return new Map(rows.map(({ queue, ...row }) => [queue, row]));
}
