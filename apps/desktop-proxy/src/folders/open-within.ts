import { constants } from "node:fs";
import { lstat, open, realpath, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { FileChangedError } from "@hivesync/sdk";

// A link in the file's place leads elsewhere, a pipe would make us wait. Windows knows neither flag.
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file of a folder to read it. What was opened is looked at again: a folder on the way to it may have become a link meanwhile.
 *
 * @param root - By its real path.
 * @throws FileChangedError when there is no such regular file within the folder.
 */
export async function openWithin(root: string, filePath: string): Promise<FileHandle> {
  const absolute = path.join(root, ...filePath.split("/"));
  const refuse = (cause?: unknown): FileChangedError =>
    new FileChangedError(`${filePath} cannot be read any more`, cause === undefined ? {} : { cause });
  const handle = await open(absolute, flags).catch((cause: unknown) => {
    throw refuse(cause);
  });
  try {
    const stats = await handle.stat();
    const there = await lstat(absolute);
    const isIt = stats.isFile() && there.ino === stats.ino && there.dev === stats.dev;
    if (!isIt || (await realpath(absolute)) !== absolute) throw refuse();
    return handle;
  } catch (error) {
    await handle.close();
    throw error instanceof FileChangedError ? error : refuse(error);
  }
}
