import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** What a dump says of itself. */
export interface Manifest {
  taken_at: string;
  /** The last migration that its tables have. */
  migration: string;
  /** In the order in which they are read back: no row before those that it refers to. */
  tables: { name: string; columns: string[]; rows: number }[];
}

const fileIn = (folder: string): string => path.join(folder, "manifest.json");

/** The file of a table's rows. */
export const tableFile = (folder: string, table: string): string => path.join(folder, `${table}.copy.gz`);

/** Written last: a folder without it is no dump. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeFile(fileIn(folder), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
}

/** @throws Error when the folder is no whole dump */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(fileIn(folder), "utf8").catch(() => undefined);
  if (text === undefined) throw new Error(`${folder} holds no whole dump: it has no manifest.json.`);
  return JSON.parse(text) as Manifest;
}
