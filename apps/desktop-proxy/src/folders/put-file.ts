import { FileChangedError } from "@hivesync/sdk";
import type { FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { AppError } from "@hivesync/platform/app-error";
import { request as send, type Dispatcher } from "undici";
import { openWithin } from "./open-within.ts";

/** A file that storage lacks, and where it takes it. */
export type MissingFile = FilesMissingDetails["missing"][number];

/** Where a file is, and where it goes. */
export interface Upload {
  root: string;
  path: string;
  missing: MissingFile;
  dispatcher: Dispatcher;
  signal: AbortSignal;
}

// Slower than this is stuck: 60 s, and on top 20 bytes a millisecond.
const uploadTimeoutMs = (bytes: number): number => 60_000 + bytes / 20;

const passingStatuses = new Set([408, 429, 500, 502, 503, 504]);

/** Of the connection: they are not the caller's to set. */
const ownHeaders = new Set(["connection", "content-length", "expect", "host", "transfer-encoding", "upgrade"]);

function headersOf({ headers, size }: MissingFile): Record<string, string> {
  const given = Object.entries(headers).filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  return { ...Object.fromEntries(given), "content-length": String(size) };
}

/**
 * Puts one file where it is missing, as it is on the disk.
 *
 * @throws FileChangedError when it is no longer what was hashed; AppError SERVICE_UNAVAILABLE, INTERNAL_ERROR when storage refuses.
 */
export async function putFile(upload: Upload): Promise<"stored" | "url_expired"> {
  const { root, path, missing, dispatcher, signal } = upload;
  await using handle = await openWithin(root, path);
  const changed = (): FileChangedError => new FileChangedError(`${path} has changed since it was hashed`);
  if ((await handle.stat()).size !== missing.size) throw changed();
  const body = handle.createReadStream({ autoClose: false, start: 0 });
  try {
    const { statusCode, body: answer } = await send(missing.upload_url, {
      dispatcher,
      method: "PUT",
      headers: headersOf(missing),
      body: missing.size === 0 ? null : body,
      headersTimeout: uploadTimeoutMs(missing.size),
      signal,
    });
    await answer.dump();
    if (statusCode >= 200 && statusCode < 300) return "stored";
    if (statusCode === 403) return "url_expired";
    // What storage says when length or checksum are not those that were signed.
    if (statusCode === 400) throw changed();
    const code = passingStatuses.has(statusCode) ? "SERVICE_UNAVAILABLE" : "INTERNAL_ERROR";
    throw new AppError(code, { publicMessage: `Object storage answered ${statusCode} to ${path}` });
  } catch (error) {
    // The file grew or shrank on the way.
    if (error instanceof Error && "code" in error && error.code === "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH")
      throw changed();
    throw error;
  } finally {
    body.destroy();
  }
}
