import type { ManifestFile } from "@hivesync/contracts/paths";
import { filesMissingDetails } from "@hivesync/contracts/resources/previews";
import { toTrpc, type CallOptions } from "#call-options.ts";
import { isHiveSyncError } from "#errors.ts";
import type { RetryPolicy } from "#transport/retry.ts";
import type { HiveSyncApi } from "#transport/rpc-client.ts";
import type { FileSource, SourceListing } from "./file-source.ts";
import { ProgressReporter, type PublishProgress } from "./publish-progress.ts";
import { FileChangedError, uploadMissing } from "./upload-missing.ts";
import { buildFailure, waitForPreview, type Preview } from "./wait-for-preview.ts";

/**
 * How a preview is published.
 *
 * @example
 * const options: PublishOptions = { project_id, platform: "ios", onProgress: ({ ratio }) => draw(ratio) };
 */
export interface PublishOptions extends CallOptions {
  project_id: string;
  /** The file that the preview starts from; found by itself unless given. */
  entry?: string;
  platform?: "web" | "ios" | "android";
  /** Whether to wait until the build has ended. `true` unless given. */
  wait?: boolean;
  onProgress?: (progress: PublishProgress) => void;
}

/**
 * A published preview.
 *
 * @example
 * const { preview_url, uploaded }: PublishedPreview = await hive.previews.publish({ project_id, directory: "." });
 */
export interface PublishedPreview {
  job_id: string;
  /** Opens in any browser until `expires_at`. */
  preview_url: string;
  /** `COMPLETED`, or without waiting whatever it was when the request was accepted. */
  status: Preview["status"];
  /** Where it was or will be built. */
  queue: Preview["queue"];
  /** The bundle itself, for five minutes; `null` without waiting. */
  bundle_url: string | null;
  expires_at: string;
  /** What had to be sent; the rest was stored already. */
  uploaded: { files: number; bytes: number };
  /** Left out because they look like secrets. */
  secrets: string[];
  /** Left out for another reason. */
  skipped: { path: string; reason: string }[];
  /** Of the build, for people. */
  warnings: string[];
}

/**
 * Turns files into previews.
 *
 * @example
 * const files = createMemorySource({ "index.html": "<h1>Hello</h1>" });
 * const { preview_url } = await hive.previews.publishFiles({ project_id, files });
 */
export interface HiveSyncPreviews {
  /**
   * Publishes the files of a source: what is not stored yet is uploaded, then the preview is built. With `wait: false`, when nothing
   * has changed since the last time, that is one request.
   *
   * @throws HiveSyncError PREVIEW_BUILD_FAILED with rows of `{file, line, column, text, line_text}`, QUOTA_EXCEEDED, RATE_LIMITED,
   * VALIDATION_ERROR, NOT_FOUND; NetworkError, TimeoutError.
   *
   * @example
   * const files = createMemorySource({ "index.html": "<h1>Hello</h1>" });
   * const { preview_url } = await hive.previews.publishFiles({ project_id, files });
   */
  publishFiles(options: PublishOptions & { files: FileSource }): Promise<PublishedPreview>;
}

interface PreviewsDeps {
  api: HiveSyncApi;
  baseUrl: string;
  fetch: typeof fetch;
  retry: RetryPolicy;
}

export function createPreviews(deps: PreviewsDeps): HiveSyncPreviews {
  return { publishFiles: (options) => new Publish(deps, options).run() };
}

type Accepted = Awaited<ReturnType<HiveSyncApi["previews"]["request"]["mutate"]>>;

/** One publish from its first file to its end. */
class Publish {
  readonly #deps: PreviewsDeps;
  readonly #options: PublishOptions & { files: FileSource };
  readonly #progress: ProgressReporter;
  readonly #uploaded = { files: 0, bytes: 0 };

  constructor(deps: PreviewsDeps, options: PublishOptions & { files: FileSource }) {
    this.#deps = deps;
    this.#options = options;
    this.#progress = new ProgressReporter(options.onProgress);
  }

  async run(): Promise<PublishedPreview> {
    const { wait = true } = this.#options;
    const { accepted, secrets, skipped } = await this.#requestListed();
    const { preview_url } = accepted;
    this.#progress.report({ phase: "queued", ratio: 0, preview_url });
    const preview = wait ? await this.#waitFor(accepted) : undefined;
    return {
      job_id: accepted.job_id,
      preview_url,
      status: preview?.status ?? accepted.status,
      queue: preview?.queue ?? accepted.queue,
      bundle_url: preview?.bundle_url ?? null,
      expires_at: accepted.expires_at,
      uploaded: this.#uploaded,
      secrets,
      skipped,
      warnings: preview?.warnings ?? [],
    };
  }

  async #requestListed(): Promise<{ accepted: Accepted } & Awaited<ReturnType<FileSource["list"]>>> {
    const { files: source, signal } = this.#options;
    for (let isFirst = true; ; isFirst = false) {
      const listing = await source.list({ signal, onProgress: this.#progress.listing });
      try {
        return { accepted: await this.#request(listing), ...listing };
      } catch (error) {
        if (!(error instanceof FileChangedError && isFirst)) throw error;
      }
    }
  }

  /** Asks, uploads what is missing (at most 1,000 files a round) and asks again, under one key: the body stays the same. */
  async #request({ files, context: known = {} }: SourceListing): Promise<Accepted> {
    const { project_id, entry, platform, signal } = this.#options;
    const told = Object.keys(known).length === 0 ? {} : { context: known };
    const input = { project_id, files, ...(entry ? { entry } : {}), ...(platform ? { platform } : {}), ...told };
    const context = { idempotencyKey: crypto.randomUUID() };
    for (let missingBefore = Number.POSITIVE_INFINITY; ;) {
      try {
        return await this.#deps.api.previews.request.mutate(input, { ...toTrpc({ signal }), context });
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

  async #upload(
    files: ManifestFile[],
    { missing, missing_total }: { missing: MissingFiles; missing_total: number },
  ): Promise<void> {
    const { fetch, retry, baseUrl } = this.#deps;
    const filesBefore = this.#uploaded.files;
    const filesTotal = filesBefore + missing_total;
    const report = (): void => {
      const filesDone = this.#uploaded.files;
      this.#progress.report({ phase: "uploading", ratio: filesDone / filesTotal, filesDone, filesTotal });
    };
    report();
    await uploadMissing(missing, {
      source: this.#options.files,
      files,
      fetch,
      retry,
      // Where the API itself is on loopback, storage is a development machine's too.
      allowHttp: baseUrl.startsWith("http:"),
      signal: this.#options.signal,
      onUploaded: ({ size }) => {
        this.#uploaded.files += 1;
        this.#uploaded.bytes += size;
        report();
      },
    });
  }

  async #waitFor(accepted: Accepted): Promise<Preview> {
    const { preview_url } = accepted;
    const preview = await waitForPreview(this.#deps.api, accepted, {
      signal: this.#options.signal,
      onPreview: ({ progress }) => {
        if (!progress) return;
        const phase = progress.phase === "uploading" ? "saving" : progress.phase;
        this.#progress.report({ phase, ratio: progress.ratio, preview_url });
      },
    });
    if (preview.status !== "COMPLETED") throw buildFailure(preview);
    this.#progress.report({ phase: "done", ratio: 1, preview_url });
    return preview;
  }
}

type MissingFiles = Parameters<typeof uploadMissing>[0];
