import { callbacks } from "@hivesync/contracts/resources/callbacks";
import { parseRest } from "@hivesync/contracts/endpoint";
import { postCallback } from "@hivesync/platform/post-callback";
import type { RunningJob } from "@hivesync/platform/queue/run-worker";
import type { Deps } from "#deps.ts";
import { attemptPreview } from "#preview/attempt-preview.ts";
import { claimPreview } from "#preview/claim-preview.ts";
import { describeOurFailure, failedOutcome, keptOutcome, type Outcome } from "#preview/outcome.ts";

type PreviewJob = RunningJob<{ job_id: string }>;

const callbackPath = parseRest(callbacks.receivePreview.rest).path;

/** Claims, builds and keeps the outcome. Undefined when the job has ended already: there is nothing to do and nobody to tell. */
async function makeOutcome(deps: Deps, job: PreviewJob): Promise<Outcome | undefined> {
  const { signal, isLastTry } = job;
  const claim = await claimPreview(deps, job.payload.job_id);
  if (!claim) return undefined;
  const { jobId: job_id, attempt, teamId: team_id } = claim;
  deps.log.info("job_started", { job_id, attempt, team_id });
  const outcome = await attemptPreview(deps, claim, signal).catch((error: unknown): Outcome => {
    if (signal.aborted || !isLastTry) throw error;
    deps.log.error("job_given_up", { job_id, attempt, error });
    return failedOutcome(claim, { error: describeOurFailure(error) });
  });
  // Kept so that a re-run need not build again. Where the queue has lost the job, the outcome still counts.
  await job.keep(outcome).catch((error: unknown) => deps.log.warn("outcome_not_kept", { job_id, attempt, error }));
  return outcome;
}

/**
 * Builds a preview and reports its end to the API. A re-run of the same queue job that finds a kept outcome builds
 * nothing and only reports it, under the attempt that made it.
 */
export async function buildPreview(deps: Deps, job: PreviewJob): Promise<void> {
  const started = performance.now();
  const { job_id } = job.payload;
  const outcome = keptOutcome(job.kept) ?? (await makeOutcome(deps, job));
  if (!outcome) {
    deps.log.info("job_ended_before", { job_id });
    return;
  }
  const { applied } = await postCallback(deps.callback, {
    path: callbackPath,
    body: outcome,
    signal: job.signal,
    log: deps.log,
  });
  const { attempt, status } = outcome;
  deps.log.info("job_finished", {
    job_id,
    attempt,
    status,
    applied,
    duration_ms: Math.round(performance.now() - started),
  });
}
