import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { tiers, type Tier, type TierLimits } from "@hivesync/contracts/tiers";
import type { Database, Queryable } from "@hivesync/db/client";
import type { Logger } from "@hivesync/platform/logger";
import type { Enqueuer } from "@hivesync/platform/queue/enqueue";
import { sql, type SQL } from "drizzle-orm";
import { toAppError } from "#to-app-error.ts";
import { allJobKinds, jobKinds, type JobKind, type JobName } from "./job-kinds.ts";

const sweepMs = 2_000;
const batchSize = 50;

/** Moves accepted jobs from their rows to the queues. The row is the outbox; nothing else enqueues. */
export interface Dispatcher {
  /** Says that there may be work: after a commit that made a job, and after a job's end. Of any kind when none is named. */
  wake: (kind?: JobName) => void;
  /** Dispatches what may run now. Answers how many jobs were enqueued. */
  dispatchOnce: () => Promise<number>;
  start: () => void;
  stop: () => Promise<void>;
}

export interface DispatcherOptions {
  db: Database;
  enqueuer: Enqueuer;
  tiers: Readonly<Record<Tier, TierLimits>>;
  log: Logger;
}

interface Waiting extends Record<string, unknown> {
  id: string;
  queue: QueueName;
  priority: number;
  dispatches: number;
}

function atOnce(kind: JobKind, limits: Readonly<Record<Tier, TierLimits>>): SQL {
  const cases = tiers.map((tier) => sql`WHEN ${tier} THEN ${kind.atOnce(limits[tier])}::int`);
  // Of a user who is gone the jobs still run, one at a time.
  return sql`CASE coalesce(u.tier, 'Free') ${sql.join(cases, sql` `)} END`;
}

/**
 * The waiting rows of a kind that may run: of each user only as many as the tier runs at once, those under way counted in. A row that another
 * dispatcher holds is passed over; one that it has dispatched meanwhile is dropped when the lock looks at the row again.
 */
function lockWaiting(
  transaction: Queryable,
  kind: JobKind,
  limits: Readonly<Record<Tier, TierLimits>>,
): Promise<Waiting[]> {
  const isOfUse = kind.expires ? sql`AND p.expires_at > now()` : sql``;
  return transaction.execute<Waiting>(sql`
    WITH waiting AS (
      SELECT p.id, p.priority, p.created_at,
        row_number() OVER (PARTITION BY p.requested_by ORDER BY p.priority, p.created_at, p.id) AS place,
        (SELECT count(*) FROM ${kind.table} o
          WHERE o.requested_by = p.requested_by AND o.status IN ('QUEUED', 'RUNNING') AND o.dispatched_at IS NOT NULL) AS under_way,
        ${atOnce(kind, limits)} AS at_once
      FROM ${kind.table} p LEFT JOIN users u ON u.id = p.requested_by
      WHERE p.status = 'QUEUED' AND p.dispatched_at IS NULL ${isOfUse}
    )
    SELECT p.id, p.queue, p.priority, p.dispatches
    FROM ${kind.table} p JOIN waiting w ON w.id = p.id
    WHERE w.place + w.under_way <= w.at_once AND p.status = 'QUEUED' AND p.dispatched_at IS NULL
    ORDER BY p.priority, p.created_at
    LIMIT ${batchSize}
    FOR UPDATE OF p SKIP LOCKED`);
}

async function dispatchBatch(options: DispatcherOptions, kind: JobKind): Promise<number> {
  return options.db.transaction(async (transaction) => {
    const rows = await lockWaiting(transaction, kind, options.tiers);
    for (const row of rows) {
      // Killed between this and the mark, the next dispatcher adds the same queue id again, which the queue takes as the same job.
      const jobId = `${row.id}-${row.dispatches + 1}`;
      const place = { queue: row.queue, jobId, priority: row.priority };
      await options.enqueuer.add(kind.definition, { job_id: row.id }, place);
      await transaction.execute(
        sql`UPDATE ${kind.table} SET dispatched_at = now(), dispatches = dispatches + 1 WHERE id = ${row.id}`,
      );
    }
    return rows.length;
  });
}

async function dispatchKind(options: DispatcherOptions, kind: JobKind): Promise<number> {
  let total = 0;
  let count = 0;
  do {
    count = await dispatchBatch(options, kind);
    total += count;
  } while (count === batchSize);
  return total;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = true;
  /** Kinds of which there may be work. */
  const woken = new Set<JobKind>();

  const sweep = async (): Promise<void> => {
    try {
      // What is woken meanwhile comes last, and is seen too.
      for (const kind of woken) {
        woken.delete(kind);
        await dispatchKind(options, kind);
      }
    } catch (error) {
      // Redis or Postgres is away. The rows wait; the next sweep tries again.
      woken.clear();
      options.log.warn("dispatch_postponed", { error: toAppError(error) });
    }
  };
  const run = (): void => {
    running = sweep().finally(() => {
      running = undefined;
      if (woken.size > 0) run();
    });
  };
  const wake = (name?: JobName): void => {
    if (stopped) return;
    for (const kind of name === undefined ? allJobKinds : [jobKinds[name]]) woken.add(kind);
    if (!running) run();
  };
  return {
    wake,
    dispatchOnce: async () => {
      let total = 0;
      for (const kind of allJobKinds) total += await dispatchKind(options, kind);
      return total;
    },
    start: () => {
      stopped = false;
      wake();
      // Whatever else is woken meanwhile: each kind is looked at that often.
      timer = setInterval(() => wake(), sweepMs);
    },
    stop: async () => {
      stopped = true;
      woken.clear();
      clearInterval(timer);
      await running;
    },
  };
}
