import { watch, type FSWatcher } from "node:fs";
import path from "node:path";
import { pause } from "#transport/retry.ts";
import { scanDirectory } from "./scan-directory.ts";

/** An editor writes a file in several steps, and saves many files at once. */
const quietMs = 120;
/** Where the system cannot watch, or drops what it tells. */
const pollMs = 2_000;

/**
 * Tells when what a publish of a folder would send has changed. Folders are watched each by itself, as a recursive watch would open
 * `node_modules` too. What is told by the system is only a hint: the folder is read again, and what leaves it as it was is no change.
 */
export class FolderChanges implements Disposable {
  readonly #root: string;
  readonly #watchers = new Map<string, FSWatcher>();
  #isBroken = false;
  #last: string | undefined;
  #touched = Promise.withResolvers<void>();

  constructor(root: string) {
    this.#root = path.resolve(root);
  }

  /**
   * Waits for the next change since the last one that it told, or since {@link start}.
   *
   * @throws the signal's reason; LocalFileError when the folder cannot be read.
   */
  async next(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#wait(signal);
      const now = await this.#read(signal);
      if (now === this.#last) continue;
      this.#last = now;
      return;
    }
  }

  /** Takes the folder as it is now for known. */
  async start(signal: AbortSignal): Promise<void> {
    this.#last = await this.#read(signal);
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const ended = new Promise<void>((resolve) => either.addEventListener("abort", () => resolve(), { once: true }));
    const poll = this.#isBroken ? pause(pollMs, either).catch(() => undefined) : ended;
    signal.throwIfAborted();
    await Promise.race([this.#touched.promise, poll, ended]);
    over.abort();
    signal.throwIfAborted();
    for (let isQuiet = false; !isQuiet;) {
      const touched = (this.#touched = Promise.withResolvers<void>());
      isQuiet = await Promise.race([touched.promise.then(() => false), pause(quietMs, signal).then(() => true)]);
    }
  }

  async #read(signal: AbortSignal): Promise<string> {
    const folders = new Set<string>();
    const { files } = await scanDirectory(this.#root, {
      signal,
      onFolder: (folder) => {
        folders.add(folder);
        this.#watch(folder);
      },
    });
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    return files.map((file) => [file.path, file.size, file.mtimeMs, file.ctimeMs, file.inode].join(":")).join("\n");
  }

  #watch(folder: string): void {
    if (this.#isBroken || this.#watchers.has(folder)) return;
    try {
      const watcher = watch(path.join(this.#root, folder), () => this.#touched.resolve());
      watcher.on("error", () => this.#fail());
      this.#watchers.set(folder, watcher);
    } catch {
      this.#fail();
    }
  }

  #fail(): void {
    this.#isBroken = true;
    this[Symbol.dispose]();
    this.#touched.resolve();
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}
