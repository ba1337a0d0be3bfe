import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { FolderIndex } from "./folder-index.ts";
import { findPathProblem, isRoot, isWithin } from "./folder-paths.ts";
import { readLinks, writeLinks } from "./links-file.ts";

const mostIndexes = 16;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** The real path of a folder. @throws AppError NOT_FOUND, or VALIDATION_ERROR for what is no folder. */
async function findFolder(directory: string): Promise<string> {
  try {
    const real = await realpath(directory);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new AppError("NOT_FOUND", { publicMessage: "There is no such folder." });
    if (!hasCode(error, "ENOTDIR")) throw invalidField("directory", "cannot be read");
  }
  throw invalidField("directory", "must be a folder");
}

function checkSpelling(directory: string): void {
  const problem = findPathProblem(directory);
  if (problem !== undefined) throw invalidField("directory", problem);
}

/** The folders that clients may have read: those that were linked, and what lies in them by its real path. */
export class LinkedFolders {
  readonly #file: string;
  readonly #linked: Set<string>;
  readonly #indexes = new Map<string, FolderIndex>();
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, linked: readonly string[]) {
    this.#file = file;
    this.#linked = new Set(linked);
  }

  /** @param file - Where the links are kept. */
  static async open(file: string): Promise<LinkedFolders> {
    return new LinkedFolders(file, await readLinks(file));
  }

  describe(): { directory: string; files: number | null }[] {
    return [...this.#linked].map((directory) => ({
      directory,
      files: this.#indexes.get(directory)?.fileCount ?? null,
    }));
  }

  /** Links a folder. Answers its real path. @throws AppError NOT_FOUND, VALIDATION_ERROR. */
  async link(directory: string): Promise<string> {
    checkSpelling(directory);
    const real = await findFolder(directory);
    if (isRoot(real)) throw invalidField("directory", "must not be all of a disk");
    if (this.#linked.has(real)) return real;
    this.#linked.add(real);
    await this.#write();
    return real;
  }

  /** @throws AppError NOT_FOUND when it is not linked. */
  async unlink(directory: string): Promise<void> {
    checkSpelling(directory);
    // One that has gone from the disk is still to be unlinked.
    const real = await realpath(directory).catch(() => path.resolve(directory));
    if (!this.#linked.delete(real)) throw new AppError("NOT_FOUND", { publicMessage: "This folder is not linked." });
    for (const root of this.#indexes.keys()) if (!this.#isLinked(root)) this.#close(root);
    await this.#write();
  }

  /**
   * The index of a folder that is linked or lies in one that is.
   *
   * @throws AppError FORBIDDEN when it is neither, whether it is there or not; NOT_FOUND, VALIDATION_ERROR.
   */
  async open(directory: string): Promise<FolderIndex> {
    checkSpelling(directory);
    const outside = new AppError("FORBIDDEN", { publicMessage: "This folder is not linked. Link it first." });
    const real = await findFolder(directory).catch((error: unknown) => {
      throw this.#isLinked(path.resolve(directory)) ? error : outside;
    });
    if (!this.#isLinked(real)) throw outside;
    const index = this.#indexes.get(real) ?? new FolderIndex(real);
    // The one that was asked for last stands last.
    this.#indexes.delete(real);
    this.#indexes.set(real, index);
    const [oldest] = this.#indexes.keys();
    if (oldest !== undefined && this.#indexes.size > mostIndexes) this.#close(oldest);
    return index;
  }

  #isLinked(real: string): boolean {
    return [...this.#linked].some((folder) => isWithin(folder, real));
  }

  #write(): Promise<void> {
    const writing = this.#writing.then(() => writeLinks(this.#file, [...this.#linked]));
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  #close(root: string): void {
    this.#indexes.get(root)?.close();
    this.#indexes.delete(root);
  }

  close(): void {
    for (const root of this.#indexes.keys()) this.#close(root);
  }
}
