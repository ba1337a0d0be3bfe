import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { newSecret } from "@hivesync/platform/ids";
import { z } from "zod";

const linksFile = z.strictObject({ version: z.literal(1), directories: z.array(z.string()) });

/** The folders that were linked before; none when there is no such file, or it is not one of ours. */
export async function readLinks(file: string): Promise<string[]> {
  try {
    return linksFile.parse(JSON.parse(await readFile(file, "utf8"))).directories;
  } catch {
    return [];
  }
}

/** Replaces the file whole; only this user can read it. */
export async function writeLinks(file: string, directories: readonly string[]): Promise<void> {
  const temporary = `${file}.${newSecret().slice(0, 12)}.tmp`;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, JSON.stringify({ version: 1, directories }), { mode: 0o600, flag: "wx" });
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
