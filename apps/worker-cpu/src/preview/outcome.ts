import { callbackBody, type CallbackBody } from "@hivesync/contracts/resources/callbacks";
import type { PreviewClaim } from "./claim-preview.ts";

/** How a build ended, as it is kept beside the job and posted to the API. It names its attempt. */
export type Outcome = CallbackBody & { attempt: number };

// The API takes bodies up to 1 MiB, and a queue job is no place for much data.
const maxBytes = 256 * 1024;

/**
 * The same with every text made one that the database can hold, and of a size that can be kept and posted: what the
 * compiler quotes from a user's file may be anything. Lists that are too long are left to the build's log.
 */
export function storable(outcome: Outcome): Outcome {
  const clean = (_: string, value: unknown): unknown =>
    typeof value === "string" ? value.toWellFormed().replaceAll("\0", "\uFFFD") : value;
  const cleaned = JSON.parse(JSON.stringify(outcome), clean) as Outcome;
  if (Buffer.byteLength(JSON.stringify(cleaned)) <= maxBytes) return cleaned;
  const { error_details: _details, metrics: _metrics, ...short } = cleaned;
  return short;
}

/** The outcome that an earlier run of the queue job kept, if it is one. */
export function keptOutcome(kept: unknown): Outcome | undefined {
  const parsed = callbackBody.required({ attempt: true }).safeParse(kept);
  return parsed.success ? parsed.data : undefined;
}

/** The outcome of a build that gave no preview. `error` is for the user to read. */
export function failedOutcome(
  claim: PreviewClaim,
  failure: Pick<CallbackBody, "error_details" | "logs_url" | "metrics"> & { error: string },
): Outcome {
  const { jobId: job_id, attempt } = claim;
  return { job_id, attempt, status: "FAIL", error_code: "PREVIEW_BUILD_FAILED", ...failure };
}

/** What a user is told of a failure that is not theirs. */
export function describeOurFailure(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return "The build machine's disk is full. Nothing is wrong with your files: publish again in a few minutes.";
  }
  return "The preview could not be built for a reason on our side, after several tries. Nothing is wrong with your files: publish again in a few minutes.";
}
