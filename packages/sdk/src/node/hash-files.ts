import { createHash } from "node:crypto";
import type { Stats } from "node:fs";
import { constants, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { ManifestFile } from "@hivesync/contracts/paths";
import { describeSystemError, LocalFileError } from "./local-file-error.ts";
import { mapBounded } from "#map-bounded.ts";

export interface HashableFile {
  /** Relative, as it will stand in the manifest. */
  path: string;
  absolutePath: string;
}

export interface HashProgress {
  filesHashed: number;
  filesTotal: number;
  /** Bytes read, those of files that had to be read again included. */
  bytesRead: number;
}

export interface HashOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: HashProgress) => void) | undefined;
}

const filesAtOnce = 8;
const chunkBytes = 256 * 1024;
const attempts = 3;

/**
 * Reads files and gives their manifest entries in the same order. Memory stays flat whatever the sizes. A file that
 * changes while it is read is read again, three times in all, so that hash and size are those of one state of it.
 *
 * @throws {@link LocalFileError} when a file cannot be read or keeps changing.
 *
 * @example
 * const { files } = await scanDirectory("./app");
 * const manifest = await hashFiles(files); // [{ path: "App.tsx", sha256: "9f86d0…", size: 512 }, …]
 */
export async function hashFiles(files: readonly HashableFile[], options: HashOptions = {}): Promise<ManifestFile[]> {
  const { signal, onProgress } = options;
  const progress: HashProgress = { filesHashed: 0, filesTotal: files.length, bytesRead: 0 };
  const onRead = (bytes: number): void => {
    signal?.throwIfAborted();
    progress.bytesRead += bytes;
    onProgress?.({ ...progress });
  };
  return mapBounded(files, { limit: filesAtOnce, signal }, async (file) => {
    const hashed = await hashUnchanged(file.absolutePath, onRead);
    progress.filesHashed += 1;
    onProgress?.({ ...progress });
    return { path: file.path, ...hashed };
  });
}

interface HashedFile {
  sha256: string;
  size: number;
}

type OnRead = (bytes: number) => void;

async function hashUnchanged(absolutePath: string, onRead: OnRead): Promise<HashedFile> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const hashed = await hashOnce(absolutePath, onRead);
    if (hashed) return hashed;
  }
  const message = `${absolutePath} keeps changing while it is read; try again when nothing writes to it`;
  throw new LocalFileError(message, { path: absolutePath });
}

/** `undefined` when the file changed meanwhile. */
async function hashOnce(absolutePath: string, onRead: OnRead): Promise<HashedFile | undefined> {
  await using file = await openFile(absolutePath);
  const before = await file.stat();
  if (!before.isFile()) throw new LocalFileError(`${absolutePath} is not a regular file`, { path: absolutePath });
  const hashed = await hashContents(file, { expectedBytes: before.size, onRead });
  const after = await file.stat();
  return hashed.size === after.size && isSameState(before, after) ? hashed : undefined;
}

function isSameState(before: Stats, after: Stats): boolean {
  return before.size === after.size && before.mtimeMs === after.mtimeMs;
}

async function openFile(absolutePath: string): Promise<FileHandle> {
  try {
    // A link put in the file's place after the scan must not lead elsewhere. Windows knows no such flag.
    return await open(absolutePath, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    throw new LocalFileError(`Cannot read ${absolutePath}: ${describeSystemError(cause)}`, {
      path: absolutePath,
      cause,
    });
  }
}

async function hashContents(
  file: FileHandle,
  { expectedBytes, onRead }: { expectedBytes: number; onRead: OnRead },
): Promise<HashedFile> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(Math.min(expectedBytes + 1, chunkBytes));
  let size = 0;
  // A file that grows as fast as it is read would have no end.
  while (size <= expectedBytes) {
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    size += bytesRead;
    onRead(bytesRead);
  }
  return { sha256: hash.digest("hex"), size };
}
