import type { ManifestFile } from "@hivesync/contracts/paths";
import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { HiveSyncError, NetworkError } from "#errors.ts";
import { mapBounded } from "#map-bounded.ts";
import { withDeadline } from "#transport/deadline.ts";
import { withRetries, type RetryPolicy } from "#transport/retry.ts";
import type { FileSource } from "./file-source.ts";

type MissingFile = FilesMissingDetails["missing"][number];

/**
 * A file changed while it was being sent, and once more when that began anew; or since the documentation was written that is to be put into it.
 *
 * @example
 * if (error instanceof FileChangedError) console.error(`${error.message}; try again`);
 */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";
}

export interface UploadOptions {
  source: FileSource;
  files: readonly ManifestFile[];
  fetch: typeof fetch;
  retry: RetryPolicy;
  /** Whether upload URLs may be `http:`. */
  allowHttp: boolean;
  signal: AbortSignal | undefined;
  /** After each file that is stored. */
  onUploaded(file: MissingFile): void;
}

const uploadsAtOnce = 8;
// Slower than this is stuck: 60 s, and on top 20 bytes a millisecond.
const uploadTimeoutMs = (bytes: number): number => 60_000 + bytes / 20;

/**
 * Puts files into object storage, each once. A URL that has expired meanwhile is left: the next request brings a fresh one.
 *
 * @throws FileChangedError when a file is no longer what was hashed.
 */
export async function uploadMissing(missing: readonly MissingFile[], options: UploadOptions): Promise<void> {
  const pathOf = new Map(options.files.map((file) => [file.sha256, file.path]));
  const { signal, retry } = options;
  const left = await uploadBySource(missing, options);
  await mapBounded(left, { limit: uploadsAtOnce, signal }, async (file) => {
    const path = pathOf.get(file.sha256);
    if (path === undefined) return;
    const outcome = await withRetries(() => uploadOnce(file, path, options), { policy: retry, signal });
    if (outcome === "stored") options.onUploaded(file);
  });
}

/** Has the source upload what it can. Answers what is left to do. */
async function uploadBySource(missing: readonly MissingFile[], options: UploadOptions): Promise<MissingFile[]> {
  const outcome = await options.source.upload?.([...missing], { signal: options.signal });
  if (!outcome) return [...missing];
  const stored = new Set(outcome.stored);
  for (const file of missing) if (stored.has(file.sha256)) options.onUploaded(file);
  const done = new Set([...outcome.stored, ...outcome.expired]);
  return missing.filter((file) => !done.has(file.sha256));
}

async function uploadOnce(file: MissingFile, path: string, options: UploadOptions): Promise<"stored" | "url_expired"> {
  if (!options.allowHttp && !file.upload_url.startsWith("https:")) {
    throw refusal("The server named an upload address that is not https", 500);
  }
  const blob = await options.source.open(path);
  if (blob.size !== file.size) throw new FileChangedError(`${path} has changed since it was hashed`);
  const put = async (signal: AbortSignal): Promise<Response> => {
    const response = await options.fetch(file.upload_url, {
      method: "PUT",
      headers: file.headers,
      body: blob,
      redirect: "error",
      signal,
    });
    await response.body?.cancel();
    return response;
  };
  const within = { timeoutMs: uploadTimeoutMs(file.size), signal: options.signal };
  const response = await withDeadline((signal) => put(signal).catch(toNetworkError), within);
  if (response.ok) return "stored";
  if (response.status === 403) return "url_expired";
  // What storage says when length or checksum are not those that were signed.
  if (response.status === 400) throw new FileChangedError(`${path} has changed since it was hashed`);
  const isPassing = response.status >= 500 || response.status === 429 || response.status === 408;
  throw refusal(`Object storage answered ${response.status} to ${path}`, isPassing ? 503 : response.status);
}

function toNetworkError(cause: unknown): never {
  throw new NetworkError("Object storage did not answer", { cause });
}

function refusal(message: string, status: number): HiveSyncError {
  const code = status === 503 ? "SERVICE_UNAVAILABLE" : "INTERNAL_ERROR";
  return new HiveSyncError({ code, message, details: null }, { status });
}
