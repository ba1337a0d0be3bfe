import { callbackBody, type CallbackBody } from "@hivesync/contracts/resources/callbacks";
import type { ErrorCode } from "@hivesync/contracts/errors";
import type { JobClaim } from "./claim-job.ts";
import type { JobKind } from "./job-tables.ts";

/** How a job ended, as it is kept beside the job and posted to the API. It names its attempt. */
export type Outcome = CallbackBody & { attempt: number };

// The API takes bodies up to 1 MiB, and a queue job is no place for much data.
const maxBytes = 256 * 1024;

/**
 * The same with every text made one that the database can hold, and of a size that can be kept and posted: what the
 * compiler quotes from a user's file may be anything. Lists that are too long are left to the job's log.
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

const failureCodes = {
  preview: "PREVIEW_BUILD_FAILED",
  ai: "AI_JOB_FAILED",
  repo: "REPO_SYNC_FAILED",
} as const satisfies Record<JobKind, ErrorCode>;

const maxErrorCharacters = 10_000;

/** The outcome of an attempt that gave no result. `error` is for the user to read. */
export function failedOutcome(
  claim: Pick<JobClaim, "kind" | "jobId" | "attempt">,
  failure: Pick<CallbackBody, "error_code" | "error_details" | "logs_url" | "metrics"> & { error: string },
): Outcome {
  const { kind, jobId: job_id, attempt } = claim;
  const error = failure.error.slice(0, maxErrorCharacters);
  return { job_id, attempt, status: "FAIL", error_code: failureCodes[kind], ...failure, error };
}

const ourFailures = {
  preview: { what: "The preview could not be built", again: "publish again in a few minutes" },
  ai: { what: "The documentation could not be written", again: "send the job again in a few minutes" },
  repo: { what: "The repository could not be mirrored", again: "sync again in a few minutes" },
} as const satisfies Record<JobKind, { what: string; again: string }>;

/** What may pass, with what the user is told when it did not in several tries. */
export class PassingFailure extends Error {
  override readonly name = "PassingFailure";
  readonly told: string;

  constructor(told: string, options: { cause: unknown }) {
    super(told, options);
    this.told = told;
  }
}

/** What a user is told of a failure that is not theirs. */
export function describeOurFailure(kind: JobKind, error: unknown): string {
  if (error instanceof PassingFailure) return error.told;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const { what, again } = ourFailures[kind];
  if (code === "ENOSPC" || code === "EDQUOT") {
    return `The worker's disk is full. Nothing is wrong with your files: ${again}.`;
  }
  return `${what} for a reason on our side, after several tries. Nothing is wrong with your files: ${again}.`;
}
