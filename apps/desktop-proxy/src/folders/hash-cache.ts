import type { ManifestFile } from "@hivesync/contracts/paths";
import { hashFiles } from "@hivesync/sdk/internal/node/hash-files";
import type { ScannedFile } from "@hivesync/sdk/internal/node/scan-directory";

interface Known {
  state: string;
  sha256: string;
  size: number;
  /** False when the file was so young that another change may bear the same time. */
  isSettled: boolean;
}

// The clocks of disks move in steps: of the kernel's tick, of two seconds on FAT, of one on HFS+.
const tickMs = 100;
const coarseTickMs = 2_000;

function stateOf({ inode, size, mtimeMs, ctimeMs }: ScannedFile): string {
  return `${inode} ${size} ${mtimeMs} ${ctimeMs}`;
}

/** What files hash to, by what the disk says of their state. */
export class HashCache {
  #known = new Map<string, Known>();
  /** How many files were read the last time. */
  lastRead = 0;

  /**
   * The manifest's rows of these files, in their order. Only those are read whose state is new; what else was known is forgotten.
   *
   * @param changed - Of a watched folder: what may have changed. Anything else has not.
   */
  async hash(
    files: readonly ScannedFile[],
    { changed, signal }: { changed?: ReadonlySet<string> | undefined; signal?: AbortSignal | undefined },
  ): Promise<ManifestFile[]> {
    const before = this.#known;
    const isKnown = (file: ScannedFile): boolean => {
      const known = before.get(file.path);
      if (known === undefined || known.state !== stateOf(file)) return false;
      return known.isSettled || changed?.has(file.path) === false;
    };
    const toRead = files.filter((file) => !isKnown(file));
    const startedAt = Date.now();
    const hashed = await hashFiles(toRead, { signal });
    this.lastRead = toRead.length;
    const fresh = new Map<string, Known>();
    for (const [index, file] of toRead.entries()) {
      const row = hashed[index];
      if (!row) continue;
      const step = file.ctimeMs % 1_000 === 0 ? coarseTickMs : tickMs;
      const isSettled = file.ctimeMs + step < startedAt;
      fresh.set(file.path, { state: stateOf(file), sha256: row.sha256, size: row.size, isSettled });
    }
    this.#known = new Map(
      files.flatMap((file) => {
        const known = fresh.get(file.path) ?? before.get(file.path);
        return known ? [[file.path, known] as const] : [];
      }),
    );
    return [...this.#known].map(([path, { sha256, size }]) => ({ path, sha256, size }));
  }
}
