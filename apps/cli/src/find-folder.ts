import { stat } from "node:fs/promises";
import path from "node:path";
import { usageError } from "./cli-error.ts";
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

async function rememberingFolder(folder: string): Promise<string | undefined> {
  if (await isFile(path.join(folder, projectFileName))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : rememberingFolder(parent);
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
