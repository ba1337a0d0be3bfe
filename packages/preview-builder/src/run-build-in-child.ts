import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Walls } from "@hivesync/platform/child/walls";
import type { PackageSource } from "@hivesync/package-store/package-source";
import type { BuildOptions, BuildProgress, BuildResult, ManifestFile } from "#build-result.ts";
import { startBuildChild } from "#child/build-child.ts";
import type { BuildLimits } from "#child/build-limits.ts";
import { openRooms } from "#child/rooms.ts";
import type { Room, RoomStart } from "#child/rooms.ts";
import type { KeptModules } from "#kept-modules/bundle-kept.ts";
import { openFolderKeeper } from "#keeping/build-keeper.ts";
import type { ModulesPlace } from "#keeping/build-keeper.ts";
import { prepareRuntimes } from "#runtimes/runtime-cache.ts";

export type { BuildLimits } from "#child/build-limits.ts";

/** What all builds share. */
export interface BuildChildSettings {
  /** A folder that keeps the prebuilt framework runtimes; made when missing. */
  readonly runtimeCacheDirectory: string;
  /** For what builds leave to later ones. Default: a folder among the runtimes. */
  readonly bundleDirectory?: string;
  /** Where large projects keep what was made of their modules, and the most bytes of it. Default: nowhere. */
  readonly keptModules?: (Pick<ModulesPlace, "directory" | "maxBytes"> & KeptModules) | undefined;
  readonly limits?: Partial<BuildLimits>;
  /** What keeps builds from the network and from all files but their own. Default: nothing. */
  readonly walls?: Walls | undefined;
}

export interface ChildBuildRequest {
  readonly files: readonly ManifestFile[];
  /** For this build; the limits' when left out. */
  readonly timeoutMs?: number | undefined;
  readonly options: BuildOptions;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Where the project's own npm packages come from; it is asked in this process. Without it only what is prebuilt is there. */
  readonly packages?: PackageSource | undefined;
  /** Whose build it is. What it leaves to later ones is found by those of the same scope alone. */
  readonly scope?: string | undefined;
  /** Which project it is of. What is made of its modules is found by later builds of the same one alone. */
  readonly project?: string | undefined;
}

/** A process for one build and the folder of its files, which no other build can see. Disposed of, both go in their own time. */
export interface BuildPlace extends Disposable {
  /** Empty. To be filled with files named by the SHA-256 of their bytes; whoever fills it has checked the hashes. */
  readonly directory: string;
  build(request: ChildBuildRequest): Promise<BuildResult>;
}

/** Runs builds, each in a process of its own, with `spare` processes started ahead. */
export interface BuildChildren extends AsyncDisposable {
  open(): Promise<BuildPlace>;
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

async function startOf(settings: BuildChildSettings): Promise<RoomStart> {
  const { runtimeCacheDirectory, walls } = settings;
  const directory = join(runtimeCacheDirectory, "empty");
  await mkdir(directory, { recursive: true });
  return { limits: { ...DEFAULT_BUILD_LIMITS, ...settings.limits }, directory, runtimeCacheDirectory, walls };
}

type Folders = Pick<BuildChildSettings, "bundleDirectory" | "keptModules">;

function buildIn({ directory, child }: Room, start: RoomStart, folders: Folders): BuildPlace["build"] {
  const { bundleDirectory, keptModules } = folders;
  const { runtimeCacheDirectory } = start;
  const { maxOutputBytes, maxInputBytes } = start.limits;
  return async ({ files, options, scope, project, ...hooks }) => {
    hooks.signal?.throwIfAborted();
    const isKept = keptModules !== undefined && project !== undefined;
    const modules = isKept ? { ...keptModules, name: nameOfModules(project, { scope, options }) } : undefined;
    const keeper = openFolderKeeper({ runtimeCacheDirectory, bundleDirectory, scope, room: directory, modules });
    const job = {
      files,
      options,
      blobDirectory: directory,
      runtimeCacheDirectory,
      maxOutputBytes,
      maxInputBytes,
      keptModules: isKept ? { minScripts: keptModules.minScripts } : undefined,
    };
    return await child.run(job, { ...hooks, keeper });
  };
}

function nameOfModules(project: string, { scope, options }: Pick<ChildBuildRequest, "scope" | "options">): string {
  const { platform, mode } = options;
  return createHash("sha256")
    .update(JSON.stringify([scope, project, platform, mode]))
    .digest("hex");
}

/**
 * Runs one build in a child process: apart from this process's memory and environment, ended at its limits.
 *
 * @returns the build's result; a limit that was hit is a failure with `limit` set.
 * @throws the signal's reason, within a second of the abort; an Error when the build could not be run at all, for
 * instance because a blob is missing.
 * @example
 * const result = await runBuildInChild({ files, options: { platform: "web" }, blobDirectory, runtimeCacheDirectory });
 */
export async function runBuildInChild(
  request: ChildBuildRequest & BuildChildSettings & { readonly blobDirectory: string },
): Promise<BuildResult> {
  const start = await startOf(request);
  const child = startBuildChild({ ...start, room: request.blobDirectory, isAhead: false });
  try {
    return await buildIn({ directory: request.blobDirectory, child }, start, request)(request);
  } finally {
    await child.end();
  }
}

/**
 * Keeps `spare` processes ready, so that a build need not wait for one to start. Each still runs one build only.
 *
 * @param settings.roomsDirectory - An existing folder, on the disk of the files that builds are given. What an earlier process left in it is to be removed before.
 * @example
 * await using children = await openBuildChildren({ runtimeCacheDirectory, roomsDirectory }, 1);
 * using place = await children.open();
 * await fill(place.directory);
 * const result = await place.build({ files, options: { platform: "web" } });
 */
export async function openBuildChildren(
  settings: BuildChildSettings & { readonly roomsDirectory: string },
  spare: number,
): Promise<BuildChildren> {
  const start = await startOf(settings);
  if (spare > 0) await prepareRuntimes(settings);
  const rooms = openRooms({ directory: settings.roomsDirectory, start, spare });
  return {
    open: async () => {
      const room = await rooms.take();
      return {
        directory: room.directory,
        build: buildIn(room, start, settings),
        [Symbol.dispose]: () => rooms.giveBack(room),
      };
    },
    keepReady: rooms.keepReady,
    [Symbol.asyncDispose]: rooms.close,
  };
}
