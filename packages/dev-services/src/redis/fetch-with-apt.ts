import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { findOnPath, runsHere, type RedisProgram } from "./redis-program.ts";

const run = promisify(execFile);

/** The package to ask apt for, and the program in it. */
const packages = ["redis-server", "valkey-server"];

/** What apt may want besides (init scripts, account tools) is of no use to a program that is only unpacked. */
const usefulPackage = /^(redis|valkey|lib|lua)/;

const existingFolders = async (parent: string): Promise<string[]> => {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(parent, entry.name));
};

/** The server that was unpacked into the folder, if it starts. */
const unpackedServer = async (folder: string): Promise<RedisProgram | undefined> => {
  const libraries = path.join(folder, "usr", "lib");
  const libraryPath = [libraries, ...(await existingFolders(libraries))].join(":");
  for (const name of packages) {
    const server = path.join(folder, "usr", "bin", name);
    if (await runsHere(server, libraryPath)) return { kind: "native", path: server, libraryPath };
  }
  return undefined;
};

/** Downloads the package and what it needs and this machine lacks. Nothing is installed, so no service is started. */
const download = async (name: string, into: string, options: readonly string[]): Promise<void> => {
  const plan = await run("apt-get", [...options, "install", "--simulate", "--yes", "--no-install-recommends", name]);
  const wanted = [...plan.stdout.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+)/gm)]
    .filter(([, packageName]) => usefulPackage.test(packageName ?? ""))
    .map(([, packageName, version]) => `${packageName}=${version}`);
  if (wanted.length === 0) throw new Error(`apt has nothing to download for ${name}.`);
  await run("apt-get", [...options, "download", ...wanted], { cwd: into });
};

const downloadAny = async (into: string, options: readonly string[]): Promise<void> => {
  const failures: unknown[] = [];
  for (const name of packages) {
    try {
      return await download(name, into, options);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `apt could not fetch ${packages.join(" or ")}.`);
};

const unpackInto = async (work: string, onProgress: (text: string) => void): Promise<string> => {
  const archives = path.join(work, "archives");
  const lists = path.join(work, "lists");
  const root = path.join(work, "root");
  for (const folder of [archives, path.join(lists, "partial"), root]) await mkdir(folder, { recursive: true });
  // The user _apt, who downloads when root asks, need not be able to reach this folder.
  const asCaller = ["-o", "APT::Sandbox::User="];
  onProgress("Fetching Redis with apt …");
  await downloadAny(archives, asCaller).catch(async () => {
    onProgress("Updating apt's package lists …");
    const ownLists = [...asCaller, "-o", `Dir::State::lists=${lists}`, "-o", `Dir::Cache=${work}`];
    await run("apt-get", [...ownLists, "update"]);
    await downloadAny(archives, ownLists);
  });
  for (const archive of await readdir(archives)) await run("dpkg-deb", ["-x", path.join(archives, archive), root]);
  return root;
};

/** Moves the folder to its place, unless another process has put a server there that starts. */
const place = async (root: string, destination: string): Promise<RedisProgram | undefined> => {
  const move = () =>
    rename(root, destination).then(
      () => true,
      () => false,
    );
  if (!(await move()) && (await unpackedServer(destination)) === undefined) {
    await rm(destination, { recursive: true, force: true });
    await move();
  }
  return unpackedServer(destination);
};

/**
 * Fetches the server of the Linux distribution (Debian, Ubuntu) and unpacks it below the cache directory; needs no
 * root. Later calls use what is there. Several processes may call at once: the folder appears whole, by a rename.
 *
 * @throws Error when apt cannot provide it. Undefined where there is no apt.
 */
export const fetchWithApt = async (
  cacheDirectory: string,
  onProgress: (text: string) => void,
): Promise<RedisProgram | undefined> => {
  const destination = path.join(cacheDirectory, "unpacked");
  const cached = await unpackedServer(destination);
  if (cached !== undefined) return cached;
  if ((await findOnPath("apt-get")) === undefined || (await findOnPath("dpkg-deb")) === undefined) return undefined;
  await mkdir(cacheDirectory, { recursive: true });
  const work = await mkdtemp(path.join(cacheDirectory, "fetch-"));
  try {
    const root = await unpackInto(work, onProgress);
    if ((await unpackedServer(root)) === undefined) throw new Error("the Redis that apt fetched does not start");
    return await place(root, destination);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};
