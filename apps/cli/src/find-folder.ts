import { realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { usageError } from "./cli-error.ts";
import type { Output } from "./output.ts";
import { projectFileName } from "./project-file.ts";

/** A file and the folder that is its project. */
export interface FoundFile {
  directory: string;
  /** Relative to the folder, separated by `/`. */
  path: string;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

/**
 * The absolute path of a folder that was named.
 *
 * @throws CliError when it is none: before anything is made on the server for it.
 */
export async function requireFolder(folder: string): Promise<string> {
  const directory = path.resolve(folder);
  const isFolder = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw usageError(`${directory} is not a folder.`);
  return directory;
}

async function isThere(entry: string): Promise<boolean> {
  return stat(entry).then(
    () => true,
    () => false,
  );
}

/**
 * A folder and those above it that a project of it may be in: up to the root of its git repository, or below the home folder. Of one that is in
 * neither, itself alone: above it stand the things of others.
 */
async function foldersOfOneProject(folder: string): Promise<string[]> {
  const home = homedir();
  const homes = [home, await realpath(home).catch(() => home)];
  const folders: string[] = [];
  for (let current = folder; ; current = path.dirname(current)) {
    folders.push(current);
    const parent = path.dirname(current);
    if (homes.includes(current) || homes.includes(parent) || (await isThere(path.join(current, ".git"))))
      return folders;
    if (parent === current) return [folder];
  }
}

/** The folder, or the nearest above it, that remembers a project. */
async function rememberingFolder(folder: string): Promise<string | undefined> {
  for (const candidate of await foldersOfOneProject(folder)) {
    if (await isFile(path.join(candidate, projectFileName))) return candidate;
  }
  return undefined;
}

/**
 * The folder whose project a command is about: the nearest that remembers one, which is told where it is another than the one that was named; else
 * that one. With a project that was named by itself, the folder counts as it is.
 */
export async function findProjectFolder(
  folder: string,
  { named, output }: { named: string | undefined; output: Output },
): Promise<string> {
  const directory = await requireFolder(folder);
  if (named !== undefined) return directory;
  const found = (await rememberingFolder(directory)) ?? directory;
  if (found !== directory) output.note(`Using ${found}, the project's folder.`);
  return found;
}

/** Says how a package below a project becomes a project of its own, as in a monorepo, where that may have been meant. */
export async function noteOwnPackage(folder: string, used: string, output: Output): Promise<void> {
  const directory = path.resolve(folder);
  if (directory === used) return;
  if (await isFile(path.join(directory, "package.json"))) {
    output.note(`${directory} has a package.json of its own: \`hivesync init\` there makes it a project of its own.`);
  }
}

/** The folder above a file that remembers a project; else the one that the command runs in; else, for a file outside of it, the file's own. */
export async function findFolder(file: string): Promise<FoundFile> {
  const absolute = path.resolve(file);
  if (!(await isFile(absolute))) throw usageError(`${absolute} is not a file.`);
  const own = path.dirname(absolute);
  const here = process.cwd();
  const isHere = absolute.startsWith(here.endsWith(path.sep) ? here : here + path.sep);
  const directory = (await rememberingFolder(own)) ?? (isHere ? here : own);
  return { directory, path: path.relative(directory, absolute).replaceAll(path.sep, "/") };
}
