import { callbacks } from "@hivesync/contracts/resources/callbacks";
import { parseRest } from "@hivesync/contracts/endpoint";
import { postCallback } from "@hivesync/platform/post-callback";
import type { RunningJob } from "@hivesync/platform/queue/run-worker";
import type { WorkerDeps } from "#deps.ts";
import { claimJob, type JobClaim } from "./claim-job.ts";
import type { JobKind } from "./job-tables.ts";
import { describeOurFailure, failedOutcome, keptOutcome, storable, type Outcome } from "./outcome.ts";
import { createProgressWriter, type ProgressWriter } from "./progress-writer.ts";

/** A queue's job that names a row. */
export type RowJob = RunningJob<{ job_id: string }>;

/** One attempt under way. */
export interface AttemptWork<Kind extends JobKind> {
  claim: JobClaim<Kind>;
  signal: AbortSignal;
  progress: ProgressWriter<Kind>;
}

/** Does the work of one attempt. What it throws may pass, and is tried again. */
export type AttemptJob<Kind extends JobKind, Deps extends WorkerDeps = WorkerDeps> = (
  deps: Deps,
  work: AttemptWork<Kind>,
) => Promise<Outcome>;

const callbackPaths = {
  preview: parseRest(callbacks.receivePreview.rest).path,
  ai: parseRest(callbacks.receiveAi.rest).path,
  repo: parseRest(callbacks.receiveRepo.rest).path,
} as const satisfies Record<JobKind, string>;

async function tryOnce<Kind extends JobKind, Deps extends WorkerDeps>(
  deps: Deps,
  attempt: AttemptJob<Kind, Deps>,
  { claim, signal }: { claim: JobClaim<Kind>; signal: AbortSignal },
): Promise<Outcome> {
  const progress = createProgressWriter({ ...deps, claim });
  try {
    const outcome = await attempt(deps, { claim, signal, progress });
    signal.throwIfAborted();
    return storable(outcome);
  } finally {
    await progress.stop();
  }
}

/** Claims and works. Undefined when the job has ended already: there is nothing to do and nobody to tell. */
async function makeOutcome<Kind extends JobKind, Deps extends WorkerDeps>(
  deps: Deps,
  job: RowJob,
  { kind, attempt: work }: { kind: Kind; attempt: AttemptJob<Kind, Deps> },
): Promise<Outcome | undefined> {
  const { signal, isLastTry } = job;
  const claim = await claimJob(deps, { kind, jobId: job.payload.job_id, queue: job.queue });
  if (!claim) return undefined;
  const { jobId: job_id, attempt, teamId: team_id } = claim;
  deps.log.info("job_started", { kind, job_id, attempt, team_id });
  return tryOnce(deps, work, { claim, signal }).catch((error: unknown): Outcome => {
    if (signal.aborted || !isLastTry) throw error;
    deps.log.error("job_given_up", { job_id, attempt, error });
    return failedOutcome(claim, { error: describeOurFailure(kind, error) });
  });
}

/** Keeps an outcome, so that a re-run need not work again. Where the queue has lost the job, the outcome still counts. */
async function keepOutcome(deps: WorkerDeps, job: RowJob, outcome: Outcome): Promise<void> {
  const { job_id, attempt } = outcome;
  await job.keep(outcome).catch((error: unknown) => deps.log.warn("outcome_not_kept", { job_id, attempt, error }));
}

/**
 * Does a job and reports its end to the API. A re-run of the same queue job that finds a kept outcome does nothing but
 * report it, under the attempt that made it.
 */
export async function reportJob<Kind extends JobKind, Deps extends WorkerDeps>(
  deps: Deps,
  job: RowJob,
  task: { kind: Kind; attempt: AttemptJob<Kind, Deps> },
): Promise<void> {
  const started = performance.now();
  const { job_id } = job.payload;
  const kept = keptOutcome(job.kept);
  const outcome = kept ?? (await makeOutcome(deps, job, task));
  if (!outcome) {
    deps.log.info("job_ended_before", { job_id });
    return;
  }
  const path = callbackPaths[task.kind];
  const keeping = kept ? undefined : keepOutcome(deps, job, outcome);
  try {
    const { applied } = await postCallback(deps.callback, { path, body: outcome, signal: job.signal, log: deps.log });
    const { attempt, status } = outcome;
    const duration_ms = Math.round(performance.now() - started);
    deps.log.info("job_finished", { kind: task.kind, job_id, attempt, status, applied, duration_ms });
  } finally {
    await keeping;
  }
}
