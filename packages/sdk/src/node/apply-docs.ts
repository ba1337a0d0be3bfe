import { createHash } from "node:crypto";
import { chmod, lstat, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { checkPath } from "@hivesync/contracts/paths";
import type { WrittenDocs } from "#docs/docs.ts";
import { FileChangedError } from "#previews/upload-missing.ts";
import { describeSystemError, LocalFileError } from "./local-file-error.ts";

/** A file that may be replaced. */
interface Target {
  absolutePath: string;
  temporaryPath: string;
  mode: number;
  text: string;
}

function isSha256Of(bytes: Buffer, expected: string): boolean {
  return createHash("sha256").update(bytes).digest("hex") === expected;
}

/** Undefined when the file is not any more what the text was written from. A link may lead out of the folder, so it is never that. */
async function toTarget(
  root: string,
  { path: name, text, base_sha256 }: NonNullable<WrittenDocs["files"]>[number],
): Promise<Target | undefined> {
  if (checkPath(name)) return undefined;
  const absolutePath = path.join(root, ...name.split("/"));
  try {
    const stats = await lstat(absolutePath);
    if (!stats.isFile() || (await realpath(absolutePath)) !== absolutePath) return undefined;
    if (!isSha256Of(await readFile(absolutePath), base_sha256)) return undefined;
    const temporaryName = `.${path.basename(name).slice(0, 100)}.${crypto.randomUUID()}.tmp`;
    const temporaryPath = path.join(path.dirname(absolutePath), temporaryName);
    return { absolutePath, temporaryPath, mode: stats.mode & 0o7777, text };
  } catch {
    // Gone, or not ours to read.
    return undefined;
  }
}

async function replaceAll(targets: readonly Target[]): Promise<void> {
  try {
    // All of it is on the disk before the first file is another.
    for (const { temporaryPath, text, mode } of targets) {
      await writeFile(temporaryPath, text, { flag: "wx", mode: 0o600 });
      await chmod(temporaryPath, mode);
    }
    for (const { temporaryPath, absolutePath } of targets) await rename(temporaryPath, absolutePath);
  } catch (error) {
    await Promise.all(targets.map(({ temporaryPath }) => rm(temporaryPath, { force: true })));
    throw error;
  }
}

/**
 * Writes a job's texts into the folder that they were written from. Each file is replaced at once; none is when one of them has changed.
 *
 * @returns The paths that were written.
 * @throws FileChangedError that names the changed files; LocalFileError when the folder cannot be written.
 */
export async function applyDocs(
  { files = [] }: Pick<WrittenDocs, "files">,
  { directory }: { directory: string },
): Promise<string[]> {
  const fail = (cause: unknown): never => {
    const message = `Cannot write into ${directory}: ${describeSystemError(cause)}`;
    throw new LocalFileError(message, { path: path.resolve(directory), cause });
  };
  const root = await realpath(directory).catch(fail);
  const found = await Promise.all(files.map(async (file) => ({ file, target: await toTarget(root, file) })));
  const changed = found.filter(({ target }) => target === undefined).map(({ file }) => file.path);
  if (changed.length > 0) {
    const verb = changed.length === 1 ? "has" : "have";
    throw new FileChangedError(`${changed.join(", ")} ${verb} changed since the documentation was written`);
  }
  await replaceAll(found.flatMap(({ target }) => target ?? [])).catch(fail);
  return files.map((file) => file.path);
}
