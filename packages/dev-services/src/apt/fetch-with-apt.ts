import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { findOnPath } from "../program.ts";

const run = promisify(execFile);

/** What to fetch, and how it is known to work. */
export interface AptRecipe<Program> {
  /** For people: `Redis`. */
  readonly what: string;
  /** Packages to ask apt for, the first that it has. */
  readonly packages: readonly string[];
  /** What apt may want besides (init scripts, account tools) is of no use to a program that is only unpacked. */
  readonly usefulPackage: RegExp;
  /** The program that was unpacked into the folder, if it starts with the folders of libraries. */
  readonly find: (folder: string, libraryPath: string) => Promise<Program | undefined>;
  readonly onProgress: (text: string) => void;
}

const existingFolders = async (parent: string): Promise<string[]> => {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(parent, entry.name));
};

const unpackedProgram = async <Program>(folder: string, recipe: AptRecipe<Program>): Promise<Program | undefined> => {
  const libraries = path.join(folder, "usr", "lib");
  return recipe.find(folder, [libraries, ...(await existingFolders(libraries))].join(":"));
};

/** Downloads the package and what it needs and this machine lacks. Nothing is installed, so no service is started. */
const download = async (
  name: string,
  into: string,
  { options, usefulPackage }: { options: readonly string[]; usefulPackage: RegExp },
): Promise<void> => {
  const plan = await run("apt-get", [...options, "install", "--simulate", "--yes", "--no-install-recommends", name]);
  const wanted = [...plan.stdout.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+)/gm)]
    .filter(([, packageName]) => usefulPackage.test(packageName ?? ""))
    .map(([, packageName, version]) => `${packageName}=${version}`);
  if (wanted.length === 0) throw new Error(`apt has nothing to download for ${name}.`);
  await run("apt-get", [...options, "download", ...wanted], { cwd: into });
};

const downloadAny = async (
  into: string,
  options: readonly string[],
  { packages, usefulPackage }: Pick<AptRecipe<unknown>, "packages" | "usefulPackage">,
): Promise<void> => {
  const failures: unknown[] = [];
  for (const name of packages) {
    try {
      return await download(name, into, { options, usefulPackage });
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `apt could not fetch ${packages.join(" or ")}.`);
};

const unpackInto = async (work: string, recipe: AptRecipe<unknown>): Promise<string> => {
  const { onProgress } = recipe;
  const archives = path.join(work, "archives");
  const lists = path.join(work, "lists");
  const root = path.join(work, "root");
  for (const folder of [archives, path.join(lists, "partial"), root]) await mkdir(folder, { recursive: true });
  // The user _apt, who downloads when root asks, need not be able to reach this folder.
  const asCaller = ["-o", "APT::Sandbox::User="];
  onProgress(`Fetching ${recipe.what} with apt …`);
  await downloadAny(archives, asCaller, recipe).catch(async () => {
    onProgress("Updating apt's package lists …");
    const ownLists = [...asCaller, "-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${work}`];
    await run("apt-get", [...ownLists, "update"]);
    await downloadAny(archives, ownLists, recipe);
  });
  for (const archive of await readdir(archives)) await run("dpkg-deb", ["-x", path.join(archives, archive), root]);
  return root;
};

/** Moves the folder to its place, unless another process has put a program there that starts. */
const place = async <Program>(
  root: string,
  destination: string,
  recipe: AptRecipe<Program>,
): Promise<Program | undefined> => {
  const move = () =>
    rename(root, destination).then(
      () => true,
      () => false,
    );
  if (!(await move()) && (await unpackedProgram(destination, recipe)) === undefined) {
    await rm(destination, { recursive: true, force: true });
    await move();
  }
  return unpackedProgram(destination, recipe);
};

/**
 * Fetches a program of the Linux distribution (Debian, Ubuntu) and unpacks it below the cache directory; needs no
 * root. Later calls use what is there. Several processes may call at once: the folder appears whole, by a rename.
 *
 * @throws Error when apt cannot provide it. Undefined where there is no apt.
 */
export const fetchWithApt = async <Program>(
  cacheDirectory: string,
  recipe: AptRecipe<Program>,
): Promise<Program | undefined> => {
  const destination = path.join(cacheDirectory, "unpacked");
  const cached = await unpackedProgram(destination, recipe);
  if (cached !== undefined) return cached;
  if ((await findOnPath("apt-get")) === undefined || (await findOnPath("dpkg-deb")) === undefined) return undefined;
  await mkdir(cacheDirectory, { recursive: true });
  const work = await mkdtemp(path.join(cacheDirectory, "fetch-"));
  try {
    const root = await unpackInto(work, recipe);
    if ((await unpackedProgram(root, recipe)) === undefined) {
      throw new Error(`the ${recipe.what} that apt fetched does not start`);
    }
    return await place(root, destination, recipe);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
