import { copyFile, link, lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

// Read by git in every command: exactly this and nothing else, so that no setting can be planted.
const config = "[core]\n\trepositoryformatversion = 0\n\tfilemode = false\n\tbare = true\n";
// Whatever the host's HEAD is: nothing here depends on this one.
const head = "ref: refs/heads/main\n";

const topFolders: ReadonlySet<string> = new Set(["objects", "refs"]);
const topFiles: ReadonlySet<string> = new Set(["HEAD", "config", "packed-refs"]);
/** The certificate authorities of the last call, written anew before each. */
export const authoritiesFile = "authorities.pem";

const isLeftOver = (name: string): boolean =>
  name.endsWith(".lock") || name.startsWith("tmp_") || name === authoritiesFile || name === "FETCH_HEAD";

/** An empty bare repository. The folder must not be there, or be empty. */
export async function layOut(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length > 0) throw new Error("the folder for a new repository is not empty");
  for (const below of ["objects/pack", "objects/info", "refs/heads", "refs/tags"])
    await mkdir(path.join(folder, below), { recursive: true });
  await writeFile(path.join(folder, "HEAD"), head);
  await writeFile(path.join(folder, "config"), config);
}

/** Removes what a killed git leaves behind: locks and half-written packs. */
export async function removeLeftOvers(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && isLeftOver(entry.name)) await rm(path.join(entry.parentPath, entry.name), { force: true });
  }
}

async function readsAs(file: string, text: string): Promise<boolean> {
  return (await lstat(file)).isFile() && (await readFile(file, "utf8")) === text;
}

const isObjectFolder = /^(pack|info|[0-9a-f]{2})$/;

/** True when a folder holds what {@link layOut} and git's own work put there and nothing that git would obey: no hooks, settings, alternates, grafts. */
export async function isOurLayout(folder: string): Promise<boolean> {
  try {
    const top = await readdir(folder, { withFileTypes: true });
    const isKnown = top.every((entry) =>
      entry.isDirectory()
        ? topFolders.has(entry.name)
        : entry.isFile() && (topFiles.has(entry.name) || isLeftOver(entry.name)),
    );
    if (!isKnown) return false;
    if (!(await readsAs(path.join(folder, "config"), config))) return false;
    if (!(await readsAs(path.join(folder, "HEAD"), head))) return false;
    const below = await readdir(folder, { recursive: true, withFileTypes: true });
    if (!below.every((entry) => entry.isFile() || entry.isDirectory())) return false;
    const objects = await readdir(path.join(folder, "objects"));
    // "info" would hold alternates, and a commit graph that says what it likes.
    return (
      objects.every((name) => isObjectFolder.test(name)) &&
      (await readdir(path.join(folder, "objects/info"))).every((name) => name === "packs")
    );
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return false;
    throw error;
  }
}

const isCode = (error: unknown, codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.includes(String(error.code));

/** Hard links where the disk has them: objects never change. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!isCode(error, ["EXDEV", "EPERM", "EMLINK", "ENOTSUP"])) throw error;
    await copyFile(from, to);
  }
}

/** Copies a repository to a folder that is not there yet, or is empty. */
export async function copyRepository(from: string, to: string): Promise<void> {
  await layOut(to);
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const source = path.join(entry.parentPath, entry.name);
    const target = path.join(to, path.relative(from, source));
    if (entry.isDirectory()) await mkdir(target, { recursive: true });
    if (!entry.isFile() || isLeftOver(entry.name)) continue;
    await mkdir(path.dirname(target), { recursive: true });
    const isObject = path.relative(from, source).startsWith(`objects${path.sep}`);
    await (isObject ? linkOrCopy(source, target) : copyFile(source, target));
  }
}
