import { AppError } from "@hivesync/platform/app-error";

/** What can go wrong with a model, and how a person is told. Nothing that a model or its server said is repeated. */
const reasons = {
  unreachable: "The model server could not be reached.",
  refused: "The model server refused the key that it was given.",
  rejected: "The model server rejected the request.",
  busy: "The model server takes no more requests for now.",
  broken: "The model server answered with an error of its own.",
  slow: "The model did not answer in time.",
  "cut-off": "The model's answer broke off.",
  flood: "The model answered more than it was allowed to.",
  unreadable: "The model's answer was not in the form that was asked for.",
  "not-loaded": "The local model could not be loaded.",
  "too-large": "The request does not fit into the model's context.",
  died: "The local model's process ended.",
} as const;

export type FailureReason = keyof typeof reasons;

/** Those that may be gone at the next try. */
const passing: ReadonlySet<FailureReason> = new Set(["unreachable", "busy", "broken", "slow", "cut-off", "died"]);

const ofOneRequest: ReadonlySet<FailureReason> = new Set(["unreadable", "flood", "too-large"]);

export interface FailureDetail {
  /** HTTP status, where there is one. */
  status?: number | undefined;
  /** How long the server asks to be left alone, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** What the model is told about an answer that could not be read. In our own words. */
  complaint?: string | undefined;
}

/** A model that did not do its work. Safe to log and to show: it holds no text of a server, a model or a user. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly reason: FailureReason;
  readonly detail: FailureDetail;

  constructor(reason: FailureReason, detail: FailureDetail = {}) {
    super(reasons[reason]);
    this.reason = reason;
    this.detail = detail;
  }

  get mayPass(): boolean {
    return passing.has(this.reason);
  }

  /** Whether another request of the same order may yet be answered. */
  get concernsOneRequest(): boolean {
    return ofOneRequest.has(this.reason);
  }

  /** As the job's owner is told. */
  toAppError(): AppError {
    const status = this.detail.status === undefined ? "" : ` (HTTP ${String(this.detail.status)})`;
    return new AppError("AI_JOB_FAILED", {
      publicMessage: this.message,
      internal: `The model failed: ${this.reason}${status}`,
    });
  }
}
