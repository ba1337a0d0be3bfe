import { mkdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { openDatabase, type Database } from "@hivesync/db/client";
import type { Tier, TierLimits } from "@hivesync/contracts/tiers";
import { toStorageOptions } from "@hivesync/platform/env";
import { newSecret } from "@hivesync/platform/ids";
import { createLogger, type Logger } from "@hivesync/platform/logger";
import type { Walls } from "@hivesync/platform/child/walls";
import { roomyHeap } from "@hivesync/platform/roomy-heap";
import type { CallbackTarget } from "@hivesync/platform/post-callback";
import { createEventBus, type EventBus } from "@hivesync/platform/events/event-bus";
import { openBlobCache, type BlobCache } from "@hivesync/platform/storage/blob-cache";
import { openPackageStore, type PackageStore } from "@hivesync/package-store/package-store";
import { openStorage, type Storage } from "@hivesync/platform/storage/client";
import { openBuildChildren, type BuildChildren } from "@hivesync/preview-builder/run-build-in-child";
import { prepareRuntimes } from "@hivesync/preview-builder/runtimes/runtime-cache";
import type { Heartbeat } from "@hivesync/platform/worker-heartbeat";
import type { Redis } from "ioredis";
import registryUrl from "registry-url";
import { toWriterSettings } from "#ai/ai-variables.ts";
import { openWriters, type Writers } from "#ai/writers.ts";
import { connectLogged, waitForRedis } from "#connect-logged.ts";
import type { WorkerEnvironment } from "#env.ts";
import { openWalls } from "#open-walls.ts";
import type { SnapshotTaker } from "#snapshots/snapshot-taker.ts";

/** Everything with state that each kind of worker has, made once and passed in. */
export interface WorkerDeps {
  workerId: string;
  log: Logger;
  /** As the worker role: claims and reads. */
  db: Database;
  /** For taking jobs: it waits for as long as Redis is away. */
  queueRedis: Redis;
  /** For everything else: it gives up soon. */
  redis: Redis;
  redisPrefix: string;
  events: EventBus;
  tiers: Readonly<Record<Tier, TierLimits>>;
  /** How long a job stays with a worker that gives no sign of life. */
  lockMs: number;
  storage: Storage;
  blobCache: BlobCache;
  /** One folder in it for each repository synced at the moment. */
  jobsDirectory: string;
  builders: BuildChildren;
  /** What keeps builds from the network and from files that are not theirs. */
  walls: NonNullable<Heartbeat["walls"]>;
  /** The npm packages of projects. */
  packages: PackageStore;
  writers: Writers;
  /** Takes pictures of finished previews, where this worker does. */
  snapshots: SnapshotTaker | undefined;
  callback: CallbackTarget;
  close: () => Promise<void>;
}

/** What kind of worker it is. */
export interface WorkerKind {
  kind: "cpu" | "gpu";
  /** The GPUs that AI jobs run on, by index, each one job at a time. Default: none, and any number at once. */
  gpus?: readonly string[];
}

/** Builds the framework runtimes where they are missing, and then starts the processes that wait for a build. */
async function openBuilders(env: WorkerEnvironment, folders: Folders, parts: BuilderParts): Promise<BuildChildren> {
  const { directory, roomsDirectory } = folders;
  const { walls, log } = parts;
  const runtimeCacheDirectory = path.resolve(
    env.HIVESYNC_WORKER_RUNTIMES_DIRECTORY ?? path.join(directory, "runtimes"),
  );
  const started = performance.now();
  await prepareRuntimes({ runtimeCacheDirectory });
  log.info("runtimes_ready", { duration_ms: Math.round(performance.now() - started) });
  // A process waits for whoever comes, so its processor time is the longest of any tier; each build has its own time.
  const cpuSeconds = Math.max(...Object.values(env.HIVESYNC_TIERS).map((limits) => limits.buildSeconds));
  const settings = {
    runtimeCacheDirectory,
    roomsDirectory,
    bundleDirectory: path.join(directory, "bundles"),
    keptModules: { directory: path.join(directory, "modules"), maxBytes: env.HIVESYNC_WORKER_MODULES_BYTES },
    limits: { cpuSeconds, maxResidentMb: env.HIVESYNC_WORKER_BUILD_MEMORY_MB },
    warm: { projects: env.HIVESYNC_WORKER_WARM_PROJECTS },
    walls,
  };
  return openBuildChildren(settings, env.HIVESYNC_WORKER_CONCURRENCY);
}

function openPackages(env: WorkerEnvironment, directory: string): PackageStore {
  return openPackageStore({
    directory: path.resolve(env.HIVESYNC_WORKER_PACKAGES_DIRECTORY ?? path.join(directory, "packages")),
    maxBytes: env.HIVESYNC_WORKER_PACKAGES_BYTES,
    registry: { url: env.HIVESYNC_NPM_REGISTRY ?? registryUrl(), token: env.HIVESYNC_NPM_TOKEN },
  });
}

/** The data directory, and the folders in it for what is under way. */
interface Folders {
  directory: string;
  jobsDirectory: string;
  roomsDirectory: string;
  writersDirectory: string;
  /** What Node compiled for processes of AI jobs. */
  compiledDirectory: string;
}

interface BuilderParts {
  walls: Walls | undefined;
  log: Logger;
}

/** The folder's parts: what stays between starts, and what a killed worker left behind, which goes. */
async function openDirectory(env: WorkerEnvironment): Promise<Folders> {
  const directory = path.resolve(env.HIVESYNC_WORKER_DATA_DIRECTORY);
  const underWay = {
    jobsDirectory: path.join(directory, "jobs"),
    roomsDirectory: path.join(directory, "rooms"),
    writersDirectory: path.join(directory, "writers"),
  };
  for (const folder of Object.values(underWay)) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  const compiledDirectory = path.join(directory, "compiled");
  await mkdir(compiledDirectory, { recursive: true });
  return { directory, ...underWay, compiledDirectory };
}

function connectAll(env: WorkerEnvironment, log: Logger) {
  const url = env.HIVESYNC_REDIS_URL;
  const queueRedis = connectLogged(url, "worker", log);
  const redis = connectLogged(url, "producer", log);
  const subscriber = connectLogged(url, "subscriber", log);
  const redisPrefix = env.HIVESYNC_REDIS_PREFIX;
  const events = createEventBus({ publisher: redis, subscriber, redisPrefix, log });
  const disconnect = (): void => {
    for (const connection of [redis, queueRedis, subscriber]) connection.disconnect();
  };
  return { queueRedis, redis, redisPrefix, events, disconnect };
}

/** Makes everything that a worker works with, and is done when it can build. Database connections are opened as they are first needed. */
export async function createWorkerDeps(env: WorkerEnvironment, { kind, gpus }: WorkerKind): Promise<WorkerDeps> {
  setFlagsFromString(roomyHeap);
  const workerId = `${kind}-${hostname()}-${process.pid}-${newSecret().slice(0, 8)}`;
  const log = createLogger({ level: env.HIVESYNC_LOG_LEVEL, service: `worker-${kind}` }).with({ worker_id: workerId });
  const folders = await openDirectory(env);
  const { directory, jobsDirectory, writersDirectory, compiledDirectory } = folders;
  const walls = await openWalls(env, log);
  const storage = openStorage(toStorageOptions(env));
  const maxBytes = env.HIVESYNC_WORKER_CACHE_BYTES;
  const blobCache = await openBlobCache({ directory: path.join(directory, "blobs"), maxBytes, storage });
  const builders = await openBuilders(env, folders, { walls, log });
  const writers = openWriters({
    settings: toWriterSettings(env),
    directory: writersDirectory,
    compiledDirectory,
    warm: { projects: env.HIVESYNC_WORKER_WARM_PROJECTS },
    walls,
    ...(gpus && { gpus }),
  });
  const database = openDatabase({
    url: env.HIVESYNC_DATABASE_URL,
    applicationName: `hivesync-worker-${kind}`,
    poolSize: env.HIVESYNC_WORKER_CONCURRENCY + env.HIVESYNC_AI_CONCURRENCY + 1,
  });
  const { disconnect, ...connections } = connectAll(env, log);
  await waitForRedis(connections.redis);
  const [secret = ""] = env.HIVESYNC_WORKER_SECRETS;
  return {
    workerId,
    log,
    db: database.db,
    ...connections,
    tiers: env.HIVESYNC_TIERS,
    lockMs: env.HIVESYNC_WORKER_LOCK_MS,
    storage,
    blobCache,
    jobsDirectory,
    walls: walls ? "namespace" : "none",
    builders,
    packages: openPackages(env, directory),
    writers,
    snapshots: undefined,
    callback: { apiUrl: env.HIVESYNC_API_URL, secret },
    close: async () => {
      await Promise.all([builders[Symbol.asyncDispose](), writers[Symbol.asyncDispose]()]);
      disconnect();
      storage.close();
      await database.close();
    },
  };
}
