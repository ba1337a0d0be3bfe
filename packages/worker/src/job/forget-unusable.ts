import type { UnusableBlob } from "@hivesync/platform/storage/blob-cache";
import type { WorkerDeps } from "#deps.ts";
import type { JobClaim } from "./claim-job.ts";
import { dropBlobs } from "./drop-blobs.ts";
import { failedOutcome, type Outcome } from "./outcome.ts";
import type { JobKind } from "./job-tables.ts";

const howToMend = {
  preview: "Publish again to upload what is missing.",
  ai: "Send the job again to upload what is missing.",
  repo: "Sync again.",
} as const satisfies Record<JobKind, string>;

/** Forgets blobs that are missing or damaged in the store, and fails the job with what to do. */
export async function forgetUnusable(
  deps: WorkerDeps,
  claim: JobClaim,
  unusable: readonly UnusableBlob[],
): Promise<Outcome> {
  const [first] = unusable;
  const { jobId: job_id, teamId: team_id } = claim;
  deps.log.warn("blobs_unusable", { job_id, team_id, count: unusable.length, first });
  const hashes = unusable.map((blob) => blob.sha256);
  await dropBlobs(deps, claim.teamId, hashes);
  const files = unusable.length === 1 ? "One of the files is" : `${unusable.length} of the files are`;
  return failedOutcome(claim, { error: `${files} missing or damaged in storage. ${howToMend[claim.kind]}` });
}
