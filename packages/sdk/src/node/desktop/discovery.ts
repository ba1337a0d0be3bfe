import { lstat, open } from "node:fs/promises";
import path from "node:path";
import { discoveryFile, type DiscoveryFile } from "@hivesync/contracts/desktop";

const largestBytes = 4_096;
const writableByOthers = 0o022;

/**
 * Reads a discovery file. Undefined when there is none that can be believed: not ours, open to others, or not of its form.
 */
export async function readDiscovery(file: string): Promise<DiscoveryFile | undefined> {
  try {
    if (!(await isOurs(path.dirname(file)))) return undefined;
    await using handle = await open(file, "r");
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > largestBytes || !isPrivate(stats)) return undefined;
    const parsed = discoveryFile.safeParse(JSON.parse(await handle.readFile("utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    // Not there, being replaced, or nothing of ours: nobody runs.
    return undefined;
  }
}

// Windows has no such bits: there the folder lies in the user's own profile.
const hasOwners = process.getuid !== undefined;

function isPrivate(stats: { uid: number; mode: number }): boolean {
  return !hasOwners || (stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0);
}

async function isOurs(folder: string): Promise<boolean> {
  const stats = await lstat(folder);
  if (!stats.isDirectory()) return false;
  return !hasOwners || (stats.uid === process.getuid?.() && (stats.mode & writableByOthers) === 0);
}
