import { link, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";

/** A folder of files that holds at most so many bytes: the files not used for longest go first. */
export interface BoundedFolder {
  /** Makes `target` a second name of the file, or answers false when the folder has no such file of that size. */
  linkTo: (name: string, size: number, target: string) => Promise<boolean>;
  /** Takes a file in by renaming it. One larger than the whole folder may be is left where it is. */
  adopt: (file: string, name: string, size: number) => Promise<void>;
  /** A name in the folder for a file that is being written. What a killed process left under one is removed at the next open. */
  partName: (id: string) => string;
  /** Gives all space back. Files that were linked elsewhere stay there. */
  clear: () => Promise<void>;
  usedBytes: () => number;
}

const partPrefix = "part-";

/** Names and sizes, the file written longest ago first. */
async function readEntries(directory: string): Promise<Map<string, number>> {
  const names = await readdir(directory);
  const parts = names.filter((name) => name.startsWith(partPrefix));
  await Promise.all(parts.map((name) => rm(path.join(directory, name))));
  const files = await Promise.all(
    names
      .filter((name) => !name.startsWith(partPrefix))
      .map(async (name) => {
        const { size, mtimeMs } = await stat(path.join(directory, name));
        return { name, size, mtimeMs };
      }),
  );
  return new Map(files.sort((a, b) => a.mtimeMs - b.mtimeMs).map(({ name, size }) => [name, size]));
}

/** Opens a bounded folder, made where there is none; what an earlier process left there counts. One process at a time may use it. */
export async function openBoundedFolder(directory: string, maxBytes: number): Promise<BoundedFolder> {
  await mkdir(directory, { recursive: true });
  // A Map keeps the order of insertion, so the first entry is the one that was not used for longest.
  const entries = await readEntries(directory);
  let usedBytes = entries.values().reduce((sum, size) => sum + size, 0);

  const forget = (name: string): void => {
    usedBytes -= entries.get(name) ?? 0;
    entries.delete(name);
  };
  const remember = (name: string, size: number): void => {
    forget(name);
    entries.set(name, size);
    usedBytes += size;
  };
  const shrinkTo = async (bytes: number): Promise<void> => {
    for (const name of entries.keys()) {
      if (usedBytes <= bytes) return;
      forget(name);
      await rm(path.join(directory, name), { force: true });
    }
  };
  await shrinkTo(maxBytes);

  return {
    linkTo: async (name, size, target) => {
      if (entries.get(name) !== size) return false;
      try {
        await link(path.join(directory, name), target);
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
        // Evicted in between, or removed by hand.
        forget(name);
        return false;
      }
      remember(name, size);
      return true;
    },
    adopt: async (file, name, size) => {
      if (size > maxBytes) return;
      await rename(file, path.join(directory, name));
      remember(name, size);
      await shrinkTo(maxBytes);
    },
    partName: (id) => path.join(directory, partPrefix + id),
    clear: () => shrinkTo(0),
    usedBytes: () => usedBytes,
  };
}
