import { toTrpc, type CallOptions } from "#call-options.ts";
import { HiveSyncError, isHiveSyncError } from "#errors.ts";
import { ProgressReporter } from "#jobs/progress-reporter.ts";
import { isEnded, jobFailure, waitForJob } from "#jobs/wait-for-job.ts";
import type { HiveSyncApi } from "#transport/rpc-client.ts";
import type { SyncPhase, SyncProgress } from "./sync-progress.ts";

/**
 * One sync of a repository. `ref` is what was asked for, `head_ref` and `head` what it was; of the files that were left out `left_out` names the
 * first 100; `forced` are branches whose history was rewritten since the sync before, and moved tags.
 *
 * @example
 * const line = ({ head, files, left_out_total }: RepoSync) => `${head}: ${files} files, ${left_out_total} left out`;
 */
export type RepoSync = Awaited<ReturnType<HiveSyncApi["repos"]["status"]["query"]>>["items"][number];

/**
 * What is to be mirrored.
 *
 * @example
 * const options: SyncOptions = { project_id, ref: "v1.2.0", onProgress: ({ ratio }) => draw(ratio) };
 */
export interface SyncOptions extends CallOptions {
  project_id: string;
  /** The `https:` address, without a login. That of the project's settings unless given; another becomes the setting, which takes an Admin. */
  repo_url?: string | undefined;
  /** A branch, a tag, a full ref name or a full commit id. That of the settings unless given, else the repository's own HEAD. */
  ref?: string | undefined;
  onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/**
 * A sync that was accepted and not waited for: `hive.api.repos.status` tells of it.
 *
 * @example
 * const { sync_id }: RequestedSync = await hive.repos.sync({ project_id, wait: false });
 */
export interface RequestedSync {
  sync_id: string;
  status: RepoSync["status"];
}

/**
 * Mirrors repositories. A private one's token is told to `hive.api.projects.setRepoToken`, which never goes through a Desktop.
 *
 * @example
 * await hive.api.projects.updateSettings.mutate({ id, repo: { url: "https://github.com/example/todo.git" } });
 * await hive.api.projects.setRepoToken.mutate({ id, token });
 * const { head, files } = await hive.repos.sync({ project_id: id });
 */
export interface HiveSyncRepos {
  /**
   * Mirrors the project's repository: its branches and tags, and the files of one ref, which `hive.previews.publishMirror` and
   * `hive.docs.writeMirror` then read. A sync of the same that is under way already is joined; one of something else is waited for first.
   * With `wait: false` the answer comes when the sync is accepted.
   *
   * @throws HiveSyncError REPO_SYNC_FAILED with the reason, CONFLICT (without waiting) while another is under way, RATE_LIMITED, QUOTA_EXCEEDED,
   * VALIDATION_ERROR, FORBIDDEN, NOT_FOUND; NetworkError, TimeoutError.
   *
   * @example
   * const { head, left_out } = await hive.repos.sync({ project_id, repo_url: "https://github.com/example/todo.git" });
   * const { preview_url } = await hive.previews.publishMirror({ project_id });
   */
  sync(options: SyncOptions & { wait: false }): Promise<RequestedSync>;
  sync(options: SyncOptions & { wait?: true }): Promise<RepoSync>;
}

export function createRepos(api: HiveSyncApi): HiveSyncRepos {
  const sync = (options: SyncOptions & { wait?: boolean }): Promise<RequestedSync | RepoSync> =>
    options.wait === false ? request(api, options) : syncAndWait(api, options);
  return { sync: sync as HiveSyncRepos["sync"] };
}

function request(api: HiveSyncApi, { project_id, repo_url, ref, signal }: SyncOptions): Promise<RequestedSync> {
  const input = { project_id, ...(repo_url === undefined ? {} : { repo_url }), ...(ref === undefined ? {} : { ref }) };
  return api.repos.sync.mutate(input, toTrpc({ signal }));
}

async function syncAndWait(api: HiveSyncApi, options: SyncOptions): Promise<RepoSync> {
  const progress = new ProgressReporter<SyncPhase>(options.onProgress, "queued");
  for (;;) {
    const open = await request(api, options).then(
      (sync) => ({ ...sync, isOurs: true }),
      (error: unknown) => findOpenSync(api, error, options),
    );
    progress.report({ phase: "queued", ratio: 0 });
    const isMeant = (sync: RepoSync): boolean => open.isOurs || isAskedFor(sync, options);
    const sync = await waitForJob(open, {
      read: () => readSync(api, open.sync_id, options),
      signal: options.signal,
      onJob: (now) => isMeant(now) && reportSync(progress, now),
    });
    // One of another repository or ref was under way. Now it is not in the way any more.
    if (!isMeant(sync)) continue;
    if (sync.status !== "COMPLETED") {
      throw jobFailure(sync, { code: "REPO_SYNC_FAILED", message: "The sync was cancelled." });
    }
    progress.report({ phase: "done", ratio: 1 });
    return sync;
  }
}

/**
 * The sync that is under way already, instead of which none could be asked for.
 *
 * @throws The error when that has another reason.
 */
async function findOpenSync(
  api: HiveSyncApi,
  error: unknown,
  options: SyncOptions,
): Promise<RequestedSync & { isOurs: boolean }> {
  if (isHiveSyncError(error, "CONFLICT")) {
    const { sync_id } = (error.details ?? {}) as { sync_id?: unknown };
    if (typeof sync_id === "string") return { sync_id, status: "RUNNING", isOurs: false };
  }
  // Whoever asks twice is told so before that one is under way: it may be the very one.
  if (isHiveSyncError(error, "RATE_LIMITED")) {
    const { project_id, signal } = options;
    const { items } = await api.repos.status.query({ project_id, limit: 1 }, toTrpc({ signal }));
    const [newest] = items;
    if (newest && !isEnded(newest.status) && isAskedFor(newest, options)) return { ...newest, isOurs: false };
  }
  throw error;
}

function isAskedFor(sync: RepoSync, { repo_url = sync.repo_url, ref = sync.ref ?? undefined }: SyncOptions): boolean {
  return sync.repo_url === repo_url && (sync.ref ?? undefined) === ref;
}

function reportSync(reporter: ProgressReporter<SyncPhase>, { progress }: Pick<RepoSync, "progress">): void {
  if (!progress) return;
  reporter.report({ phase: progress.phase === "uploading" ? "saving" : progress.phase, ratio: progress.ratio });
}

async function readSync(api: HiveSyncApi, syncId: string, { project_id, signal }: SyncOptions): Promise<RepoSync> {
  // While it is under way no newer one is: more than one row is read only when it has ended a while ago.
  let page = await api.repos.status.query({ project_id, limit: 1 }, toTrpc({ signal }));
  for (;;) {
    const sync = page.items.find(({ sync_id }) => sync_id === syncId);
    if (sync) return sync;
    if (page.next_cursor === null) {
      throw new HiveSyncError(
        { code: "NOT_FOUND", message: "The sync is not kept any more.", details: null },
        { status: 404 },
      );
    }
    page = await api.repos.status.query({ project_id, limit: 100, cursor: page.next_cursor }, toTrpc({ signal }));
  }
}
