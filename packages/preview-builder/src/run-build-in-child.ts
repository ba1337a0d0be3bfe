import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PackageSource } from "@hivesync/package-store/package-source";
import type { BuildOptions, BuildProgress, BuildResult, ManifestFile } from "#build-result.ts";
import { startBuildChild } from "#child/build-child.ts";
import type { BuildChild } from "#child/build-child.ts";
import type { BuildLimits } from "#child/build-limits.ts";

export type { BuildLimits } from "#child/build-limits.ts";

/** What all builds share. */
export interface BuildChildSettings {
  /** A folder that keeps the prebuilt framework runtimes; made when missing. */
  readonly runtimeCacheDirectory: string;
  readonly limits?: Partial<BuildLimits>;
}

export interface ChildBuildRequest {
  readonly files: readonly ManifestFile[];
  /** A folder of files named by the SHA-256 of their bytes. Whoever fills it has checked the hashes. */
  readonly blobDirectory: string;
  /** For this build; the limits' when left out. */
  readonly timeoutMs?: number | undefined;
  readonly options: BuildOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Where the project's own npm packages come from; it is asked in this process. Without it only what is prebuilt is there. */
  readonly packages?: PackageSource | undefined;
}

/** Runs builds, each in a process of its own, with `spare` processes started ahead. */
export interface BuildChildren extends AsyncDisposable {
  build(request: ChildBuildRequest): Promise<BuildResult>;
  /** From now on keeps so many processes ready. Builds under way go on. */
  keepReady(spare: number): void;
}

export const DEFAULT_BUILD_LIMITS: BuildLimits = {
  timeoutMs: 60_000,
  cpuSeconds: 60,
  maxOldSpaceMb: 1_024,
  maxResidentMb: 2_048,
  maxOutputBytes: 50 * 1024 * 1024,
  maxInputBytes: 256 * 1024 * 1024,
};

/** About what uploading and reporting a small preview takes. */
const REFILL_DELAY_MS = 150;

/**
 * Runs one build in a child process: apart from this process's memory and environment, ended at its limits.
 *
 * @returns the build's result; a limit that was hit is a failure with `limit` set.
 * @throws the signal's reason, within a second of the abort; an Error when the build could not be run at all, for
 * instance because a blob is missing.
 * @example
 * const result = await runBuildInChild({ files, options: { platform: "web" }, blobDirectory, runtimeCacheDirectory });
 */
export async function runBuildInChild(request: ChildBuildRequest & BuildChildSettings): Promise<BuildResult> {
  await using children = await openBuildChildren(request, 0);
  return await children.build(request);
}

/**
 * Keeps `spare` processes ready, so that a build need not wait for one to start. Each still runs one build only.
 *
 * @example
 * await using children = await openBuildChildren({ runtimeCacheDirectory }, 1);
 * const result = await children.build({ files, blobDirectory, options: { platform: "web" } });
 */
export async function openBuildChildren(settings: BuildChildSettings, spare: number): Promise<BuildChildren> {
  let kept = spare;
  const { runtimeCacheDirectory } = settings;
  const limits = { ...DEFAULT_BUILD_LIMITS, ...settings.limits };
  const emptyDirectory = join(runtimeCacheDirectory, "empty");
  await mkdir(emptyDirectory, { recursive: true });
  const start = { limits, directory: emptyDirectory };
  const idle: BuildChild[] = [];
  const busy = new Set<BuildChild>();
  let isOpen = true;

  const refill = (): void => {
    const missing = isOpen ? kept - idle.length : 0;
    for (let count = 0; count < missing; count++)
      idle.push(startBuildChild({ ...start, rehearseIn: runtimeCacheDirectory }));
  };
  const take = (): BuildChild => {
    for (let child = idle.shift(); child !== undefined; child = idle.shift()) if (child.isAlive()) return child;
    return startBuildChild(start);
  };
  /** What has not ended yet ends with all others at the latest. */
  const end = async (child: BuildChild): Promise<void> => {
    busy.add(child);
    await child.end();
    busy.delete(child);
  };
  const build: BuildChildren["build"] = async ({ files, blobDirectory, options, ...hooks }) => {
    hooks.signal?.throwIfAborted();
    const { maxOutputBytes, maxInputBytes } = limits;
    const child = take();
    busy.add(child);
    try {
      const job = { files, options, blobDirectory, runtimeCacheDirectory, maxOutputBytes, maxInputBytes };
      return await child.run(job, hooks);
    } finally {
      void end(child);
      // Only later, so that starting the next one takes no time from this build, nor from bringing away what it made.
      setTimeout(refill, REFILL_DELAY_MS).unref();
    }
  };
  refill();
  return {
    build,
    keepReady: (wanted) => {
      kept = wanted;
      for (const child of idle.splice(kept)) void end(child);
      refill();
    },
    [Symbol.asyncDispose]: async () => {
      isOpen = false;
      await Promise.all([...idle, ...busy].map((child) => child.end()));
    },
  };
}
