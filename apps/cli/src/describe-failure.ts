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

/**
 * Says what went wrong, what to do about it, and what the process ends with.
 *
 * @param againInMs - After how long the command itself tries again; `null` when it does not, and that is left to whoever reads this.
 */
export function describeFailure(
  error: unknown,
  { againInMs = null }: { againInMs?: number | null } = {},
): FailureReport {
  const again = againInMs === null ? undefined : `Trying again in ${Math.ceil(againInMs / 1_000)} s.`;
  if (isHiveSyncError(error)) return describeAnswer(error, again);
  if (error instanceof CliError) return report(error, { code: error.code, exitCode: error.exitCode });
  if (isNetworkError(error)) {
    const hint = "Is HiveSync running there? Set another address with --api-url or HIVESYNC_API_URL.";
    return report(error, { code: "NETWORK_ERROR", hint: again === undefined ? hint : `${hint}\n${again}` });
  }
  if (isTimeoutError(error)) return report(error, { code: "TIMEOUT", hint: again ?? "Try again in a moment." });
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

function describeAnswer(error: HiveSyncError, again: string | undefined): FailureReport {
  const { code, details } = error;
  const message = withWait(error, again);
  return { body: { code, message, details }, text: textOf(error, message), exitCode: exitCodeOf(error) };
}

/** What went wrong, as the API tells it of a call or of a job. */
interface ApiFailure {
  code: string;
  message: string;
  details?: unknown;
  requestId?: string | undefined;
}

/** Says why a job failed, as whoever waited for it was told. */
export function describeJobError(error: ApiFailure): string {
  return textOf(error, error.message);
}

function textOf(error: ApiFailure, message: string): string {
  const lines = [isFirstRow(error) ? "The preview could not be built." : message, explain(error)];
  return lines.filter((line) => line !== "").join("\n");
}

/** The message, and when another try may help: in place of the API's "shortly", where that is known. */
function withWait({ code, message, retryAfterSeconds }: HiveSyncError, again: string | undefined): string {
  if (code !== "RATE_LIMITED" && code !== "SERVICE_UNAVAILABLE") return message;
  const wait = again ?? (retryAfterSeconds === undefined ? undefined : `Try again in ${retryAfterSeconds} s.`);
  return wait === undefined ? message : `${message.replace(/ Try again shortly\.$/u, "")} ${wait}`;
}

/** Whether the message is a failed build's first row, which is told with its line below. */
function isFirstRow({ code, message, details }: ApiFailure): boolean {
  const [first] = Array.isArray(details) ? (details as { text?: unknown }[]) : [];
  return code === "PREVIEW_BUILD_FAILED" && typeof first?.text === "string" && message.endsWith(first.text);
}

const failedJobs: ReadonlySet<string> = new Set(["PREVIEW_BUILD_FAILED", "AI_JOB_FAILED", "REPO_SYNC_FAILED"]);

function exitCodeOf({ code }: HiveSyncError): number {
  if (code === "AUTH_INVALID" || code === "AUTH_EXPIRED") return exitCodes.notSignedIn;
  return failedJobs.has(code) ? exitCodes.jobFailed : exitCodes.failure;
}

function explain({ code, details, requestId }: ApiFailure): string {
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
