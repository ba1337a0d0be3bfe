import { toTrpc, type CallOptions } from "#call-options.ts";
import { ProgressReporter } from "#jobs/progress-reporter.ts";
import { sendFiles, type RequestCall, type SendDeps } from "#jobs/send-files.ts";
import { jobFailure, waitForJob } from "#jobs/wait-for-job.ts";
import type { HiveSyncApi } from "#transport/rpc-client.ts";
import type { FileSource, SourceListing } from "./file-source.ts";
import type { PublishPhase, PublishProgress } from "./publish-progress.ts";

/** What `previews.get` answers. */
type Preview = Awaited<ReturnType<HiveSyncApi["previews"]["get"]["query"]>>;

/** What is done once a preview was asked for. */
interface FollowOptions extends CallOptions {
  /** Whether to wait until the build has ended. `true` unless given. */
  wait?: boolean;
  /** Whether an abort while it waits cancels the preview too. `false` unless given: whoever else has the link may still want it. */
  cancelOnAbort?: boolean;
  onProgress?: (progress: PublishProgress) => void;
}

/**
 * How a preview is published.
 *
 * @example
 * const options: PublishOptions = { project_id, platform: "ios", onProgress: ({ ratio }) => draw(ratio) };
 */
export interface PublishOptions extends FollowOptions {
  project_id: string;
  /** The file that the preview starts from; found by itself unless given. */
  entry?: string;
  platform?: "web" | "ios" | "android";
}

/**
 * How a preview is asked for again.
 *
 * @example
 * const options: RetryOptions = { job_id, onProgress: ({ ratio }) => draw(ratio) };
 */
export interface RetryOptions extends FollowOptions {
  /** The preview that has ended. */
  job_id: string;
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
  /** What the files were found to be, for people: `Vue page (Vue 3)`. `null` without waiting. */
  kind: string | null;
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
  /**
   * Publishes the files of the project's mirror, as `hive.repos.sync` has brought them: nothing is read here and nothing uploaded.
   *
   * @throws HiveSyncError CONFLICT when the project has no mirror yet; else as {@link HiveSyncPreviews.publishFiles} does.
   *
   * @example
   * await hive.repos.sync({ project_id, repo_url: "https://github.com/example/todo.git" });
   * const { preview_url } = await hive.previews.publishMirror({ project_id });
   */
  publishMirror(options: PublishOptions): Promise<PublishedPreview>;
  /**
   * Asks again for a preview that has ended or expired: a new one of the same files, with a link of its own. Nothing is read here and nothing uploaded.
   *
   * @throws HiveSyncError CONFLICT when it has not ended, FILES_MISSING when its files are not kept any more; else as
   * {@link HiveSyncPreviews.publishFiles} does.
   *
   * @example
   * const { preview_url } = await hive.previews.retry({ job_id });
   */
  retry(options: RetryOptions): Promise<PublishedPreview>;
}

type Accepted = Awaited<ReturnType<HiveSyncApi["previews"]["request"]["mutate"]>>;

interface PreviewsDeps extends SendDeps {
  api: HiveSyncApi;
}

export function createPreviews(deps: PreviewsDeps): HiveSyncPreviews {
  return {
    publishFiles: (options) => publishFiles(deps, options),
    publishMirror: (options) => publishMirror(deps, options),
    retry: (options) => retry(deps, options),
  };
}

/** What was read and sent for a preview. */
type Given = Pick<PublishedPreview, "uploaded" | "secrets" | "skipped">;

const nothingGiven: Given = { uploaded: { files: 0, bytes: 0 }, secrets: [], skipped: [] };

async function publishFiles(
  deps: PreviewsDeps,
  options: PublishOptions & { files: FileSource },
): Promise<PublishedPreview> {
  const { signal, files } = options;
  const progress = new ProgressReporter<PublishPhase>(options.onProgress);
  const toRequest = (listing: SourceListing) => requestOf(deps.api, options, listing);
  const { accepted, listing, uploaded } = await sendFiles(deps, { source: files, toRequest, progress, signal });
  const { secrets, skipped } = listing;
  return publishedOf(accepted, await followPreview(deps.api, accepted, { options, progress }), {
    uploaded,
    secrets,
    skipped,
  });
}

async function publishMirror({ api }: PreviewsDeps, options: PublishOptions): Promise<PublishedPreview> {
  const progress = new ProgressReporter<PublishPhase>(options.onProgress, "queued");
  const input = { ...choicesOf(options), source: { mirror: true as const } };
  const accepted = await api.previews.request.mutate(input, toTrpc(options));
  return publishedOf(accepted, await followPreview(api, accepted, { options, progress }), nothingGiven);
}

async function retry({ api }: PreviewsDeps, options: RetryOptions): Promise<PublishedPreview> {
  const progress = new ProgressReporter<PublishPhase>(options.onProgress, "queued");
  const accepted = await api.previews.retry.mutate({ id: options.job_id }, toTrpc(options));
  return publishedOf(accepted, await followPreview(api, accepted, { options, progress }), nothingGiven);
}

function publishedOf(accepted: Accepted, preview: Preview | undefined, given: Given): PublishedPreview {
  return {
    job_id: accepted.job_id,
    preview_url: accepted.preview_url,
    status: preview?.status ?? accepted.status,
    queue: preview?.queue ?? accepted.queue,
    bundle_url: preview?.bundle_url ?? null,
    expires_at: accepted.expires_at,
    ...given,
    kind: preview?.kind ?? null,
    warnings: preview?.warnings ?? [],
  };
}

function choicesOf({ project_id, entry, platform }: PublishOptions) {
  return { project_id, ...(entry ? { entry } : {}), ...(platform ? { platform } : {}) };
}

function requestOf(api: HiveSyncApi, options: PublishOptions, { files, context = {} }: SourceListing) {
  const told = Object.keys(context).length === 0 ? {} : { context };
  const input = { ...choicesOf(options), files, ...told };
  return { files, ask: (call: RequestCall) => api.previews.request.mutate(input, call) };
}

/** The preview when its build has ended; undefined where nobody waits for that. */
async function followPreview(
  api: HiveSyncApi,
  accepted: Accepted,
  { options, progress }: { options: FollowOptions; progress: ProgressReporter<PublishPhase> },
): Promise<Preview | undefined> {
  const { wait = true, signal, cancelOnAbort = false } = options;
  progress.report({ phase: "queued", ratio: 0, preview_url: accepted.preview_url });
  if (!wait) return undefined;
  try {
    return await waitForPreview(api, accepted, { signal, progress });
  } catch (error) {
    if (cancelOnAbort && signal?.aborted) await cancel(api, accepted.job_id);
    throw error;
  }
}

const cancelMs = 3_000;

/** One that has ended, or cannot be reached now, is left as it is: why the caller gave up is what counts. */
async function cancel(api: HiveSyncApi, id: string): Promise<void> {
  const options = toTrpc({ signal: AbortSignal.timeout(cancelMs) });
  await api.previews.cancel.mutate({ id }, options).catch(() => undefined);
}

/** Waits until an accepted preview has ended; throws what it failed of. */
export async function waitForPreview(
  api: HiveSyncApi,
  accepted: Pick<Accepted, "job_id" | "status" | "preview_url">,
  { signal, progress }: { signal: AbortSignal | undefined; progress: ProgressReporter<PublishPhase> },
): Promise<Preview> {
  const { preview_url } = accepted;
  const preview = await waitForJob(accepted, {
    read: () => api.previews.get.query({ id: accepted.job_id }, toTrpc({ signal })),
    signal,
    onJob: (job) => {
      if (!job.progress) return;
      const phase = job.progress.phase === "uploading" ? "saving" : job.progress.phase;
      progress.report({ phase, ratio: job.progress.ratio, preview_url });
    },
  });
  if (preview.status !== "COMPLETED") {
    throw jobFailure(preview, { code: "PREVIEW_BUILD_FAILED", message: "The preview was cancelled." });
  }
  progress.report({ phase: "done", ratio: 1, preview_url });
  return preview;
}
