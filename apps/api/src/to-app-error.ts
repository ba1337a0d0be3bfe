import { AppError } from "@hivesync/platform/app-error";
import { DrizzleQueryError } from "drizzle-orm/errors";

// What Postgres says when it is going, coming, full, or stopped a statement for its time (appendix A of its manual).
const unavailableSqlStates = new Set(["53300", "55P03", "57014", "57P01", "57P02", "57P03", "25P03", "40001", "40P01"]);

// foreign_key_violation: the row names one that was deleted since the call was admitted.
const goneSqlState = "23503";

const unavailableCodes = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

const unavailableNames = new Set(["TimeoutError", "MaxRetriesPerRequestError", "RequestTimeout", "NetworkingError"]);

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

function isUnavailable(error: Error): boolean {
  const code = codeOf(error);
  if (unavailableSqlStates.has(code) || code.startsWith("08") || unavailableCodes.has(code)) return true;
  if (unavailableNames.has(error.name) || error.message.startsWith("no answer within")) return true;
  const status = "$metadata" in error ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode : undefined;
  return status !== undefined && status >= 500;
}

// Drizzle wraps a failed query in an error whose message holds its parameters: they may be secrets, so only what is within goes on.
function unwrap(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}

/** Whatever was thrown, as an error of the table: a part that is away is SERVICE_UNAVAILABLE, what is gone meanwhile NOT_FOUND, anything unforeseen INTERNAL_ERROR. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const cause = unwrap(thrown);
  if (cause instanceof Error && isUnavailable(cause)) {
    return new AppError("SERVICE_UNAVAILABLE", { cause, internal: cause.message, retryAfterSeconds: 2 });
  }
  if (cause instanceof Error && codeOf(cause) === goneSqlState)
    return new AppError("NOT_FOUND", { cause, internal: cause.message });
  return new AppError("INTERNAL_ERROR", {
    cause,
    internal: cause instanceof Error ? cause.message : "a non-error was thrown",
  });
}
