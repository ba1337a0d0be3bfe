import { watch, type FSWatcher } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";

// Git writes several files for one push.
const settleMs = 200;

/** Notices that refs of a git folder may have moved. It may miss that, as file systems do: whoever waits looks from time to time. */
export class RefWatch implements Disposable {
  readonly #watchers: FSWatcher[];
  #isStale = false;
  #wake: () => void = () => undefined;

  constructor(gitFolder: string) {
    // Loose refs, packed ones, and the newer kind of store.
    this.#watchers = [
      this.#watch(path.join(gitFolder, "refs"), () => true),
      this.#watch(path.join(gitFolder, "reftable"), () => true),
      this.#watch(gitFolder, (name) => name === "packed-refs"),
    ].filter((watcher) => watcher !== undefined);
  }

  #watch(folder: string, isOfRefs: (name: string | null) => boolean): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { recursive: path.basename(folder) === "refs" });
      watcher.on("change", (_event, name) => {
        if (!isOfRefs(name === null ? null : String(name))) return;
        this.#isStale = true;
        this.#wake();
      });
      // A folder that goes away is no reason to end.
      return watcher.on("error", () => undefined);
    } catch {
      return undefined;
    }
  }

  /** Waits until refs may have moved since the last call, at most so long. */
  async wait(longestMs: number, signal: AbortSignal): Promise<void> {
    const waking = new AbortController();
    this.#wake = () => waking.abort();
    if (this.#isStale) waking.abort();
    await setTimeout(longestMs, undefined, { signal: AbortSignal.any([signal, waking.signal]) }).catch(() => undefined);
    signal.throwIfAborted();
    if (!waking.signal.aborted) return;
    await setTimeout(settleMs, undefined, { signal });
    this.#isStale = false;
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}
