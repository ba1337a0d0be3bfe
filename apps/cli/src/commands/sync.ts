import type { PublishedPreview, RepoSync } from "@hivesync/sdk";
import { asUser } from "#account.ts";
import type { CliContext } from "#context.ts";
import { remarksOnSync, summarizeSync } from "#describe-sync.ts";
import { findProjectFolder } from "#find-folder.ts";
import { notePublished } from "#note-published.ts";
import { ProgressBar } from "#progress-bar.ts";
import { readSecretFromStdin } from "#prompt.ts";
import { followRepository, watchMoves } from "#sync/follow-repository.ts";
import { prepareSync, type SyncTarget, type SyncWish } from "#sync/prepare-sync.ts";

export interface SyncOptions extends Omit<SyncWish, "token"> {
  tokenStdin?: boolean;
  preview?: boolean;
  watch?: boolean;
}

/** Mirrors the repository of a folder's project; again and again where it is asked to follow it. */
export async function sync(folder: string, options: SyncOptions, context: CliContext): Promise<number | void> {
  const directory = await findProjectFolder(folder, { named: options.project, output: context.output });
  const token = options.tokenStdin ? await readSecretFromStdin("token") : undefined;
  return asUser(context, async () => {
    const target = await prepareSync(directory, { ...options, token }, context);
    const once = new OneSync(target, options, context);
    if (!options.watch) return once.run();
    using moves = await watchMoves(directory, target.url, context.signal);
    context.output.note(`Following ${target.url} ${moves.by}; Ctrl-C ends it.`);
    return await followRepository(() => once.run(), moves, context);
  });
}

class OneSync {
  readonly #target: SyncTarget;
  readonly #options: SyncOptions;
  readonly #context: CliContext;
  #previewed: string | null = null;

  constructor(target: SyncTarget, options: SyncOptions, context: CliContext) {
    this.#target = target;
    this.#options = options;
    this.#context = context;
  }

  async run(): Promise<void> {
    const synced = await this.#sync();
    const preview = await this.#preview(synced);
    this.#tell(synced, preview);
  }

  async #sync(): Promise<RepoSync> {
    const { hive, output, signal } = this.#context;
    const { project, url, from } = this.#target;
    using bar = new ProgressBar(output);
    const { ref } = this.#options;
    const repo_url = from === "settings" ? undefined : url;
    // Waited for here, as the bar is there until then.
    return await hive.repos.sync({ project_id: project.id, repo_url, ref, signal, onProgress: bar.draw });
  }

  /** Of one commit there is one preview, however often it is mirrored. */
  async #preview({ head }: RepoSync): Promise<PublishedPreview | undefined> {
    if (!this.#options.preview || head === this.#previewed) return undefined;
    const { hive, output, signal } = this.#context;
    using bar = new ProgressBar(output);
    const project_id = this.#target.project.id;
    const published = await hive.previews.publishMirror({ project_id, signal, onProgress: bar.draw });
    this.#previewed = head;
    return published;
  }

  #tell(synced: RepoSync, preview: PublishedPreview | undefined): void {
    const { output } = this.#context;
    const { project, from } = this.#target;
    const summary = summarizeSync(synced);
    if (preview) output.note(summary);
    for (const remark of remarksOnSync(synced)) output.note(remark);
    if (preview) notePublished(preview, output);
    const value = { project, repo_url_from: from, sync: synced, preview: preview ?? null };
    if (this.#options.watch) output.line(value, preview?.preview_url ?? summary);
    else output.result(value, preview?.preview_url ?? summary);
  }
}
