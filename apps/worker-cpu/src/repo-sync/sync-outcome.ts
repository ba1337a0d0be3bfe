import type { RepoMetrics } from "@hivesync/contracts/jobs/repo-sync";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { MirrorError } from "@hivesync/git-mirror/mirror-error";
import type { JobClaim } from "@hivesync/worker/job/claim-job";
import type { Outcome } from "@hivesync/worker/job/outcome";
import { SyncFailure } from "./sync-failure.ts";

const mostNamed = 100;
// A callback has a limit, and git takes names of thousands of characters.
const maxNamesBytes = 48 * 1_024;

/** As many of the names as a callback tells. */
function named(names: readonly string[]): string[] {
  let bytes = 0;
  return names.slice(0, mostNamed).filter((name) => (bytes += Buffer.byteLength(name)) <= maxNamesBytes);
}

/** The outcome of a sync that was done. */
export function doneOutcome(
  { jobId: job_id, attempt }: Pick<JobClaim, "jobId" | "attempt">,
  done: { metrics: RepoMetrics } & Pick<CallbackBody, "logs_url" | "artifacts">,
): Outcome {
  const { forced, deleted } = done.metrics;
  const metrics: RepoMetrics = { ...done.metrics, forced: named(forced), deleted: named(deleted) };
  return { job_id, attempt, status: "SUCCESS", bundle_url: null, ...done, metrics };
}

/** What the user is told of an error that would only come again; undefined of one that may pass. */
export function permanentFailure(
  error: unknown,
): (Pick<CallbackBody, "error_code" | "error_details"> & { error: string }) | undefined {
  if (error instanceof MirrorError) return { error: error.message, error_details: { reason: error.reason } };
  if (!(error instanceof SyncFailure)) return undefined;
  return { error: error.message, error_code: error.code, error_details: { ...error.details } };
}
