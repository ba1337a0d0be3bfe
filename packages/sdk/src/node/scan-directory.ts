import { lstat, readdir, readFile, realpath } from "node:fs/promises";
import type { Dirent, Stats } from "node:fs";
import path from "node:path";
import { findPathCollisions } from "@hivesync/contracts/path-collisions";
import { checkPath } from "@hivesync/contracts/paths";
import { ignoreFileNames, IgnoreRules } from "./ignore-rules.ts";
import { describeSystemError, LocalFileError, systemErrorCode } from "./local-file-error.ts";
import { mapBounded } from "#map-bounded.ts";
import { looksLikeSecret } from "./secret-files.ts";

/** A file that a publish would send. */
export interface ScannedFile {
  /** Relative to the scanned folder, separated by `/`. */
  path: string;
  absolutePath: string;
  /** Bytes. */
  size: number;
  mtimeMs: number;
  /** When its contents, its name or its rights were changed last. */
  ctimeMs: number;
  /** The file's number on its disk. */
  inode: number;
}

/** An entry that is left out although no ignore file says so. */
export interface SkippedEntry {
  path: string;
  /** For people. */
  reason: string;
}

export interface DirectoryScan {
  files: ScannedFile[];
  /** Files and folders that look like secrets, never part of `files`. */
  secrets: string[];
  skipped: SkippedEntry[];
}

export interface ScanOptions {
  signal?: AbortSignal | undefined;
  /** Called after each folder with the number of files found so far. */
  onProgress?: ((progress: { filesFound: number }) => void) | undefined;
  /** Called with each folder before it is read: what changes in it from then on may not be part of the scan. */
  onFolder?: ((folder: string) => void) | undefined;
  /** Called with the rules of each folder's entries. */
  onRules?: ((folder: string, rules: IgnoreRules) => void) | undefined;
}

const statsAtOnce = 16;

/**
 * Lists the files of a folder that a publish sends, by the rules of {@link IgnoreRules}. Sorted by path, so that the
 * same folder always gives the same list. Links are never followed: what they point to may lie outside the folder.
 *
 * @throws {@link LocalFileError} when the folder, or one within it, cannot be read.
 *
 * @example
 * const { files, secrets } = await scanDirectory("./app");
 * if (secrets.length > 0) console.warn(`Left out, as they look like secrets: ${secrets.join(", ")}`);
 */
export async function scanDirectory(root: string, options: ScanOptions = {}): Promise<DirectoryScan> {
  const scan: DirectoryScan = { files: [], secrets: [], skipped: [] };
  const realRoot = await realpath(root).catch((error: unknown) => {
    throw unreadable(path.resolve(root), error);
  });
  await scanFolder("", IgnoreRules.none, { root: realRoot, scan, options });
  return finishScan(scan);
}

/** Sorts what was found, and leaves out the files that cannot stand beside another one on every system. */
export function finishScan(scan: DirectoryScan): DirectoryScan {
  scan.files.sort(byPath);
  leaveOutCollisions(scan);
  scan.skipped.sort(byPath);
  scan.secrets.sort();
  return scan;
}

interface Walk {
  root: string;
  scan: DirectoryScan;
  options: ScanOptions;
}

async function scanFolder(folder: string, parentRules: IgnoreRules, walk: Walk): Promise<void> {
  const { scan, options } = walk;
  options.signal?.throwIfAborted();
  options.onFolder?.(folder);
  const absoluteFolder = path.join(walk.root, folder);
  const entries = await readFolder(absoluteFolder, folder === "");
  const rules = parentRules.within({
    folder,
    ignoreFiles: await readIgnoreFiles(absoluteFolder, entries),
    hasPackage: entries.some((entry) => entry.name === "package.json"),
  });
  options.onRules?.(folder, rules);
  const filePaths: string[] = [];
  const folderPaths: string[] = [];
  for (const entry of entries) {
    const entryPath = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const verdict = judgeEntry(entry, entryPath, rules);
    if (verdict === "secret") scan.secrets.push(entry.isDirectory() ? `${entryPath}/` : entryPath);
    else if (verdict === "folder") folderPaths.push(entryPath);
    else if (verdict === "file") filePaths.push(entryPath);
    else if (verdict !== "ignored") scan.skipped.push({ path: entryPath, reason: verdict.skip });
  }
  await addFiles(filePaths, walk);
  options.onProgress?.({ filesFound: scan.files.length });
  for (const folderPath of folderPaths) await scanFolder(folderPath, rules, walk);
}

/** What becomes of an entry of a folder. */
export type Verdict = "secret" | "ignored" | "folder" | "file" | { skip: string };

type Entry = Pick<Dirent, "name" | "isDirectory" | "isFile" | "isSymbolicLink">;

/** Whether an entry is part of a publish, by the rules of its folder. */
export function judgeEntry(entry: Entry, entryPath: string, rules: IgnoreRules): Verdict {
  const isDirectory = entry.isDirectory();
  const leftOut = rules.leavesOut({ path: entryPath, isDirectory });
  if (leftOut === "always") return "ignored";
  if (looksLikeSecret(entryPath)) return "secret";
  if (leftOut === "ignore_file") return "ignored";
  if (leftOut === "build_output") {
    return { skip: `looks like build output (to publish it, write !${entry.name} into .hivesyncignore)` };
  }
  if (entry.isSymbolicLink()) return { skip: "is a symbolic link" };
  if (!isDirectory && !entry.isFile()) return { skip: "is not a regular file" };
  const problem = checkPath(entryPath);
  if (problem) return { skip: `its path cannot be published: ${problem.message}` };
  return isDirectory ? "folder" : "file";
}

async function addFiles(paths: readonly string[], { root, scan, options }: Walk): Promise<void> {
  await mapBounded(paths, { limit: statsAtOnce, signal: options.signal }, async (filePath) => {
    const absolutePath = path.join(root, filePath);
    const stats = await unlessGone(absolutePath, lstat(absolutePath));
    if (stats?.isFile()) scan.files.push(toScannedFile(filePath, absolutePath, stats));
    // A name that is no UTF-8 arrives with U+FFFD in it, and no file has that name.
    else if (filePath.includes("\uFFFD")) scan.skipped.push({ path: filePath, reason: "its name is not valid UTF-8" });
  });
}

/** A file as a scan lists it. */
export function toScannedFile(filePath: string, absolutePath: string, stats: Stats): ScannedFile {
  const { size, mtimeMs, ctimeMs, ino: inode } = stats;
  return { path: filePath, absolutePath, size, mtimeMs, ctimeMs, inode };
}

async function readFolder(absoluteFolder: string, isRoot: boolean): Promise<Dirent[]> {
  const reading = readdir(absoluteFolder, { withFileTypes: true });
  if (!isRoot) return (await unlessGone(absoluteFolder, reading)) ?? [];
  return reading.catch((error: unknown) => {
    throw unreadable(absoluteFolder, error);
  });
}

async function readIgnoreFiles(absoluteFolder: string, entries: readonly Dirent[]): Promise<string[]> {
  // Only regular files, as in git: a link could point anywhere.
  const present = ignoreFileNames.filter((name) => entries.some((entry) => entry.name === name && entry.isFile()));
  const texts = present.map((name) => {
    const file = path.join(absoluteFolder, name);
    return unlessGone(file, readFile(file, "utf8"));
  });
  return (await Promise.all(texts)).map((text) => text ?? "");
}

/** What is deleted while it is being listed was not there; any other failure would make the list silently incomplete. */
async function unlessGone<Result>(absolutePath: string, reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw unreadable(absolutePath, error);
  }
}

function unreadable(absolutePath: string, cause: unknown): LocalFileError {
  const message = `Cannot read ${absolutePath}: ${describeSystemError(cause)}`;
  return new LocalFileError(message, { path: absolutePath, cause });
}

/** Moves the files that cannot stand beside another one on every system from `files` to `skipped`. */
function leaveOutCollisions(scan: DirectoryScan): void {
  const collisions = findPathCollisions(scan.files.map((file) => file.path));
  for (const { index, message } of collisions.reverse()) {
    const [file] = scan.files.splice(index, 1);
    if (file) scan.skipped.push({ path: file.path, reason: `its path cannot be published: it ${message}` });
  }
}

function byPath(a: { path: string }, b: { path: string }): number {
  if (a.path === b.path) return 0;
  return a.path < b.path ? -1 : 1;
}
