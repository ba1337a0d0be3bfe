import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { openDatabase, type Database } from "@hivesync/db/client";
import type { Tier, TierLimits } from "@hivesync/contracts/tiers";
import { toStorageOptions } from "@hivesync/platform/env";
import { newSecret } from "@hivesync/platform/ids";
import { createLogger, type Logger } from "@hivesync/platform/logger";
import type { CallbackTarget } from "@hivesync/platform/post-callback";
import { createEventBus, type EventBus } from "@hivesync/platform/events/event-bus";
import { connectRedis, type RedisUse } from "@hivesync/platform/queue/connection";
import { createEnqueuer, type Enqueuer } from "@hivesync/platform/queue/enqueue";
import { openBlobCache, type BlobCache } from "@hivesync/platform/storage/blob-cache";
import { openStorage, type Storage } from "@hivesync/platform/storage/client";
import { openBuildChildren, type BuildChildren } from "@hivesync/preview-builder/run-build-in-child";
import { prepareRuntimes } from "@hivesync/preview-builder/runtimes/runtime-cache";
import type { Redis } from "ioredis";
import type { WorkerEnvironment } from "#env.ts";

/** Everything with state, made once and passed in. */
export interface Deps {
  workerId: string;
  log: Logger;
  /** As the worker role: claims and reads. */
  db: Database;
  /** As the maintenance role: deletes what has had its time. */
  maintenanceDb: Database;
  /** For taking jobs: it waits for as long as Redis is away. */
  queueRedis: Redis;
  /** For everything else: it gives up soon. */
  redis: Redis;
  redisPrefix: string;
  events: EventBus;
  tiers: Readonly<Record<Tier, TierLimits>>;
  /** How long a job stays with a worker that gives no sign of life. */
  lockMs: number;
  enqueuer: Enqueuer;
  storage: Storage;
  blobCache: BlobCache;
  /** One folder in it for each build under way. */
  buildsDirectory: string;
  builders: BuildChildren;
  callback: CallbackTarget;
  close: () => Promise<void>;
}

/** Says once that Redis is away, and once that it is back. */
function connectLogged(env: WorkerEnvironment, use: RedisUse, log: Logger): Redis {
  let isDown = false;
  const redis = connectRedis({
    url: env.HIVESYNC_REDIS_URL,
    use,
    onError: (error) => {
      if (!isDown) log.warn("redis_lost", { use, error });
      isDown = true;
    },
  });
  redis.on("ready", () => {
    if (isDown) log.info("redis_back", { use });
    isDown = false;
  });
  return redis;
}

/** Waits for the first connection, but not for long: a worker also starts while Redis is away. */
async function waitForRedis(redis: Redis): Promise<void> {
  if (redis.status === "ready") return;
  await once(redis, "ready", { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
}

function openDatabases(env: WorkerEnvironment) {
  const worker = openDatabase({
    url: env.HIVESYNC_DATABASE_URL,
    applicationName: "hivesync-worker-cpu",
    poolSize: env.HIVESYNC_WORKER_CONCURRENCY + 1,
  });
  const maintenance = openDatabase({
    url: env.HIVESYNC_MAINTENANCE_DATABASE_URL,
    applicationName: "hivesync-maintenance",
    poolSize: 1,
    // Nobody waits for a clean-up, and some of them read a table whole.
    statementTimeoutMs: 60_000,
  });
  return { worker, maintenance };
}

/** Builds the framework runtimes where they are missing, and then starts the processes that wait for a build. */
async function openBuilders(env: WorkerEnvironment, directory: string, log: Logger): Promise<BuildChildren> {
  const runtimeCacheDirectory = path.join(directory, "runtimes");
  const started = performance.now();
  await prepareRuntimes({ runtimeCacheDirectory });
  log.info("runtimes_ready", { duration_ms: Math.round(performance.now() - started) });
  // A process waits for whoever comes, so its processor time is the longest of any tier; each build has its own time.
  const cpuSeconds = Math.max(...Object.values(env.HIVESYNC_TIERS).map((limits) => limits.buildSeconds));
  return openBuildChildren({ runtimeCacheDirectory, limits: { cpuSeconds } }, env.HIVESYNC_WORKER_CONCURRENCY);
}

/** Makes everything that the worker works with, and is done when it can build. Database connections are opened as they are first needed. */
export async function createDeps(env: WorkerEnvironment): Promise<Deps> {
  const workerId = `cpu-${hostname()}-${process.pid}-${newSecret().slice(0, 8)}`;
  const log = createLogger({ level: env.HIVESYNC_LOG_LEVEL, service: "worker-cpu" }).with({ worker_id: workerId });
  const directory = path.resolve(env.HIVESYNC_WORKER_DATA_DIRECTORY);
  const buildsDirectory = path.join(directory, "builds");
  // What a killed worker left behind.
  await rm(buildsDirectory, { recursive: true, force: true });
  await mkdir(buildsDirectory, { recursive: true });
  const storage = openStorage(toStorageOptions(env));
  const blobCache = await openBlobCache({
    directory: path.join(directory, "blobs"),
    maxBytes: env.HIVESYNC_WORKER_CACHE_BYTES,
    storage,
  });
  const builders = await openBuilders(env, directory, log);
  const databases = openDatabases(env);
  const queueRedis = connectLogged(env, "worker", log);
  const redis = connectLogged(env, "producer", log);
  const subscriber = connectLogged(env, "subscriber", log);
  await waitForRedis(redis);
  const redisPrefix = env.HIVESYNC_REDIS_PREFIX;
  const onError = (error: Error): void => log.debug("queue_error", { error });
  const enqueuer = createEnqueuer({ connection: redis, redisPrefix, onError });
  const [secret = ""] = env.HIVESYNC_WORKER_SECRETS;
  return {
    workerId,
    log,
    db: databases.worker.db,
    maintenanceDb: databases.maintenance.db,
    queueRedis,
    redis,
    redisPrefix,
    events: createEventBus({ publisher: redis, subscriber, redisPrefix, log }),
    tiers: env.HIVESYNC_TIERS,
    lockMs: env.HIVESYNC_WORKER_LOCK_MS,
    enqueuer,
    storage,
    blobCache,
    buildsDirectory,
    builders,
    callback: { apiUrl: env.HIVESYNC_API_URL, secret },
    close: async () => {
      await builders[Symbol.asyncDispose]();
      await enqueuer.close();
      redis.disconnect();
      queueRedis.disconnect();
      subscriber.disconnect();
      storage.close();
      await Promise.all([databases.worker.close(), databases.maintenance.close()]);
    },
  };
}
