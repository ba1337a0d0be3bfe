import { openStatuses, statusesBefore } from "@hivesync/contracts/jobs/job-state";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import type { Database } from "@hivesync/db/client";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import type { Logger } from "@hivesync/platform/logger";
import type { Enqueuer } from "@hivesync/platform/queue/enqueue";
import { and, asc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import { toAppError } from "#to-app-error.ts";
import type { RunTransaction } from "#transaction.ts";
import { endPreview } from "./end-preview.ts";

const sweepMs = 5_000;
const pageSize = 200;
const lowestId = "00000000-0000-0000-0000-000000000000";
// A job that was dispatched just now may not be visible in its queue yet.
const youngestSeconds = 5;

/** Finds jobs that the database holds for open and no queue knows any more (Redis flushed, say), and dispatches them again. */
export interface Reconciler {
  /** Answers how many jobs were sent back or given up. */
  reconcileOnce: () => Promise<number>;
  start: () => void;
  stop: () => Promise<void>;
}

export interface ReconcilerOptions {
  db: Database;
  transact: RunTransaction;
  enqueuer: Enqueuer;
  log: Logger;
  /** Called when a job was sent back to be dispatched. */
  onSentBack: () => void;
}

type OpenJob = Pick<typeof previewSessions.$inferSelect, "id" | "queue" | "dispatches" | "attempt">;

// A worker may have claimed what the dispatcher had no time to mark.
const heldSince = sql`coalesce(${previewSessions.dispatched_at}, ${previewSessions.started_at})`;

/** Jobs whose link has expired before they came to an end: nobody can see them any more. */
function readExpired(db: Database): Promise<Pick<OpenJob, "id" | "attempt">[]> {
  return db
    .select({ id: previewSessions.id, attempt: previewSessions.attempt })
    .from(previewSessions)
    .where(and(inArray(previewSessions.status, openStatuses), lt(previewSessions.expires_at, sql`now()`)))
    .limit(pageSize);
}

function readDispatched(db: Database, afterId: string): Promise<OpenJob[]> {
  return db
    .select({
      id: previewSessions.id,
      queue: previewSessions.queue,
      dispatches: previewSessions.dispatches,
      attempt: previewSessions.attempt,
    })
    .from(previewSessions)
    .where(
      and(
        inArray(previewSessions.status, openStatuses),
        lt(heldSince, sql`now() - make_interval(secs => ${youngestSeconds})`),
        gt(previewSessions.id, afterId),
      ),
    )
    .orderBy(asc(previewSessions.id))
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

async function giveUp(transact: RunTransaction, job: Pick<OpenJob, "id" | "attempt">, message: string): Promise<void> {
  const error = { code: "PREVIEW_BUILD_FAILED" as const, message, details: null };
  await transact((transaction) =>
    endPreview(transaction, { ...job, whileIn: statusesBefore("FAILED") }, { status: "FAILED", error, logs_key: null }),
  );
}

async function endExpired({ db, transact }: Pick<ReconcilerOptions, "db" | "transact">): Promise<void> {
  for (const job of await readExpired(db)) {
    await giveUp(transact, job, "The preview expired before it was built. Ask for it again.");
  }
}

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { db, transact, enqueuer, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const reconcile = async (job: OpenJob): Promise<boolean> => {
    if (await isLive(enqueuer, job)) return false;
    log.warn("job_lost", { job_id: job.id, queue: job.queue, dispatches: job.dispatches });
    if (job.dispatches >= previewBuild.retry.attempts) {
      const message = `The build was started ${job.dispatches} times and never came to an end. Ask for the preview again.`;
      await giveUp(transact, job, message);
      return true;
    }
    // Back to where the dispatcher takes it from; whoever still works on it under the old attempt is fenced off by the next claim.
    await db
      .update(previewSessions)
      .set({ status: "QUEUED", dispatched_at: null, progress: null })
      .where(
        and(
          eq(previewSessions.id, job.id),
          eq(previewSessions.dispatches, job.dispatches),
          inArray(previewSessions.status, statusesBefore("QUEUED")),
        ),
      );
    options.onSentBack();
    return true;
  };
  const reconcileOnce = async (): Promise<number> => {
    let lost = 0;
    await endExpired(options);
    let page: OpenJob[] = [];
    do {
      page = await readDispatched(db, page.at(-1)?.id ?? lowestId);
      for (const job of page) if (await reconcile(job)) lost += 1;
    } while (page.length === pageSize);
    return lost;
  };
  const sweep = async (): Promise<void> => {
    try {
      await reconcileOnce();
    } catch (error) {
      log.warn("reconcile_postponed", { error: toAppError(error) });
    }
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = sweep().finally(() => {
        if (timer) schedule();
      });
    }, sweepMs);
  };
  return {
    reconcileOnce,
    start: schedule,
    stop: async () => {
      clearTimeout(timer);
      timer = undefined;
      await running;
    },
  };
}
