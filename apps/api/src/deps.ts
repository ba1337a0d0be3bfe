import { openDatabase, type Database, type PoolState } from "@hivesync/db/client";
import { toStorageOptions } from "@hivesync/platform/env";
import { createLogger, type Logger } from "@hivesync/platform/logger";
import { createEventBus, type EventBus } from "@hivesync/platform/events/event-bus";
import { everyone } from "@hivesync/platform/events/topics";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { createEnqueuer, type Enqueuer } from "@hivesync/platform/queue/enqueue";
import { createPresigner, type Presigner } from "@hivesync/platform/storage/presign";
import { openStorage, type Storage } from "@hivesync/platform/storage/client";
import { readHeartbeats, type Heartbeat } from "@hivesync/platform/worker-heartbeat";
import type { Redis } from "ioredis";
import { createDeviceCodes, type DeviceCodes } from "./auth/device-codes.ts";
import { createRefusedCallbacks, type RefusedCallbacks } from "./auth/refused-callbacks.ts";
import { createPasswords, type Passwords } from "./auth/passwords.ts";
import { createPreviewLinks, type PreviewLinks } from "./auth/preview-links.ts";
import { createRefreshTokens, type RefreshTokens } from "./auth/refresh-tokens.ts";
import { createSessionCache, type SessionCache } from "./auth/session-cache.ts";
import { openSigningKeys, type SigningKeys } from "./auth/signing-keys.ts";
import { createTokens, type Tokens } from "./auth/tokens.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";
import type { ApiEnvironment } from "./env.ts";
import { createOpenStreams, type OpenStreams } from "./events/open-streams.ts";
import { createSiteWatch, type SiteWatch } from "./events/site-watch.ts";
import { createHealthProbe, type HealthProbe } from "./health-probe.ts";
import { createAutoSync, type AutoSync } from "./outbox/auto-sync.ts";
import { createDispatcher, type Dispatcher } from "./outbox/dispatcher.ts";
import { leaveGpuQueues } from "./outbox/gpu-fallback.ts";
import { createReconciler, type Reconciler } from "./outbox/reconciler.ts";
import { createMetrics, type Metrics } from "./metrics/metrics.ts";
import { createQueueReader, type QueueReader, type QueueSources } from "./queues/queue-reader.ts";
import { createLimits, type Limits } from "./rate-limit/limits.ts";
import { toSettings, type Settings } from "./settings.ts";
import { createTransact, type RunTransaction } from "./transaction.ts";

/** Everything with state, made once and passed in. */
export interface Deps {
  settings: Settings;
  log: Logger;
  db: Database;
  databasePool: () => PoolState;
  metrics: Metrics;
  /** For whatever others are to be told of: a transaction that announces. */
  transact: RunTransaction;
  redis: Redis;
  events: EventBus;
  openStreams: OpenStreams;
  storage: Storage;
  presigner: Presigner;
  signingKeys: SigningKeys;
  tokens: Tokens;
  refreshTokens: RefreshTokens;
  previewLinks: PreviewLinks;
  deviceCodes: DeviceCodes;
  sessions: SessionCache;
  passwords: Passwords;
  limits: Limits;
  dispatcher: Dispatcher;
  reconciler: Reconciler;
  autoSync: AutoSync;
  refusedCallbacks: RefusedCallbacks;
  health: HealthProbe;
  queues: QueueReader;
  siteWatch: SiteWatch;
  close: () => Promise<void>;
}

function connectQueues(env: ApiEnvironment, log: Logger) {
  const onError = (error: Error): void => log.warn("redis_error", { error });
  const redis = connectRedis({ url: env.HIVESYNC_REDIS_URL, use: "producer", onError });
  const subscriber = connectRedis({ url: env.HIVESYNC_REDIS_URL, use: "subscriber", onError });
  const redisPrefix = env.HIVESYNC_REDIS_PREFIX;
  const enqueuer = createEnqueuer({ connection: redis, redisPrefix, onError });
  const events = createEventBus({ publisher: redis, subscriber, redisPrefix, log });
  return { redis, subscriber, enqueuer, events };
}

/** What signs, checks and remembers who calls. */
function createCredentials(env: ApiEnvironment, parts: { db: Database; events: EventBus; issuer: string }) {
  const sessions = createSessionCache(parts.db);
  parts.events.subscribe({ name: "sessions", key: everyone }, ({ session_ids: ids }) => ids.forEach(sessions.forget));
  const signingKeys = openSigningKeys(parts.db, env.HIVESYNC_MASTER_KEY);
  return {
    signingKeys,
    tokens: createTokens(signingKeys, parts.issuer),
    refreshTokens: createRefreshTokens(env.HIVESYNC_MASTER_KEY),
    previewLinks: createPreviewLinks(parts.db, env.HIVESYNC_MASTER_KEY),
    deviceCodes: createDeviceCodes(env.HIVESYNC_MASTER_KEY),
    sessions,
    passwords: createPasswords(),
  };
}

/** What brings jobs from their rows to the queues, and back from queues that forgot them or that nobody takes from; and what asks for jobs by itself. */
function createOutbox(
  parts: Pick<Deps, "db" | "log" | "transact"> & { enqueuer: Enqueuer; readWorkers: () => Promise<Heartbeat[]> },
  { tiers, repoHosts }: Settings,
): Pick<Deps, "dispatcher" | "reconciler" | "autoSync"> {
  const dispatcher = createDispatcher({ ...parts, tiers });
  const { wake } = dispatcher;
  const beforeSweep = () => leaveGpuQueues({ ...parts, onMoved: wake });
  return {
    dispatcher,
    reconciler: createReconciler({ ...parts, onSentBack: wake, beforeSweep }),
    autoSync: createAutoSync({ ...parts, tiers, repoHosts, onDue: wake }),
  };
}

/** What tells of the site: whether its parts work, how its queues stand, who works. */
function createWatches(
  parts: Pick<Deps, "db" | "redis" | "storage" | "log"> & QueueSources,
): Pick<Deps, "health" | "queues" | "siteWatch"> {
  const health = createHealthProbe({ ...parts, readHeartbeats: parts.readWorkers });
  const queues = createQueueReader(parts);
  return { health, queues, siteWatch: createSiteWatch({ queues, health, log: parts.log }) };
}

/** Makes everything that the API works with. Connections are opened as they are first needed. */
export function createDeps(
  env: ApiEnvironment,
  log = createLogger({ level: env.HIVESYNC_LOG_LEVEL, service: "api" }),
): Deps {
  const settings = toSettings(env);
  const redisPrefix = env.HIVESYNC_REDIS_PREFIX;
  const database = openDatabase({
    url: env.HIVESYNC_DATABASE_URL,
    applicationName: "hivesync-api",
    poolSize: env.HIVESYNC_DATABASE_POOL_SIZE,
  });
  const { db } = database;
  const { redis, subscriber, enqueuer, events } = connectQueues(env, log);
  const metrics = createMetrics(settings.metricsToken !== undefined);
  const transact = createTransact(db, events, metrics);
  const openStreams = createOpenStreams({ db, events, log });
  const storage = openStorage(toStorageOptions(env));
  // A call that asks Redis several times still answers within two seconds, and the next one asks it nothing.
  const breaker = createCircuitBreaker({ timeoutMs: 400, awayMs: 1_000 });
  const readWorkers = () => breaker.run(() => readHeartbeats(redis, redisPrefix));
  const outbox = createOutbox({ db, log, transact, enqueuer, readWorkers }, settings);
  const watches = createWatches({ db, redis, storage, enqueuer, breaker, readWorkers, log });
  return {
    settings,
    log,
    db,
    databasePool: database.pool,
    metrics,
    transact,
    redis,
    events,
    openStreams,
    storage,
    presigner: createPresigner(toStorageOptions(env)),
    ...createCredentials(env, { db, events, issuer: settings.publicUrl }),
    limits: createLimits({
      redis,
      breaker,
      redisPrefix,
      tiers: settings.tiers,
      unlimitedLoopback: env.HIVESYNC_UNLIMITED_LOOPBACK,
      onRefused: metrics.callLimited,
    }),
    ...outbox,
    refusedCallbacks: createRefusedCallbacks(),
    ...watches,
    close: async () => {
      watches.siteWatch.stop();
      await Promise.all([openStreams, ...Object.values(outbox)].map((part) => part.stop()));
      await enqueuer.close();
      redis.disconnect();
      subscriber.disconnect();
      storage.close();
      await database.close();
    },
  };
}
