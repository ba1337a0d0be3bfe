import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openSharedFolder, type SharedFolder } from "@hivesync/package-store/shared-folder";
import type { BuildOptions } from "#build-result.ts";
import { makeShippedPack } from "#packages/shipped-packages.ts";
import { makeRuntime } from "#runtimes/runtime-cache.ts";

/** Does for a build what it may not do itself: a build reads and writes no folder that others use. */
export interface BuildKeeper {
  /** Builds a framework's part into the folder of the runtimes; answers its path. */
  makeRuntime(part: string, mode: NonNullable<BuildOptions["mode"]>): Promise<string>;
  /** Makes a pack of a package that comes along, in the folder of the runtimes. */
  makePack(name: string): Promise<void>;
  /** The path of what was kept under the key; undefined when there is nothing. */
  recall(key: string): Promise<string | undefined>;
  /** Keeps a text for the next build that asks for the key. */
  keep(key: string, text: string): Promise<void>;
  /** The path of what the last build of the same project kept of its modules; undefined when there is nothing. */
  recallModules(): Promise<string | undefined>;
  /** Keeps what was made of the project's modules for its next build, in the place of what was there. */
  keepModules(bytes: Uint8Array): Promise<void>;
}

/** Where {@link openFolderKeeper} keeps things. */
export interface KeeperFolders {
  readonly runtimeCacheDirectory: string;
  /** For what builds leave to later ones. Default: a folder among the runtimes. */
  readonly bundleDirectory?: string | undefined;
  /** Whose builds these are: what one leaves is found by no other's. */
  readonly scope?: string | undefined;
  readonly modules?: ModulesPlace | undefined;
  /** What is recalled gets a second name in it, for a build that sees this folder alone. */
  readonly room?: string | undefined;
}

/** Where what is made of a project's modules is kept. A build does not say which: no project finds another's. */
export interface ModulesPlace {
  readonly directory: string;
  /** Of this project, platform and mode alone. */
  readonly name: string;
  /** The most bytes of all such files: what was not used for longest goes first. */
  readonly maxBytes: number;
}

/** What nobody has used for longest goes first. */
const MAX_KEPT_BYTES = 1_000_000_000;
/** More than any page may have. */
const MAX_KEPT_CHARACTERS = 64 * 1024 * 1024;

/** More than the sources of any page make. */
const MAX_MODULES_BYTES = 128 * 1024 * 1024;

/** Each is opened once in a process, as its first addition looks through all of it. */
const openedFolders = new Map<string, SharedFolder>();

function openOnce(directory: string, maxBytes: number): SharedFolder {
  const key = JSON.stringify([directory, maxBytes]);
  const folder = openedFolders.get(key) ?? openSharedFolder(directory, maxBytes);
  openedFolders.set(key, folder);
  return folder;
}

/** A keeper that works on folders of this machine. */
export function openFolderKeeper(folders: KeeperFolders): BuildKeeper {
  const { runtimeCacheDirectory, scope = "", room } = folders;
  const kept = openOnce(folders.bundleDirectory ?? join(runtimeCacheDirectory, "packages"), MAX_KEPT_BYTES);
  const nameOf = (key: string): string => {
    // Keys come from a process that is not trusted, and become names of files.
    if (!/^[0-9a-f]{64}$/.test(key)) throw new Error("A build asked for what it kept by no key.");
    return scope === "" ? key : `${scope}.${key}`;
  };
  return {
    ...modulesKeeper(folders),
    makeRuntime: (part, mode) => makeRuntime(runtimeCacheDirectory, part, mode),
    makePack: (name) => makeShippedPack(name, runtimeCacheDirectory),
    recall: async (key) => {
      const name = nameOf(key);
      if (room === undefined) return await kept.find(name);
      const target = join(room, `kept-${key}`);
      return (await kept.linkTo(name, target)) ? target : undefined;
    },
    keep: async (key, text) => {
      const name = nameOf(key);
      if (text.length > MAX_KEPT_CHARACTERS) return;
      const part = await kept.partPath();
      await writeFile(part, text);
      await kept.adopt(part, name);
    },
  };
}

function modulesKeeper({ modules, room }: KeeperFolders): Pick<BuildKeeper, "recallModules" | "keepModules"> {
  if (modules === undefined)
    return { recallModules: () => Promise.resolve(undefined), keepModules: () => Promise.resolve() };
  const { directory, name, maxBytes } = modules;
  const folder = openOnce(directory, maxBytes);
  return {
    recallModules: async () => {
      if (room === undefined) return await folder.find(name);
      const target = join(room, "kept-modules");
      // An earlier build in the same room may have asked for it.
      await rm(target, { force: true });
      return (await folder.linkTo(name, target)) ? target : undefined;
    },
    keepModules: async (bytes) => {
      if (bytes.length > Math.min(MAX_MODULES_BYTES, maxBytes)) return;
      // Written beside it and renamed, so that nobody ever reads half of it.
      const part = await folder.partPath();
      await writeFile(part, bytes);
      await folder.adopt(part, name);
    },
  };
}
