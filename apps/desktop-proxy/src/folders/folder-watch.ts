import { statSync, watch, type FSWatcher } from "node:fs";
import { statfs } from "node:fs/promises";
import path from "node:path";

/** Linux tells of every change on these, from `linux/magic.h`: ext2 to 4, XFS, Btrfs, tmpfs, overlayfs, ZFS, F2FS, bcachefs. */
const toldFileSystems = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010, 0xca451a4e,
]);

const mostFolders = 20_000;
/** Linux drops what is more than 16,384 events, of all watches together, and Node does not say so. */
const mostEvents = 4_000;

let eventsOfAll = 0;

/** Whether what changes below a folder is told before anybody can ask for it. Elsewhere events come late, or never (network disks). */
export async function canBeWatched(root: string): Promise<boolean> {
  if (process.platform !== "linux") return false;
  const { type } = await statfs(root).catch(() => ({ type: 0 }));
  return toldFileSystems.has(type);
}

/** Until the event loop has been round once: what has changed by now was told then. */
export async function eventsDelivered(): Promise<void> {
  for (let rounds = 0; rounds < 2; rounds += 1) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * Watches folders, each by itself: what a publish leaves out (`node_modules`) is not watched, which a recursive watch of Node cannot do on
 * Linux, where it opens one for every file.
 */
export class FolderWatch {
  readonly #root: string;
  #device: number | undefined;
  readonly #watchers: FSWatcher[] = [];
  #changed = new Set<string>();
  #isBroken = false;
  #eventsBefore = eventsOfAll;

  constructor(root: string) {
    this.#root = root;
  }

  /** Watches the entries of a folder, from now on. */
  add(folder: string): void {
    if (this.#isBroken) return;
    try {
      const absolute = path.join(this.#root, folder);
      const { dev } = statSync(absolute);
      this.#device ??= dev;
      // Another disk may be one that tells nothing.
      if (dev !== this.#device || this.#watchers.length >= mostFolders) return this.#fail();
      const watcher = watch(absolute, { persistent: false }, (_event, name) => {
        eventsOfAll += 1;
        if (name === null) this.#fail();
        else this.#changed.add(folder === "" ? name : `${folder}/${name}`);
      });
      watcher.on("error", () => this.#fail());
      this.#watchers.push(watcher);
    } catch {
      // The system's limit, or gone already: then each listing looks at every file.
      this.#fail();
    }
  }

  /** What may have changed since the last time; undefined when that is not known. */
  take(): ReadonlySet<string> | undefined {
    const isFlood = eventsOfAll - this.#eventsBefore > mostEvents;
    this.#eventsBefore = eventsOfAll;
    if (this.#isBroken || isFlood) return undefined;
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  #fail(): void {
    this.#isBroken = true;
    this.close();
  }

  close(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }
}
