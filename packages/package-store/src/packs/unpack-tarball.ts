import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { Parser } from "tar";
import type { ReadEntry } from "tar";
import type { PackageLimits } from "#limits.ts";
import { PackageError } from "#package-error.ts";
import { isLeftOut } from "#packs/left-out.ts";
import { writePack } from "#packs/pack-file.ts";

const FILE_TYPES: ReadonlySet<string> = new Set(["File", "OldFile", "ContiguousFile"]);
const MAX_PATH_CHARACTERS = 1_000;

export interface UnpackRequest {
  readonly name: string;
  readonly tarball: string;
  /** Where the pack is written; there is no file of that name. */
  readonly target: string;
  readonly limits: PackageLimits;
}

/**
 * Makes a tarball a pack. Only plain files are taken: links and devices are left where they are, names that are no plain
 * path below the package end it.
 *
 * @returns the bytes of the files kept.
 * @throws PackageError when it is no tarball, or goes over a limit.
 */
export async function unpackTarball({ name, tarball, target, limits }: UnpackRequest): Promise<number> {
  await using file = await open(target, "wx");
  const pack = writePack(file);
  const state = { files: 0, keptBytes: 0, damage: undefined as string | undefined };
  const steps: (() => Promise<void>)[] = [];
  const flush = async (): Promise<void> => {
    for (const step of steps.splice(0)) await step();
  };
  const takeEntry = (entry: ReadEntry): void => {
    const path = FILE_TYPES.has(entry.type) ? pathInPackage(name, entry.path) : undefined;
    if (path === undefined || isLeftOut(path)) {
      entry.resume();
      return;
    }
    state.files += 1;
    if (state.files > limits.filesPerPackage) throw tooLarge(name, `more than ${limits.filesPerPackage} files`);
    steps.push(async () => pack.begin(path));
    entry.on("data", (chunk: Uint8Array) => {
      state.keptBytes += chunk.length;
      steps.push(() => pack.write([chunk]));
    });
  };
  const parser = new Parser({
    maxMetaEntrySize: 65_536,
    onReadEntry: takeEntry,
    onwarn: (code: string, message: string | Error) => {
      if (/^TAR_(?:BAD_ARCHIVE|ABORT|ENTRY_INVALID|ENTRY_ERROR)$/.test(code)) state.damage ??= String(message);
    },
  });
  const ended = new AbortController();
  // What follows the end is none of the package, and the parser would pile it up.
  parser.on("eof", () => ended.abort());
  let rawBytes = 0;
  const read = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of chunks) {
      rawBytes += chunk.length;
      if (rawBytes > limits.unpackedBytes) throw tooLarge(name, `more than ${limits.unpackedBytes} bytes unpacked`);
      parser.write(Buffer.from(chunk));
      await flush();
      if (state.damage !== undefined) throw damaged(name);
      if (ended.signal.aborted) return;
    }
  };
  try {
    await pipeline(createReadStream(tarball), createGunzip(), read);
  } catch (error) {
    const hasAll = ended.signal.aborted && error instanceof Error && error.name === "AbortError";
    if (!hasAll) throw isBadGzip(error) ? damaged(name) : error;
  }
  parser.end();
  await flush();
  if (state.damage !== undefined || state.files === 0) throw damaged(name);
  await pack.finish();
  return state.keptBytes;
}

/** The path below the archive's one folder, whose name is anything. */
function pathInPackage(name: string, path: string): string | undefined {
  const parts = path.split("/").filter((part) => part !== "." && part !== "");
  const isPlain = !path.startsWith("/") && parts.every((part) => part !== ".." && !/[\\\0:]/.test(part));
  if (!isPlain || path.length > MAX_PATH_CHARACTERS) {
    throw new PackageError(
      "unsafe",
      name,
      `Package "${name}" holds a file whose name leads out of it; it is not used. Ask for another version of it.`,
    );
  }
  return parts.length < 2 ? undefined : parts.slice(1).join("/");
}

function tooLarge(name: string, what: string): PackageError {
  return new PackageError(
    "too-large",
    name,
    `Package "${name}" is too large for a preview: ${what}. Take a smaller one, or only a part of it as files of the project.`,
  );
}

function damaged(name: string): PackageError {
  return new PackageError(
    "damaged",
    name,
    `What the registry sent for package "${name}" is no package. Ask for another version of it.`,
  );
}

function isBadGzip(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^Z_|^ERR_STREAM_PREMATURE/.test(String(error.code));
}
