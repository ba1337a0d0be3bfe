import { lstat, readdir } from "node:fs/promises";
import path from "node:path";

/** What a folder takes on disk. */
export interface DiskUse {
  bytes: number;
  files: number;
}

// Of what is counted again and again, a file may go while it is looked at.
const orUndefined = <Value>(promise: Promise<Value>): Promise<Value | undefined> => promise.catch(() => undefined);

async function addFolder(folder: string, use: DiskUse, maxFiles: number): Promise<void> {
  const entries = (await orUndefined(readdir(folder, { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    if (use.files > maxFiles) return;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      await addFolder(file, use, maxFiles);
      continue;
    }
    use.files += 1;
    // Blocks, not lengths: ten thousand files of forty bytes fill a disk too.
    use.bytes += ((await orUndefined(lstat(file)))?.blocks ?? 0) * 512;
  }
}

/** Counts until there are more than `maxFiles` files. */
export async function diskUse(folder: string, maxFiles = Number.POSITIVE_INFINITY): Promise<DiskUse> {
  const use: DiskUse = { bytes: 0, files: 0 };
  await addFolder(folder, use, maxFiles);
  return use;
}
