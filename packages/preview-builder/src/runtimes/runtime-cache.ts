import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
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

const NO_CHOICE: PartChoice = new Map();

export function openRuntimeCache(directory: string, mode: Mode, choice = NO_CHOICE): RuntimeCache {
  const known = new Map<string, Promise<BuiltRuntime>>();
  const load = async (part: RuntimePart): Promise<BuiltRuntime> => {
    const path = join(directory, await keyOfParts(), `${part.name}.${mode}.json`);
    return (await readStored(path)) ?? (await buildAndStore(path, part, mode));
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

/**
 * Builds the runtimes of most previews where the folder lacks them, so that the first preview need not wait for them. Those
 * of other frameworks are built when a project first needs them.
 *
 * @example
 * await prepareRuntimes({ runtimeCacheDirectory: "/var/cache/hivesync/runtimes" });
 */
export async function prepareRuntimes(options: { runtimeCacheDirectory: string; mode?: Mode }): Promise<void> {
  const cache = openRuntimeCache(options.runtimeCacheDirectory, options.mode ?? "production");
  // Where builds stand. Made now, as the folder may be one that cannot be written later.
  await mkdir(join(options.runtimeCacheDirectory, "empty"), { recursive: true });
  const names = new Set(["page", "react", "react-native"]);
  await Promise.all(RUNTIME_PARTS.filter(({ name }) => names.has(name)).map((part) => cache.get(part)));
}

let key: Promise<string> | undefined;

/** The same for as long as the process runs: it depends on this package's own files alone. */
function keyOfParts(): Promise<string> {
  key ??= cacheKey();
  return key;
}

async function cacheKey(): Promise<string> {
  const hash = createHash("sha256").update(BUILDER_VERSION).update(JSON.stringify(RUNTIME_PARTS));
  for (const name of (await readdir(IN_PAGE_DIRECTORY)).sort()) {
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

async function buildAndStore(path: string, part: RuntimePart, mode: Mode): Promise<BuiltRuntime> {
  const built = await buildRuntime(part, mode);
  await mkdir(join(path, ".."), { recursive: true });
  // Several workers may do this at once: each writes a file of its own, and the rename is atomic.
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, JSON.stringify(built));
  await rename(temporary, path);
  return built;
}
