import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { tiers, type Tier, type TierLimits } from "@hivesync/contracts/tiers";
import type { Database } from "@hivesync/db/client";
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
 * The waiting rows of a kind that may run: of each user only as many as the tier runs at once, those under way counted in. One that was added to its
 * queue a moment ago still waits here until it is marked, or is under way once a worker has claimed it: nobody else's turn comes in between.
 */
async function findWaiting(
  db: Database,
  kind: JobKind,
  limits: Readonly<Record<Tier, TierLimits>>,
): Promise<Waiting[]> {
  const isOfUse = kind.expires ? sql`AND p.expires_at > now()` : sql``;
  const rows = await db.execute<Waiting>(sql`
    WITH waiting AS (
      SELECT p.id, p.queue, p.priority, p.dispatches, p.created_at,
        row_number() OVER (PARTITION BY p.requested_by ORDER BY p.priority, p.created_at, p.id) AS place,
        (SELECT count(*) FROM ${kind.table} o
          WHERE o.requested_by = p.requested_by AND o.status IN ('QUEUED', 'RUNNING')
            AND (o.dispatched_at IS NOT NULL OR o.status = 'RUNNING')) AS under_way,
        ${atOnce(kind, limits)} AS at_once
      FROM ${kind.table} p LEFT JOIN users u ON u.id = p.requested_by
      WHERE p.status = 'QUEUED' AND p.dispatched_at IS NULL ${isOfUse}
    )
    SELECT id, queue, priority, dispatches FROM waiting
    WHERE place + under_way <= at_once
    ORDER BY priority, created_at
    LIMIT ${batchSize}`);
  return [...rows];
}

/** Adds a job to its queue and marks its row. False when another dispatcher was first, or the row has gone elsewhere. */
async function dispatch({ db, enqueuer }: DispatcherOptions, kind: JobKind, row: Waiting): Promise<boolean> {
  const { id, queue, priority, dispatches } = row;
  // Two dispatchers at once, or one that is killed before the mark and one after it, add the same queue id, which the queue takes as the same job. So
  // no row is locked meanwhile: its worker would wait for that, and whoever cancels it for Redis.
  await enqueuer.add(kind.definition, { job_id: id }, { queue, jobId: `${id}-${dispatches + 1}`, priority });
  const marked = await db.execute(sql`
    UPDATE ${kind.table} SET dispatched_at = now(), dispatches = dispatches + 1
    WHERE id = ${id} AND dispatches = ${dispatches} AND queue = ${queue} AND dispatched_at IS NULL
    RETURNING id`);
  return marked.length > 0;
}

async function dispatchKind(options: DispatcherOptions, kind: JobKind): Promise<number> {
  let total = 0;
  let rows: Waiting[] = [];
  do {
    rows = await findWaiting(options.db, kind, options.tiers);
    for (const row of rows) if (await dispatch(options, kind, row)) total += 1;
  } while (rows.length === batchSize);
  return total;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let stopped = true;
  /** Kinds of which there may be work. */
  const woken = new Set<JobKind>();

  const sweep = async (): Promise<void> => {
    // What is woken meanwhile comes last, and is seen too.
    for (const kind of woken) {
      woken.delete(kind);
      try {
        await dispatchKind(options, kind);
      } catch (error) {
        // Redis or Postgres is away. The rows wait; the next sweep tries again.
        options.log.warn("dispatch_postponed", { kind: kind.name, error: toAppError(error) });
      }
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
