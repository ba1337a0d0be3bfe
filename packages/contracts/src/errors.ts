/**
 * The one table of error codes: what a caller can be told, with its HTTP status and its default sentence.
 *
 * Source: spec section 4.4 and the error list of the API design. `docs/errors.md` is generated from it.
 */
export const errorTable = {
  AUTH_INVALID: { status: 401, message: "Sign in first: the credentials are missing or not valid." },
  AUTH_EXPIRED: { status: 401, message: "The access token has expired. Refresh it and try again." },
  FORBIDDEN: { status: 403, message: "Your role does not allow this." },
  NOT_FOUND: { status: 404, message: "There is no such thing, or it is not yours to see." },
  METHOD_NOT_ALLOWED: { status: 405, message: "This address does not take that method." },
  CONFLICT: { status: 409, message: "This collides with what is already there." },
  PRECONDITION_FAILED: { status: 412, message: "It was changed since you read it. Read it again, then change it." },
  FILES_MISSING: { status: 409, message: "Some files are not stored yet. Upload them, then ask again." },
  IDEMPOTENCY_MISMATCH: { status: 422, message: "This Idempotency-Key was used before with another body." },
  VALIDATION_ERROR: { status: 400, message: "The input is not valid." },
  PAYLOAD_TOO_LARGE: { status: 413, message: "The body is larger than this address takes." },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: "Send the body as application/json." },
  RATE_LIMITED: { status: 429, message: "Too many requests. Wait as long as Retry-After says." },
  QUOTA_EXCEEDED: { status: 429, message: "This is more than your tier holds." },
  PREVIEW_BUILD_FAILED: { status: 422, message: "The preview could not be built." },
  AI_JOB_FAILED: { status: 422, message: "The documentation job failed." },
  REPO_SYNC_FAILED: { status: 422, message: "The repository could not be mirrored." },
  SERVICE_UNAVAILABLE: { status: 503, message: "A part of the service is not reachable. Try again shortly." },
  INTERNAL_ERROR: { status: 500, message: "Something went wrong on our side. The request id names it in our log." },
} as const satisfies Record<string, { status: number; message: string }>;

/**
 * A code of {@link errorTable}; stable, so that callers may branch on it.
 *
 * @example
 * const wanted: ErrorCode = "NOT_FOUND";
 * if (isHiveSyncError(error, wanted)) return undefined;
 */
export type ErrorCode = keyof typeof errorTable;

/** The `error` member of the envelope, and `error.data` of a tRPC error. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details: unknown;
}

/**
 * One row of the `details` of a VALIDATION_ERROR. `path` is dotted, as in `files.3.path`; empty for the whole input.
 *
 * @example
 * for (const { path, message } of error.details as ValidationIssue[]) mark(path, message);
 */
export interface ValidationIssue {
  path: string;
  message: string;
}
