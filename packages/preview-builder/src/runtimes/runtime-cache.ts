import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { forEachLimited } from "@hivesync/platform/for-each-limited";
import { BUILDER_VERSION } from "#builder-version.ts";
import type { BuildOptions } from "#build-result.ts";
import { IN_PAGE_DIRECTORY, buildRuntime } from "#runtimes/build-runtime.ts";
import type { BuiltRuntime } from "#runtimes/build-runtime.ts";
import { RUNTIME_PARTS, chosenPart } from "#runtimes/runtime-parts.ts";
import type { PartChoice, RuntimePart } from "#runtimes/runtime-parts.ts";

type Mode = NonNullable<BuildOptions["mode"]>;

/** Reads parts from the cache folder, and builds and stores those that it lacks. */
export interface RuntimeCache {
  /** What is in the part's place where the project has another one there. */
  get(part: RuntimePart): Promise<BuiltRuntime>;
}

/** What a cache is opened for. */
export interface RuntimeCacheUse {
  /** What the project has in the place of parts. */
  readonly choice: PartChoice;
  /** Builds a part into the folder; answers its path. */
  readonly make: (part: string, mode: Mode) => Promise<string>;
}

export function openRuntimeCache(directory: string, mode: Mode, { choice, make }: RuntimeCacheUse): RuntimeCache {
  const known = new Map<string, Promise<BuiltRuntime>>();
  const load = async (part: RuntimePart): Promise<BuiltRuntime> => {
    const path = await pathOfPart(directory, part, mode);
    const stored = await readStored(path);
    if (stored !== undefined) return stored;
    // Who makes it may have started before a file of ours was changed, and have another name for it.
    const made = await readStored(await make(part.name, mode));
    if (made === undefined) throw new Error(`The part ${part.name} was made and is not there.`);
    return made;
  };
  return {
    get: (named) => {
      const part = chosenPart(named, choice);
      const built = known.get(part.name) ?? load(part);
      known.set(part.name, built);
      return built;
    },
  };
}

/** Which runtimes are built where. */
export interface RuntimePreparation {
  readonly runtimeCacheDirectory: string;
  readonly mode?: Mode;
  /** Names of parts. Default: those of most previews. */
  readonly parts?: "all" | readonly string[];
}

const USUAL_PARTS = ["page", "public-files", "react", "react-native"];
const PARTS_AT_ONCE = 3;

/**
 * Builds the runtimes of most previews where the folder lacks them, so that the first preview need not wait for them. Those
 * of other frameworks are built when a project first needs them.
 *
 * @example
 * await prepareRuntimes({ runtimeCacheDirectory: "/var/cache/hivesync/runtimes" });
 */
export async function prepareRuntimes(options: RuntimePreparation): Promise<void> {
  const { runtimeCacheDirectory, mode = "production", parts = USUAL_PARTS } = options;
  const make = (part: string): Promise<string> => makeRuntime(runtimeCacheDirectory, part, mode);
  const cache = openRuntimeCache(runtimeCacheDirectory, mode, { choice: new Map(), make });
  // Where builds stand. Made now, as the folder may be one that cannot be written later.
  await mkdir(join(runtimeCacheDirectory, "empty"), { recursive: true });
  const wanted = RUNTIME_PARTS.filter(({ name }) => parts === "all" || parts.includes(name));
  const { signal } = new AbortController();
  await forEachLimited(wanted, { limit: PARTS_AT_ONCE, signal }, async (part) => void (await cache.get(part)));
}

/** Builds a part into the folder where it is missing; answers its path. The name may come from a process that is not trusted. */
export async function makeRuntime(directory: string, partName: string, mode: Mode): Promise<string> {
  const part = RUNTIME_PARTS.find(({ name }) => name === partName);
  if (part === undefined) throw new Error("A part was asked for that there is not.");
  const path = await pathOfPart(directory, part, mode);
  if ((await readStored(path)) === undefined) await buildAndStore(path, part, mode);
  return path;
}

async function pathOfPart(directory: string, part: RuntimePart, mode: Mode): Promise<string> {
  return join(directory, await keyOfParts(), `${part.name}.${mode}.json`);
}

let key: Promise<string> | undefined;

/** The same for as long as the process runs: it depends on this package's own files alone. */
function keyOfParts(): Promise<string> {
  key ??= cacheKey();
  return key;
}

async function cacheKey(): Promise<string> {
  const hash = createHash("sha256").update(BUILDER_VERSION).update(JSON.stringify(RUNTIME_PARTS));
  const names = await readdir(IN_PAGE_DIRECTORY, { recursive: true });
  for (const name of names.filter((each) => each.endsWith(".ts")).sort()) {
    hash.update(name).update(await readFile(join(IN_PAGE_DIRECTORY, name)));
  }
  return hash.digest("hex").slice(0, 24);
}

async function readStored(path: string): Promise<BuiltRuntime | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as BuiltRuntime;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function buildAndStore(path: string, part: RuntimePart, mode: Mode): Promise<void> {
  const built = await buildRuntime(part, mode);
  await mkdir(join(path, ".."), { recursive: true });
  // Several workers may do this at once: each writes a file of its own, and the rename is atomic.
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(built));
  await rename(temporary, path);
}
