import { isHiveSyncError, isNetworkError, isTimeoutError } from "#errors.ts";
import type { HiveSyncApi } from "#transport/rpc-client.ts";
import { waitForPreview, type PublishedPreview, type PublishOptions } from "#previews/previews.ts";
import type { PublishPhase } from "#previews/publish-progress.ts";
import { pause } from "#transport/retry.ts";
import { ProgressReporter } from "#jobs/progress-reporter.ts";
import { FolderChanges } from "./folder-changes.ts";

/**
 * How a folder is watched.
 *
 * @example
 * const options: WatchOptions = { project_id, directory: ".", signal: controller.signal };
 */
export type WatchOptions = Omit<PublishOptions, "wait"> & { directory: string };

/**
 * What a watch tells. `requested`: the link opens and shows the build. `superseded`: a save came before the build had ended, which is
 * cancelled. `failed`: told with what was thrown; the watch goes on, and publishes again after `retry_after_ms` where that can help.
 *
 * @example
 * const tell = (event: WatchEvent) => event.type === "completed" && console.log(event.preview.preview_url);
 */
export type WatchEvent =
  | { type: "requested"; preview: PublishedPreview }
  | { type: "completed"; preview: PublishedPreview }
  | { type: "superseded"; job_id: string }
  | { type: "failed"; error: unknown; retry_after_ms: number | null };

interface WatchDeps {
  api: HiveSyncApi;
  publish: (options: PublishOptions & { directory: string }) => Promise<PublishedPreview>;
}

const defaultRetryMs = 5_000;

/** Publishes a folder now and after each of its changes, until the signal: then it throws the signal's reason. */
export async function* watchPreviews(deps: WatchDeps, options: WatchOptions): AsyncGenerator<WatchEvent, void> {
  const closed = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, closed.signal]) : closed.signal;
  using changes = new FolderChanges(options.directory);
  try {
    await changes.start(signal);
    let change = nextChange(changes, signal);
    for (;;) {
      const retryMs = yield* publishOnce(deps, { ...options, signal }, change);
      await (retryMs === null ? change.promise : Promise.race([change.promise, pause(retryMs, signal)]));
      if (change.hasCome) change = nextChange(changes, signal);
    }
  } finally {
    closed.abort();
  }
}

/** A change that is waited for, by more than one. */
interface Change {
  readonly promise: Promise<void>;
  readonly hasCome: boolean;
}

function nextChange(changes: FolderChanges, signal: AbortSignal): Change {
  const change = { promise: changes.next(signal), hasCome: false };
  change.promise.then(
    () => (change.hasCome = true),
    // Whoever waits for it is told.
    () => undefined,
  );
  return change;
}

/** Answers after how long it should be tried again without a change; `null` for never. */
async function* publishOnce(
  { api, publish }: WatchDeps,
  options: WatchOptions & { signal: AbortSignal },
  change: Change,
): AsyncGenerator<WatchEvent, number | null> {
  const { signal } = options;
  try {
    // A save does not end the upload: most of what is sent is needed for the next preview too.
    const preview = await publish({ ...options, wait: false });
    yield { type: "requested", preview };
    const left = new AbortController();
    const progress = new ProgressReporter<PublishPhase>(options.onProgress);
    const ended = waitForPreview(api, preview, { signal: AbortSignal.any([signal, left.signal]), progress });
    const first = await Promise.race([ended, change.promise.then(() => undefined)]);
    if (first === undefined && (await cancel(api, preview.job_id, signal))) {
      left.abort();
      await ended.catch(() => undefined);
      yield { type: "superseded", job_id: preview.job_id };
      return null;
    }
    const { status, queue, bundle_url, kind, warnings } = await ended;
    yield { type: "completed", preview: { ...preview, status, queue, bundle_url, kind, warnings } };
    return null;
  } catch (error) {
    signal.throwIfAborted();
    const retryMs = retryAfterMs(error);
    yield { type: "failed", error, retry_after_ms: retryMs };
    return retryMs;
  }
}

/** Whether it could still be cancelled. */
async function cancel(api: HiveSyncApi, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await api.previews.cancel.mutate({ id }, { signal });
    return true;
  } catch (error) {
    if (isHiveSyncError(error, "CONFLICT")) return false;
    throw error;
  }
}

function retryAfterMs(error: unknown): number | null {
  if (isNetworkError(error) || isTimeoutError(error)) return defaultRetryMs;
  if (!isHiveSyncError(error, "RATE_LIMITED") && !isHiveSyncError(error, "SERVICE_UNAVAILABLE")) return null;
  return error.retryAfterSeconds === undefined ? defaultRetryMs : error.retryAfterSeconds * 1_000;
}
