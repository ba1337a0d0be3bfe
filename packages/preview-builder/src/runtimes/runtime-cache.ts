import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BUILDER_VERSION } from "#builder-version.ts";
import type { BuildOptions } from "#build-result.ts";
import { IN_PAGE_DIRECTORY, buildRuntime } from "#runtimes/build-runtime.ts";
import type { BuiltRuntime } from "#runtimes/build-runtime.ts";
import { RUNTIME_PARTS } from "#runtimes/runtime-parts.ts";
import type { RuntimePart } from "#runtimes/runtime-parts.ts";

type Mode = NonNullable<BuildOptions["mode"]>;

/** Reads parts from the cache folder, and builds and stores those that it lacks. */
export interface RuntimeCache {
  get(part: RuntimePart): Promise<BuiltRuntime>;
}

export function openRuntimeCache(directory: string, mode: Mode): RuntimeCache {
  const known = new Map<string, Promise<BuiltRuntime>>();
  let folder: Promise<string> | undefined;
  const load = async (part: RuntimePart): Promise<BuiltRuntime> => {
    folder ??= cacheKey().then((key) => join(directory, key));
    const path = join(await folder, `${part.name}.${mode}.json`);
    return (await readStored(path)) ?? (await buildAndStore(path, part, mode));
  };
  return {
    get: (part) => {
      const built = known.get(part.name) ?? load(part);
      known.set(part.name, built);
      return built;
    },
  };
}

/**
 * Builds every framework runtime that the folder lacks, so that the first preview need not wait for it.
 *
 * @example
 * await prepareRuntimes({ runtimeCacheDirectory: "/var/cache/hivesync/runtimes" });
 */
export async function prepareRuntimes(options: { runtimeCacheDirectory: string; mode?: Mode }): Promise<void> {
  const cache = openRuntimeCache(options.runtimeCacheDirectory, options.mode ?? "production");
  // Where builds stand. Made now, as the folder may be one that cannot be written later.
  await mkdir(join(options.runtimeCacheDirectory, "empty"), { recursive: true });
  await Promise.all(RUNTIME_PARTS.map((part) => cache.get(part)));
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
