import type { ErrorBody } from "@hivesync/contracts/errors";
import type { JobStatus } from "@hivesync/contracts/jobs/job-state";
import type { Tier } from "@hivesync/contracts/tiers";
import type { JobTable } from "@hivesync/db/job-table";
import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import { audit } from "#audit.ts";
import { notify } from "#events/notify.ts";
import type { MeasuredJob } from "#metrics/metrics.ts";
import type { Transaction } from "#transaction.ts";
import type { JobKind, ToldJob } from "./job-kinds.ts";

/** Writes an end into the rows that `which` names, with its log and what this kind of job has to show, and answers {@link toldColumns} of them. */
export type WriteEnd = (
  transaction: Transaction,
  end: { which: SQL | undefined; logs_key: string | null },
) => Promise<EndedJob[]>;

/** How a job ended. Keys are object keys: a signed URL is never stored. */
export type JobEnd =
  | { status: "COMPLETED"; logs_key: string | null; write: WriteEnd }
  | { status: "FAILED"; logs_key: string | null; error: ErrorBody };

/** What is told of an end. */
type ToldEnd = { status: "COMPLETED" } | { status: "FAILED"; error: ErrorBody };

/** What every end sets. */
export const endedFields = { progress: null, completed_at: sql`now()` };

/** A job that has ended, with what is measured of it. */
export type EndedJob = ToldJob & Omit<MeasuredJob, "kind" | "status">;

type EndColumn = "id" | "project_id" | "requested_by" | "created_at" | "started_at" | "completed_at";

/** The columns that an {@link EndedJob} is made of. */
export function toldColumns(table: Pick<JobTable, EndColumn>) {
  const { id, project_id, requested_by, created_at, started_at, completed_at } = table;
  const tier = sql<Tier | null>`(SELECT users.tier FROM users WHERE users.id = ${requested_by})`;
  return { id, project_id, requested_by, created_at, started_at, completed_at, tier };
}

async function notifyRequester(
  transaction: Transaction,
  job: ToldJob & { kind: JobKind },
  end: ToldEnd,
): Promise<void> {
  const { kind, requested_by: user_id } = job;
  if (user_id === null) return;
  const data = { job_id: job.id, project_id: job.project_id, ...job.notice };
  await notify(transaction, {
    user_id,
    type: kind.notifications[end.status],
    data: end.status === "COMPLETED" ? data : { ...data, code: end.error.code, message: end.error.message },
  });
}

/** Tells the requester, the operator and whoever is watching of a job's end, in the transaction that makes it so. */
export async function announceEnd(
  transaction: Transaction,
  job: ToldJob & { kind: JobKind },
  end: ToldEnd,
): Promise<void> {
  const { kind } = job;
  const completed = end.status === "COMPLETED";
  const isQuiet = await kind.isQuiet(transaction, job, end.status);
  // Sent one behind the other, without waiting between.
  await Promise.all([
    isQuiet ? undefined : notifyRequester(transaction, job, end),
    audit(transaction, {
      event_type: completed ? `${kind.name}_completed` : `${kind.name}_failed`,
      user_id: job.requested_by,
      project_id: job.project_id,
      metadata: completed ? { job_id: job.id } : { job_id: job.id, code: end.error.code },
    }),
  ]);
  transaction.announce(...kind.endEvents(job, end.status));
}

function writeFailure(
  transaction: Transaction,
  { table }: JobKind,
  { error, ...end }: Extract<JobEnd, { status: "FAILED" }> & { which: SQL | undefined },
): Promise<EndedJob[]> {
  const { which, ...fields } = end;
  return transaction
    .update(table)
    .set({ ...fields, error, error_message: error.message, ...endedFields })
    .where(which)
    .returning(toldColumns(table));
}

/**
 * Ends a job with all its effects, once: only in this attempt and while its status is one of `whileIn`. False when it has ended already
 * or a later attempt holds it; nothing was changed then.
 */
export async function endJob(
  transaction: Transaction,
  job: { kind: JobKind; id: string; attempt: number; whileIn: readonly JobStatus[] },
  end: JobEnd,
): Promise<boolean> {
  const { kind } = job;
  const { table } = kind;
  const which = and(eq(table.id, job.id), eq(table.attempt, job.attempt), inArray(table.status, job.whileIn));
  const [row] =
    end.status === "COMPLETED"
      ? await end.write(transaction, { which, logs_key: end.logs_key })
      : await writeFailure(transaction, kind, { ...end, which });
  if (!row) return false;
  transaction.measure({ ...row, kind: kind.name, status: end.status });
  await announceEnd(transaction, { ...row, kind }, end);
  return true;
}
