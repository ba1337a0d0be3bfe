import { randomUUID } from "node:crypto";
import { copyFile, link, mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import path from "node:path";

/**
 * A folder of files that are named by what they hold, at most so many bytes of them: those not used for longest go first.
 * Several processes may use it at once. A file is taken out of it by a second name, so one that goes meanwhile does no harm.
 */
export interface SharedFolder {
  /** The path of the file, marked as used; undefined when there is none. It may go at any time. */
  find: (name: string) => Promise<string | undefined>;
  /** Makes `target` a second name of the file; answers false when there is none. */
  linkTo: (name: string, target: string) => Promise<boolean>;
  /** A path in the folder, made where there is none, for a file that is being written. What a killed process left under one is removed in time. */
  partPath: () => Promise<string>;
  remove: (name: string) => Promise<void>;
  /** Takes in a file that was written under {@link SharedFolder.partPath}. */
  adopt: (part: string, name: string) => Promise<void>;
}

const partPrefix = "part-";
const partLifeMs = 60 * 60_000;
// Shrinking reads the whole folder, so it makes room for a while.
const shrinkTo = 0.9;
// What the disk gives a file at least: a million files of a byte are no megabyte.
const minFileBytes = 4_096;

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function onDisk(size: number): number {
  return Math.max(size, minFileBytes);
}

async function fileFacts(directory: string, name: string) {
  try {
    const { size, mtimeMs } = await stat(path.join(directory, name));
    return { name, size: onDisk(size), mtimeMs };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function shrink(directory: string, maxBytes: number): Promise<number> {
  const names = await readdir(directory);
  const facts = (await Promise.all(names.map((name) => fileFacts(directory, name)))).filter((row) => row !== undefined);
  const files = facts.filter(({ name }) => !name.startsWith(partPrefix)).sort((a, b) => a.mtimeMs - b.mtimeMs);
  const isLeft = ({ name, mtimeMs }: (typeof facts)[number]): boolean =>
    name.startsWith(partPrefix) && Date.now() - mtimeMs > partLifeMs;
  for (const { name } of facts.filter(isLeft)) await rm(path.join(directory, name), { force: true });
  let used = files.reduce((sum, { size }) => sum + size, 0);
  const wanted = used > maxBytes ? maxBytes * shrinkTo : used;
  for (const { name, size } of files) {
    if (used <= wanted) break;
    await rm(path.join(directory, name), { force: true });
    used -= size;
  }
  return used;
}

async function touch(file: string): Promise<boolean> {
  const now = new Date();
  return utimes(file, now, now).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

/** Opens such a folder. It is looked through when the first file is added, not before: a reader pays nothing for its size. */
export function openSharedFolder(directory: string, maxBytes: number): SharedFolder {
  // What this process knows of it; others add to it, and are seen at the next look.
  let usedBytes: number | undefined;
  let addedBytes = 0;
  return {
    find: async (name) => {
      const file = path.join(directory, name);
      return (await touch(file)) ? file : undefined;
    },
    linkTo: async (name, target) => {
      const file = path.join(directory, name);
      if (!(await touch(file))) return false;
      try {
        await link(file, target);
      } catch (error) {
        const code = error instanceof Error && "code" in error ? error.code : undefined;
        if (code === "EEXIST") return true;
        if (code === "ENOENT") return false;
        // The two are on different disks.
        if (code !== "EXDEV") throw error;
        await copyFile(file, target);
      }
      return true;
    },
    partPath: async () => {
      await mkdir(directory, { recursive: true });
      return path.join(directory, partPrefix + randomUUID());
    },
    remove: (name) => rm(path.join(directory, name), { force: true }),
    adopt: async (part, name) => {
      const { size } = await stat(part);
      await rename(part, path.join(directory, name));
      addedBytes += onDisk(size);
      if (usedBytes !== undefined && usedBytes + addedBytes <= maxBytes && addedBytes <= maxBytes * (1 - shrinkTo))
        return;
      addedBytes = 0;
      usedBytes = await shrink(directory, maxBytes);
    },
  };
}
