import type { ManifestFile } from "@hivesync/contracts/paths";
import { filesMissingDetails, type FilesMissingDetails } from "@hivesync/contracts/resources/previews";
import { toTrpc } from "#call-options.ts";
import { isHiveSyncError } from "#errors.ts";
import type { FileSource, ListingProgress, SourceListing } from "#previews/file-source.ts";
import { FileChangedError, uploadMissing } from "#previews/upload-missing.ts";
import type { RetryPolicy } from "#transport/retry.ts";

export interface SendDeps {
  baseUrl: string;
  fetch: typeof fetch;
  retry: RetryPolicy;
}

/** What the API's client is told with each try of a request. */
export interface RequestCall {
  signal?: AbortSignal;
  context: { idempotencyKey: string };
}

/** A job to be asked for. */
export interface Sending<Listing extends SourceListing, Accepted> {
  source: Omit<FileSource, "list"> & { list(...options: Parameters<FileSource["list"]>): Promise<Listing> };
  /** What is asked for when the source holds this. Of `files` those are uploaded that are missing. */
  toRequest: (listing: Listing) => { files: readonly ManifestFile[]; ask: (call: RequestCall) => Promise<Accepted> };
  progress: {
    report(step: ListingProgress | { phase: "uploading"; ratio: number; filesDone: number; filesTotal: number }): void;
  };
  signal: AbortSignal | undefined;
}

/** A job that was accepted. */
export interface Sent<Listing, Accepted> {
  accepted: Accepted;
  listing: Listing;
  /** What had to be sent; the rest was stored already. */
  uploaded: { files: number; bytes: number };
}

/**
 * Asks for a job on a source's files: what is not stored yet is uploaded first. When a file changes meanwhile it begins anew, once.
 *
 * @throws FileChangedError; what the request is refused with.
 */
export function sendFiles<Listing extends SourceListing, Accepted>(
  deps: SendDeps,
  sending: Sending<Listing, Accepted>,
): Promise<Sent<Listing, Accepted>> {
  return new FileSender(deps, sending).send();
}

class FileSender<Listing extends SourceListing, Accepted> {
  readonly #deps: SendDeps;
  readonly #sending: Sending<Listing, Accepted>;
  readonly #uploaded = { files: 0, bytes: 0 };

  constructor(deps: SendDeps, sending: Sending<Listing, Accepted>) {
    this.#deps = deps;
    this.#sending = sending;
  }

  async send(): Promise<Sent<Listing, Accepted>> {
    const { source, progress, signal } = this.#sending;
    for (let isFirst = true; ; isFirst = false) {
      const listing = await source.list({ signal, onProgress: (step) => progress.report(step) });
      try {
        return { accepted: await this.#request(listing), listing, uploaded: this.#uploaded };
      } catch (error) {
        if (!(error instanceof FileChangedError && isFirst)) throw error;
      }
    }
  }

  /** Asks, uploads what is missing (at most 1,000 files a round) and asks again, under one key: the body stays the same. */
  async #request(listing: Listing): Promise<Accepted> {
    const { signal, toRequest } = this.#sending;
    const { files, ask } = toRequest(listing);
    const context = { idempotencyKey: crypto.randomUUID() };
    for (let missingBefore = Number.POSITIVE_INFINITY; ;) {
      try {
        return await ask({ ...toTrpc({ signal }), context });
      } catch (error) {
        const details = isHiveSyncError(error, "FILES_MISSING")
          ? filesMissingDetails.safeParse(error.details)
          : undefined;
        // A round that leaves as many missing as before will not be helped by another.
        if (!details?.success || details.data.missing_total >= missingBefore) throw error;
        missingBefore = details.data.missing_total;
        await this.#upload(files, details.data);
      }
    }
  }

  async #upload(files: readonly ManifestFile[], { missing, missing_total }: FilesMissingDetails): Promise<void> {
    const { fetch, retry, baseUrl } = this.#deps;
    const { source, progress, signal } = this.#sending;
    const filesBefore = this.#uploaded.files;
    const filesTotal = filesBefore + missing_total;
    const report = (): void => {
      const filesDone = this.#uploaded.files;
      progress.report({ phase: "uploading", ratio: filesDone / filesTotal, filesDone, filesTotal });
    };
    report();
    await uploadMissing(missing, {
      source,
      files,
      fetch,
      retry,
      // Where the API itself is on loopback, storage is a development machine's too.
      allowHttp: baseUrl.startsWith("http:"),
      signal,
      onUploaded: ({ size }) => {
        this.#uploaded.files += 1;
        this.#uploaded.bytes += size;
        report();
      },
    });
  }
}
