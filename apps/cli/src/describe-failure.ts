import {
  FileChangedError,
  isHiveSyncError,
  isNetworkError,
  isTimeoutError,
  type HiveSyncError,
  type ValidationIssue,
} from "@hivesync/sdk";
import { CredentialStoreError, LocalFileError } from "@hivesync/sdk/node";
import { formatBuildErrors } from "./build-errors.ts";
import { CliError, exitCodes } from "./cli-error.ts";

/** A failure as it is reported. */
export interface FailureReport {
  /** With `--json`. */
  body: { code: string; message: string; details: unknown };
  /** For people. */
  text: string;
  exitCode: number;
}

/** Says what went wrong, what to do about it, and what the process ends with. */
export function describeFailure(error: unknown): FailureReport {
  if (isHiveSyncError(error)) return describeAnswer(error);
  if (error instanceof CliError) return report(error, { code: error.code, exitCode: error.exitCode });
  if (isNetworkError(error)) {
    const hint = "Is HiveSync running there? Set another address with --api-url or HIVESYNC_API_URL.";
    return report(error, { code: "NETWORK_ERROR", hint });
  }
  if (isTimeoutError(error)) return report(error, { code: "TIMEOUT", hint: "Try again in a moment." });
  if (error instanceof LocalFileError) return report(error, { code: "LOCAL_FILE" });
  if (error instanceof FileChangedError) {
    return report(error, { code: "LOCAL_FILE", hint: "Try again when nothing writes to the folder." });
  }
  if (error instanceof CredentialStoreError) return report(error, { code: "CREDENTIAL_STORE" });
  return report(error instanceof Error ? error : new Error(String(error)), { code: "UNEXPECTED" });
}

function report(
  error: Error,
  { code, hint, exitCode = exitCodes.failure }: { code: string; hint?: string; exitCode?: number },
): FailureReport {
  const { message } = error;
  const text = hint === undefined ? message : `${message}\n${hint}`;
  return { body: { code, message, details: null }, text, exitCode };
}

function describeAnswer(error: HiveSyncError): FailureReport {
  const { code, message, details } = error;
  const lines = [headline(error), explain(error)].filter((line) => line !== "");
  return { body: { code, message, details }, text: lines.join("\n"), exitCode: exitCodeOf(error) };
}

/** The API's own words, but where there are better ones at hand. */
function headline({ code, message, details }: HiveSyncError): string {
  const facts = (details ?? {}) as { limit?: unknown };
  if (code === "RATE_LIMITED" && typeof facts.limit === "number") {
    return `That is more than the ${facts.limit} that are allowed in a while.`;
  }
  // A build's message is its first row, which is told with its line below.
  const [first] = Array.isArray(details) ? (details as { text?: unknown }[]) : [];
  const isRow = code === "PREVIEW_BUILD_FAILED" && typeof first?.text === "string" && message.endsWith(first.text);
  return isRow ? "The preview could not be built." : message;
}

const failedJobs: ReadonlySet<string> = new Set(["PREVIEW_BUILD_FAILED", "AI_JOB_FAILED", "REPO_SYNC_FAILED"]);

function exitCodeOf({ code }: HiveSyncError): number {
  if (code === "AUTH_INVALID" || code === "AUTH_EXPIRED") return exitCodes.notSignedIn;
  return failedJobs.has(code) ? exitCodes.jobFailed : exitCodes.failure;
}

function explain({ code, details, retryAfterSeconds, requestId }: HiveSyncError): string {
  switch (code) {
    case "AUTH_INVALID":
    case "AUTH_EXPIRED":
      return "Sign in with `hivesync login`, or set HIVESYNC_EMAIL and HIVESYNC_PASSWORD.";
    case "VALIDATION_ERROR":
      return validationRows(details);
    case "PREVIEW_BUILD_FAILED":
      return formatBuildErrors(details);
    case "REPO_SYNC_FAILED":
      return adviceOnRepository(details);
    case "RATE_LIMITED":
    case "SERVICE_UNAVAILABLE":
      return retryAfterSeconds === undefined ? "" : `Try again in ${retryAfterSeconds} s.`;
    case "INTERNAL_ERROR":
      return requestId === undefined ? "" : `Request id: ${requestId}`;
    default:
      return "";
  }
}

// What can be done about a repository that cannot be mirrored, by the reason that the worker gives.
const repositoryAdvice: Readonly<Record<string, string>> = {
  not_found_or_private: "Is it private? Pipe a token that may read it into `hivesync sync --token-stdin`.",
  token_refused: "Pipe a token that may read it into `hivesync sync --token-stdin`.",
  ref_not_found: "Name a branch, a tag or a full commit id with --ref.",
};

function adviceOnRepository(details: unknown): string {
  const { reason } = (details ?? {}) as { reason?: unknown };
  return typeof reason === "string" && Object.hasOwn(repositoryAdvice, reason) ? (repositoryAdvice[reason] ?? "") : "";
}

function validationRows(details: unknown): string {
  if (!Array.isArray(details)) return "";
  const rows = details as Partial<ValidationIssue>[];
  return rows.map(({ path, message }) => `  ${path || "input"}: ${message}`).join("\n");
}
