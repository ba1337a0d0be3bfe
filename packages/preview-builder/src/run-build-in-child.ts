import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { keepingOf } from "@hivesync/platform/child/kept-rooms";
import { openPlace } from "@hivesync/platform/child/place";
import type { Room } from "@hivesync/platform/child/room";
import { openRooms, type Rooms } from "@hivesync/platform/child/rooms";
import type { Walls } from "@hivesync/platform/child/walls";
import type { PackageSource } from "@hivesync/package-store/package-source";
import type { BuildOptions, BuildProgress, BuildResult, LimitName, ManifestFile } from "#build-result.ts";
import { MAX_PROCESSES, startBuildChild } from "#child/build-child.ts";
import type { BuildChild, BuildChildStart } from "#child/build-child.ts";
import type { BuildLimits } from "#child/build-limits.ts";
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
  readonly keptModules?: (Pick<ModulesPlace, "directory" | "maxBytes"> & Pick<KeptModules, "minScripts">) | undefined;
  readonly limits?: Partial<BuildLimits>;
  /** What keeps builds from the network and from all files but their own. Default: nothing. */
  readonly walls?: Walls | undefined;
}

/** What one build is of. */
export interface BuildOf {
  readonly options: BuildOptions;
  /** Whose build it is. What it leaves to later ones is found by those of the same scope alone. */
  readonly scope?: string | undefined;
  /** Which project of the scope it is of. What is made of its modules, and the process, is for later builds of the same one alone. */
  readonly project?: string | undefined;
}

export interface ChildBuildRequest {
  readonly files: readonly ManifestFile[];
  /** For this build; the limits' when left out. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Opens what the project's own npm packages come from, for one build and the folder that it sees; it is asked in this process. Without it only what is prebuilt is there. */
  readonly packages?: ((folder: string) => PackageSource) | undefined;
}

/** A process for one build and the folder of its files, which no build of another project can see. Disposed of, it goes or is kept for the next one in its own time. */
export interface BuildPlace extends Disposable {
  /** To be filled with files named by the SHA-256 of their bytes; whoever fills it has checked the hashes. */
  readonly directory: string;
  /** Names of those that are there. Whoever fills the folder adds to it. */
  readonly files: Set<string>;
  build(request: ChildBuildRequest): Promise<BuildResult>;
}

/** Runs builds, each project's in processes of its own, with `spare` processes started ahead. */
export interface BuildChildren extends AsyncDisposable {
  open(build: BuildOf): Promise<BuildPlace>;
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

type RoomStart = Omit<BuildChildStart, "room" | "isAhead">;

async function startOf(settings: BuildChildSettings): Promise<RoomStart> {
  const { runtimeCacheDirectory, walls } = settings;
  const directory = join(runtimeCacheDirectory, "empty");
  await mkdir(directory, { recursive: true });
  return { limits: { ...DEFAULT_BUILD_LIMITS, ...settings.limits }, directory, runtimeCacheDirectory, walls };
}

type Folders = Pick<BuildChildSettings, "bundleDirectory" | "keptModules">;

interface RoomBuild {
  readonly of: BuildOf;
  readonly start: RoomStart;
  readonly folders: Folders;
}

async function buildIn(
  { directory, child }: Pick<Room<BuildChild>, "directory" | "child">,
  { of, start, folders }: RoomBuild,
  { files, packages, ...hooks }: ChildBuildRequest,
): Promise<BuildResult> {
  hooks.signal?.throwIfAborted();
  const { bundleDirectory, keptModules } = folders;
  const { runtimeCacheDirectory } = start;
  const { maxOutputBytes, maxInputBytes } = start.limits;
  const name = ownerOf(of);
  const modules = keptModules !== undefined && name !== undefined ? { ...keptModules, name } : undefined;
  const { scope, options } = of;
  const keeper = openFolderKeeper({ runtimeCacheDirectory, bundleDirectory, scope, room: directory, modules });
  const job = {
    files,
    options,
    blobDirectory: directory,
    runtimeCacheDirectory,
    maxOutputBytes,
    maxInputBytes,
    keptModules: modules && { minScripts: modules.minScripts },
  };
  return await child.run(job, { ...hooks, packages: packages?.(directory), keeper });
}

/** A name for the project, platform and mode; undefined for a build of no project. */
function ownerOf({ scope, project, options }: BuildOf): string | undefined {
  if (project === undefined) return undefined;
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
  request: BuildOf & ChildBuildRequest & BuildChildSettings & { readonly blobDirectory: string },
): Promise<BuildResult> {
  const { options, scope, project, files, timeoutMs, signal, onProgress, packages, blobDirectory } = request;
  const start = await startOf(request);
  const child = startBuildChild({ ...start, room: blobDirectory, isAhead: false });
  try {
    const of = { options, scope, project };
    const work = { files, timeoutMs, signal, onProgress, packages };
    return await buildIn({ directory: blobDirectory, child }, { of, start, folders: request }, work);
  } finally {
    await child.end();
  }
}

/** Where builds of {@link openBuildChildren} take place. */
export interface RoomSettings {
  /** An existing folder, on the disk of the files that builds are given. What an earlier process left in it is to be removed before. */
  readonly roomsDirectory: string;
  /** Projects whose process stays for the next build, and for how long; ten minutes unless told. */
  readonly warm: { readonly projects: number; readonly forMs?: number };
}

function openRoomsOf(start: RoomStart, { roomsDirectory, warm, spare }: RoomSettings & { spare: number }) {
  const limits = { ...start.limits, maxProcesses: MAX_PROCESSES };
  const { keeping, earlierCpuSeconds } = keepingOf(limits, { maxKept: warm.projects, keptForMs: warm.forMs });
  return openRooms<BuildChild>({
    directory: roomsDirectory,
    start: (room, isAhead) => startBuildChild({ ...start, earlierCpuSeconds, room, isAhead }),
    spare,
    keeping,
  });
}

/** The limit that a build hit, if one. */
function limitOf(result: BuildResult): LimitName | undefined {
  return result.ok ? undefined : result.limit;
}

async function openBuildPlace(rooms: Rooms<BuildChild>, work: RoomBuild): Promise<BuildPlace> {
  const { directory, files, work: doIn, leave } = await openPlace(rooms, ownerOf(work.of));
  return {
    directory,
    files,
    build: (request) =>
      doIn({
        run: (room) => buildIn(room, work, request),
        limitOf,
        wanted: new Set(request.files.map(({ sha256 }) => sha256)),
        signal: request.signal,
      }),
    [Symbol.dispose]: () => void leave(),
  };
}

/**
 * Keeps `spare` processes ready, so that a build need not wait for one to start. The process of a project's build stays for a while for
 * the next build of the same project, platform and mode, and for no other.
 *
 * @example
 * await using children = await openBuildChildren({ runtimeCacheDirectory, roomsDirectory, warm: { projects: 4 } }, 1);
 * using place = await children.open({ options: { platform: "web" } });
 * await fill(place.directory);
 * const result = await place.build({ files });
 */
export async function openBuildChildren(
  settings: BuildChildSettings & RoomSettings,
  spare: number,
): Promise<BuildChildren> {
  const start = await startOf(settings);
  if (spare > 0) await prepareRuntimes(settings);
  const rooms = openRoomsOf(start, { ...settings, spare });
  return {
    open: (of) => openBuildPlace(rooms, { of, start, folders: settings }),
    keepReady: rooms.keepReady,
    [Symbol.asyncDispose]: rooms.close,
  };
}
