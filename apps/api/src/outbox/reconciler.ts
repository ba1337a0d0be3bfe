import { openStatuses, statusesBefore } from "@hivesync/contracts/jobs/job-state";
import type { Database } from "@hivesync/db/client";
import type { JobTable } from "@hivesync/db/job-table";
import type { Logger } from "@hivesync/platform/logger";
import type { Enqueuer } from "@hivesync/platform/queue/enqueue";
import { and, asc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import { createSweeps, type Sweeps } from "#sweeps.ts";
import { toAppError } from "#to-app-error.ts";
import type { RunTransaction } from "#transaction.ts";
import { endJob } from "./end-job.ts";
import { allJobKinds, type JobKind } from "./job-kinds.ts";

const sweepMs = 5_000;
const pageSize = 200;
const lowestId = "00000000-0000-0000-0000-000000000000";
// A job that was dispatched just now may not be visible in its queue yet.
const youngestSeconds = 5;

/** Finds jobs that the database holds for open and no queue knows any more (Redis flushed, say), and dispatches them again. */
export interface Reconciler extends Sweeps {
  /** Answers how many jobs were sent back or given up. */
  reconcileOnce: () => Promise<number>;
}

export interface ReconcilerOptions {
  db: Database;
  transact: RunTransaction;
  enqueuer: Enqueuer;
  log: Logger;
  /** Called when a job was sent back to be dispatched. */
  onSentBack: () => void;
  /** Done before each sweep of its own. */
  beforeSweep?: () => Promise<unknown>;
}

type OpenJob = Pick<JobTable["$inferSelect"], "id" | "queue" | "dispatches" | "attempt">;
type Attempt = Pick<OpenJob, "id" | "attempt">;

/** Jobs whose link has expired before they came to an end: nobody can see them any more. */
function readExpired(db: Database, { table }: JobKind): Promise<Attempt[]> {
  return db
    .select({ id: table.id, attempt: table.attempt })
    .from(table)
    .where(and(inArray(table.status, openStatuses), sql`expires_at < now()`))
    .limit(pageSize);
}

function readDispatched(db: Database, { table }: JobKind, afterId: string): Promise<OpenJob[]> {
  // A worker may have claimed what the dispatcher had no time to mark.
  const heldSince = sql`coalesce(${table.dispatched_at}, ${table.started_at})`;
  return db
    .select({
      id: table.id,
      queue: table.queue,
      dispatches: table.dispatches,
      attempt: table.attempt,
    })
    .from(table)
    .where(
      and(
        inArray(table.status, openStatuses),
        lt(heldSince, sql`now() - make_interval(secs => ${youngestSeconds})`),
        gt(table.id, afterId),
      ),
    )
    .orderBy(asc(table.id))
    .limit(pageSize);
}

const liveStates = new Set(["waiting", "prioritized", "delayed", "active", "waiting-children"]);

async function isLive(enqueuer: Enqueuer, job: OpenJob): Promise<boolean> {
  const queue = enqueuer.queue(job.queue);
  // The next dispatch too: a dispatcher that was killed between enqueue and mark left a queue job that the row does not count.
  const states = await Promise.all(
    [job.dispatches, job.dispatches + 1].map((dispatch) => queue.getJobState(`${job.id}-${dispatch}`)),
  );
  return states.some((state) => liveStates.has(state));
}

async function giveUp(
  transact: RunTransaction,
  { id, attempt, kind }: Attempt & { kind: JobKind },
  message: string,
): Promise<void> {
  const error = { code: kind.failureCode, message, details: null };
  const job = { kind, id, attempt, whileIn: statusesBefore("FAILED") };
  await transact((transaction) => endJob(transaction, job, { status: "FAILED", error, logs_key: null }));
}

async function endExpired({ db, transact }: ReconcilerOptions, kind: JobKind): Promise<void> {
  if (!kind.expires) return;
  for (const job of await readExpired(db, kind)) {
    await giveUp(transact, { ...job, kind }, `The ${kind.noun} expired before its end. Ask for it again.`);
  }
}

/** Sends a job back that no queue knows, or gives it up. False when it is on its way. */
async function reconcile(options: ReconcilerOptions, kind: JobKind, job: OpenJob): Promise<boolean> {
  const { db, transact, enqueuer, log } = options;
  const { table } = kind;
  if (await isLive(enqueuer, job)) return false;
  log.warn("job_lost", { job_id: job.id, queue: job.queue, dispatches: job.dispatches });
  if (job.dispatches >= kind.definition.retry.attempts) {
    const message = `The ${kind.noun} was started ${job.dispatches} times and never came to an end. Ask for it again.`;
    await giveUp(transact, { ...job, kind }, message);
    return true;
  }
  // Back to where the dispatcher takes it from; whoever still works on it under the old attempt is fenced off by the next claim.
  await db
    .update(table)
    .set({ status: "QUEUED", dispatched_at: null, progress: null })
    .where(
      and(eq(table.id, job.id), eq(table.dispatches, job.dispatches), inArray(table.status, statusesBefore("QUEUED"))),
    );
  options.onSentBack();
  return true;
}

async function reconcileKind(options: ReconcilerOptions, kind: JobKind): Promise<number> {
  let lost = 0;
  await endExpired(options, kind);
  let page: OpenJob[] = [];
  do {
    page = await readDispatched(options.db, kind, page.at(-1)?.id ?? lowestId);
    for (const job of page) if (await reconcile(options, kind, job)) lost += 1;
  } while (page.length === pageSize);
  return lost;
}

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { log } = options;
  const reconcileOnce = async (): Promise<number> => {
    let lost = 0;
    for (const kind of allJobKinds) lost += await reconcileKind(options, kind);
    return lost;
  };
  const sweep = async (): Promise<void> => {
    try {
      await options.beforeSweep?.();
      await reconcileOnce();
    } catch (error) {
      log.warn("reconcile_postponed", { error: toAppError(error) });
    }
  };
  return { reconcileOnce, ...createSweeps(sweep, { firstMs: sweepMs, everyMs: sweepMs }) };
}
