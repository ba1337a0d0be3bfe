import type { ErrorBody, ErrorCode } from "@hivesync/contracts/errors";

/** What is known of an answer besides its error body. */
export interface AnswerFacts {
  /** HTTP status of the error. */
  status: number;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  cause?: unknown;
}

/**
 * HiveSync answered with an error. `code` is stable, branch on it; `details` is what the code's documentation says
 * (for VALIDATION_ERROR rows of `{path, message}`, for PREVIEW_BUILD_FAILED rows of `{file, line, column, text, line_text}`).
 *
 * @example
 * try {
 *   await hive.api.projects.get.query({ id });
 * } catch (error) {
 *   if (isHiveSyncError(error, "NOT_FOUND")) return undefined;
 *   throw error;
 * }
 */
export class HiveSyncError extends Error {
  override readonly name = "HiveSyncError";
  readonly code: ErrorCode;
  readonly details: unknown;
  /** HTTP status of the error. */
  readonly status: number;
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;
  /** How long to wait before trying again, where the server says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(body: ErrorBody, facts: AnswerFacts) {
    super(body.message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = body.code;
    this.details = body.details;
    this.status = facts.status;
    this.requestId = facts.requestId;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/**
 * No answer came: refused, reset, no such host, cut in the middle. `cause` is the platform's error. What was asked for may or may not have happened.
 *
 * @example
 * if (isNetworkError(error)) console.error(`HiveSync is not reachable: ${error.message}`);
 */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/**
 * No answer came in time. What was asked for may or may not have happened.
 *
 * @example
 * if (isTimeoutError(error)) console.error(`No answer within ${error.timeoutMs} ms`);
 */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`No answer within ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

// By name and not by class: a program may hold two copies of this package.
function hasName(error: unknown, name: string): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === name;
}

/**
 * Whether HiveSync answered with an error, of a certain code if one is given.
 *
 * @example
 * if (isHiveSyncError(error, "AUTH_INVALID")) await signIn();
 */
export function isHiveSyncError(error: unknown, code?: ErrorCode): error is HiveSyncError {
  return hasName(error, "HiveSyncError") && (code === undefined || (error as HiveSyncError).code === code);
}

/**
 * Whether no answer came because the network failed.
 *
 * @example
 * if (isNetworkError(error)) showOffline();
 */
export function isNetworkError(error: unknown): error is NetworkError {
  return hasName(error, "NetworkError");
}

/**
 * Whether no answer came within the time given. Aborts by a signal are not timeouts.
 *
 * @example
 * if (isTimeoutError(error)) showSlow();
 */
export function isTimeoutError(error: unknown): error is TimeoutError {
  // An `AbortSignal.timeout` of the caller's own has this name too, but tells no time.
  return hasName(error, "TimeoutError") && typeof (error as Partial<TimeoutError>).timeoutMs === "number";
}
