import { lstat } from "node:fs/promises";
import type { ManifestFile } from "@hivesync/contracts/paths";
import { LocalFileError } from "@hivesync/sdk/internal/node/local-file-error";
import { FolderScan } from "./folder-scan.ts";
import { canBeWatched, eventsDelivered, FolderWatch } from "./folder-watch.ts";
import { HashCache } from "./hash-cache.ts";

/** What a publish of the folder would send, and what it would hold back. */
export interface FolderListing {
  files: ManifestFile[];
  secrets: string[];
  skipped: { path: string; reason: string }[];
}

/** What the last listing took. */
export interface ListingWork {
  walked: boolean;
  filesRead: number;
}

/** A watch is believed for so long: some changes (by a mapped file) nobody tells of. */
const longestTrustMs = 10 * 60_000;

/** One folder, by its real path: listed once in full, and from then on by what has changed. */
export class FolderIndex {
  readonly root: string;
  readonly #hashes = new HashCache();
  #scan: FolderScan | undefined;
  #watch: FolderWatch | undefined;
  #walkedAt = 0;
  #inode = 0;
  #listing: FolderListing | undefined;
  #last: Promise<unknown> = Promise.resolve();
  lastWork: ListingWork = { walked: false, filesRead: 0 };

  constructor(root: string) {
    this.root = root;
  }

  /** How many files a publish would send, when that is known. */
  get fileCount(): number | null {
    return this.#listing?.files.length ?? null;
  }

  /** The files as they are now. One listing after the other. @throws LocalFileError when the folder cannot be read. */
  list(signal?: AbortSignal): Promise<FolderListing> {
    const listing = this.#last.then(() => this.#listOrAgain(signal));
    this.#last = listing.catch(() => undefined);
    return listing;
  }

  async #listOrAgain(signal?: AbortSignal): Promise<FolderListing> {
    try {
      return await this.#list(signal);
    } catch (error) {
      this.#scan = undefined;
      // A file that went away between looking and reading is no fault of the folder.
      if (!(error instanceof LocalFileError)) throw error;
      return this.#list(signal);
    }
  }

  async #list(signal?: AbortSignal): Promise<FolderListing> {
    await eventsDelivered();
    const changed = await this.#changes();
    if (changed?.size === 0 && this.#listing) {
      this.lastWork = { walked: false, filesRead: 0 };
      return this.#listing;
    }
    const isUpdated = changed !== undefined && (await this.#scan?.update(changed)) === true;
    const scan = isUpdated && this.#scan ? this.#scan : await this.#walk(signal);
    // Until all of it is hashed nothing counts as listed: what was taken as changed would be lost.
    this.#scan = undefined;
    const { files, secrets, skipped } = scan.result();
    this.#listing = {
      files: await this.#hashes.hash(files, { changed: isUpdated ? changed : undefined, signal }),
      secrets,
      skipped,
    };
    this.#scan = scan;
    this.lastWork = { walked: !isUpdated, filesRead: this.#hashes.lastRead };
    return this.#listing;
  }

  /** What may have changed since the last listing; undefined when only a walk can tell. */
  async #changes(): Promise<ReadonlySet<string> | undefined> {
    const changed = this.#watch?.take();
    const isOld = Date.now() - this.#walkedAt > longestTrustMs;
    if (!this.#scan || isOld || changed === undefined) return undefined;
    const stats = await lstat(this.root).catch(() => undefined);
    return stats?.ino === this.#inode ? changed : undefined;
  }

  async #walk(signal?: AbortSignal): Promise<FolderScan> {
    this.#watch?.close();
    const watch = (await canBeWatched(this.root)) ? new FolderWatch(this.root) : undefined;
    this.#watch = watch;
    this.#walkedAt = Date.now();
    this.#inode = (await lstat(this.root).catch(() => undefined))?.ino ?? 0;
    return FolderScan.walk(this.root, { onFolder: (folder) => watch?.add(folder), signal });
  }

  close(): void {
    this.#watch?.close();
    this.#watch = undefined;
    this.#scan = undefined;
  }
}
