import { lstat } from "node:fs/promises";
import path from "node:path";
import { ignoreFileNames, type IgnoreRules } from "@hivesync/sdk/internal/node/ignore-rules";
import {
  finishScan,
  judgeEntry,
  scanDirectory,
  toScannedFile,
  type DirectoryScan,
  type ScannedFile,
} from "@hivesync/sdk/internal/node/scan-directory";

/** Above this a walk is as quick. */
const mostChanges = 1_000;

interface ScanHooks {
  /** See `ScanOptions.onFolder`. */
  onFolder: (folder: string) => void;
  signal?: AbortSignal | undefined;
}

/** What a walk found in a folder, kept true by looking at single entries. */
export class FolderScan {
  readonly #root: string;
  readonly #rules: ReadonlyMap<string, IgnoreRules>;
  readonly #files: Map<string, ScannedFile>;
  readonly #secrets: Set<string>;
  readonly #skipped: Map<string, string>;
  /** Two names that are one elsewhere: which of them goes is known only from all names. */
  readonly #hasCollisions: boolean;

  private constructor(root: string, scan: DirectoryScan, rules: ReadonlyMap<string, IgnoreRules>) {
    this.#root = root;
    this.#rules = rules;
    this.#files = new Map(scan.files.map((file) => [file.path, file]));
    this.#secrets = new Set(scan.secrets);
    this.#skipped = new Map(scan.skipped.map(({ path, reason }) => [path, reason]));
    this.#hasCollisions = scan.skipped.some(({ reason }) => reason.startsWith("its path cannot be published: it "));
  }

  static async walk(root: string, { onFolder, signal }: ScanHooks): Promise<FolderScan> {
    const rules = new Map<string, IgnoreRules>();
    const onRules = (folder: string, ofFolder: IgnoreRules): void => void rules.set(folder, ofFolder);
    return new FolderScan(root, await scanDirectory(root, { onFolder, onRules, signal }), rules);
  }

  /** Looks at what may have changed. False when that is not enough, and the folder has to be walked anew. */
  async update(changed: ReadonlySet<string>): Promise<boolean> {
    if (changed.size > mostChanges || (changed.size > 0 && this.#hasCollisions)) return false;
    for (const entry of changed) if (!(await this.#updateEntry(entry))) return false;
    return true;
  }

  async #updateEntry(entryPath: string): Promise<boolean> {
    const name = path.posix.basename(entryPath);
    const rules = this.#rules.get(entryPath === name ? "" : path.posix.dirname(entryPath));
    // Ignore files speak of others, and a package.json of what lies beside it.
    if (!rules || (ignoreFileNames as readonly string[]).includes(name) || name === "package.json") return false;
    const absolute = path.join(this.#root, entryPath);
    const stats = await lstat(absolute).catch(() => undefined);
    const isFolder = stats?.isDirectory() ?? false;
    const verdict = stats && judgeEntry(Object.assign(stats, { name }), entryPath, rules);
    // Folders that no walk has entered matter as little as before, the others and new ones do.
    if (this.#rules.has(entryPath) || verdict === "folder") return false;
    const listedAs = isFolder ? `${entryPath}/` : entryPath;
    for (const spelled of [entryPath, `${entryPath}/`]) this.#secrets.delete(spelled);
    this.#files.delete(entryPath);
    this.#skipped.delete(entryPath);
    if (verdict === "secret") this.#secrets.add(listedAs);
    else if (verdict === "file") this.#files.set(entryPath, toScannedFile(entryPath, absolute, stats as never));
    else if (typeof verdict === "object") this.#skipped.set(entryPath, verdict.skip);
    return true;
  }

  /** All of it, as a walk would answer. */
  result(): DirectoryScan {
    return finishScan({
      files: [...this.#files.values()],
      secrets: [...this.#secrets],
      skipped: [...this.#skipped].map(([path, reason]) => ({ path, reason })),
    });
  }
}
