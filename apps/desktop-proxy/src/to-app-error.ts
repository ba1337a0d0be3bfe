import { AppError, invalidField } from "@hivesync/platform/app-error";
import { fromFrameworkError } from "@hivesync/platform/http/framework-error";
import { isHiveSyncError, isNetworkError, isTimeoutError } from "@hivesync/sdk";

const retryAfterSeconds = 2;

/** What the SDK throws, by name: a program that embeds the Desktop may hold a second copy of it. */
const fromSdk: Readonly<Record<string, (error: Error) => AppError>> = {
  LocalFileError: (error) => invalidField("directory", error.message),
  FileChangedError: (error) => new AppError("CONFLICT", { publicMessage: error.message, cause: error }),
  CredentialStoreError: (error) =>
    new AppError("SERVICE_UNAVAILABLE", { publicMessage: error.message, retryAfterSeconds, cause: error }),
};

const unreachableCodes = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

function isUnreachable(error: Error): boolean {
  if (isNetworkError(error) || isTimeoutError(error)) return true;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    unreachableCodes.has(code) || code.startsWith("UND_ERR_") || code.startsWith("ERR_TLS") || code.includes("CERT")
  );
}

/** Whatever was thrown, as an error of the table. An API that cannot be reached is SERVICE_UNAVAILABLE. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isHiveSyncError(thrown)) {
    const { code, message, details, retryAfterSeconds: seconds } = thrown;
    const wait = seconds ?? (code === "SERVICE_UNAVAILABLE" ? retryAfterSeconds : undefined);
    const options = { publicMessage: message, details, ...(wait === undefined ? {} : { retryAfterSeconds: wait }) };
    return new AppError(code, { ...options, cause: thrown });
  }
  if (!(thrown instanceof Error)) return new AppError("INTERNAL_ERROR", { internal: "a non-error was thrown" });
  const known = fromFrameworkError(thrown) ?? fromSdk[thrown.name]?.(thrown);
  if (known) return known;
  if (isUnreachable(thrown)) {
    return new AppError("SERVICE_UNAVAILABLE", {
      publicMessage: "HiveSync cannot be reached from this machine. Try again shortly.",
      internal: thrown.message,
      retryAfterSeconds,
      cause: thrown,
    });
  }
  return new AppError("INTERNAL_ERROR", { cause: thrown, internal: thrown.message });
}
