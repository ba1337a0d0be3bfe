import type { DesktopOutput } from "@hivesync/contracts/desktop";
import { AppError } from "@hivesync/platform/app-error";
import { FileChangedError, NetworkError } from "@hivesync/sdk";
import { mapBounded } from "@hivesync/sdk/internal/map-bounded";
import { defaultRetryPolicy, withRetries } from "@hivesync/sdk/internal/transport/retry";
import type { Deps } from "#deps.ts";
import { toAppError } from "#to-app-error.ts";
import type { FolderIndex } from "./folder-index.ts";
import { putFile, type MissingFile } from "./put-file.ts";

const uploadsAtOnce = 8;

type Outcome = DesktopOutput<"upload">;

/** Whether a file may go there: not readably over a network, unless the API itself is on this machine. */
function assertSafe(address: string, upstream: string): void {
  if (address.startsWith("https:") || (upstream.startsWith("http:") && address.startsWith("http:"))) return;
  throw new AppError("VALIDATION_ERROR", { details: [{ path: "missing", message: "an upload_url is not https" }] });
}

/** A failure that may pass, as the SDK's retries know it. */
function asPassing(error: unknown): unknown {
  const known = error instanceof FileChangedError ? undefined : toAppError(error);
  return known?.code === "SERVICE_UNAVAILABLE" ? new NetworkError(known.publicMessage, { cause: error }) : error;
}

/**
 * Puts the files of a folder that storage lacks straight there. What the folder does not hold is left to the caller; what is no longer as
 * it was hashed is told by its path.
 */
export async function uploadFiles(
  deps: Pick<Deps, "dispatcher" | "upstream">,
  index: FolderIndex,
  { missing, signal }: { missing: readonly MissingFile[]; signal: AbortSignal },
): Promise<Outcome> {
  for (const { upload_url } of missing) assertSafe(upload_url, deps.upstream);
  const { files } = await index.list(signal);
  const pathOf = new Map(files.map((file) => [file.sha256, file.path]));
  const outcome: Outcome = { stored: [], expired: [], changed: [] };
  await mapBounded(missing, { limit: uploadsAtOnce, signal }, async (file) => {
    const path = pathOf.get(file.sha256);
    if (path === undefined) return;
    const put = () =>
      putFile({ root: index.root, path, missing: file, dispatcher: deps.dispatcher, signal }).catch(
        (error: unknown) => {
          throw asPassing(error);
        },
      );
    try {
      const result = await withRetries(put, { policy: defaultRetryPolicy, signal });
      outcome[result === "stored" ? "stored" : "expired"].push(file.sha256);
    } catch (error) {
      if (!(error instanceof FileChangedError)) throw error;
      outcome.changed.push(path);
    }
  });
  return outcome;
}
