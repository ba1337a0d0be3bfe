import { readFile, writeFile } from "node:fs/promises";
import { openSharedFolder } from "@hivesync/package-store/shared-folder";
import { readState, writeState } from "#kept-modules/state.ts";
import type { KeptState } from "#kept-modules/state.ts";

/** Where a project's builds keep what they made of its modules. */
export interface KeptPlace {
  /** A folder of such files, of all projects; made when missing. */
  readonly directory: string;
  /** The file of this project, platform and mode. No other project may have the same one. */
  readonly name: string;
  /** The most bytes of the folder: what was not used for longest goes first. */
  readonly maxBytes: number;
  /** From how many scripts on a project is built that way; 200 unless told. */
  readonly minScripts?: number | undefined;
}

/** More than any project of sources needs; such a one is built as a whole. */
const MAX_STATE_BYTES = 128 * 1024 * 1024;

/** What earlier builds kept. A file that is damaged, or no such file at all, is as if it were not there. */
export async function readKept({ directory, name, maxBytes }: KeptPlace): Promise<KeptState | undefined> {
  try {
    const file = await openSharedFolder(directory, maxBytes).find(name);
    return file === undefined ? undefined : readState(await readFile(file));
  } catch {
    return undefined;
  }
}

/** Writes beside it and renames, so that nobody ever reads half of it. */
export async function writeKept({ directory, name, maxBytes }: KeptPlace, state: KeptState): Promise<void> {
  const bytes = Buffer.concat(writeState(state));
  if (bytes.length > Math.min(MAX_STATE_BYTES, maxBytes)) return;
  const folder = openSharedFolder(directory, maxBytes);
  const part = await folder.partPath();
  await writeFile(part, bytes);
  await folder.adopt(part, name);
}
