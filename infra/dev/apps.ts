import path from "node:path";
import { findBubblewrap } from "@hivesync/dev-services/bubblewrap";
import { startOnPort } from "@hivesync/dev-services/free-port";
import { connectRedis } from "@hivesync/platform/queue/connection";
import type { StorageOptions } from "@hivesync/platform/storage/client";
import { readHeartbeats, type Heartbeat } from "@hivesync/platform/worker-heartbeat";
import { startApp } from "./app-process.ts";
import type { DatabaseUrls } from "./database.ts";
import { defaultDirectory, repositoryRoot } from "./env.ts";
import type { StackContext } from "./stack-context.ts";

/** Where the services are. */
export interface ServiceAddresses {
  database: DatabaseUrls;
  redisUrl: string;
  storage: StorageOptions;
}

// What is fetched serves every stack of this checkout.
const bubblewrapCache = path.join(defaultDirectory, "cache", "bubblewrap");

const mainOf = (app: string): string => path.join(repositoryRoot, "apps", app, "src", "main.ts");

function sharedVariables({ env, secrets }: StackContext, services: ServiceAddresses): Record<string, string> {
  const { redisUrl, storage } = services;
  return {
    ...env.inherited,
    HIVESYNC_REDIS_URL: redisUrl,
    HIVESYNC_S3_ENDPOINT: storage.endpoint,
    HIVESYNC_S3_PUBLIC_ENDPOINT: storage.publicEndpoint ?? "",
    HIVESYNC_S3_REGION: storage.region,
    HIVESYNC_S3_BUCKET: storage.bucket,
    HIVESYNC_S3_ACCESS_KEY_ID: storage.accessKeyId,
    HIVESYNC_S3_SECRET_ACCESS_KEY: storage.secretAccessKey,
    HIVESYNC_WORKER_SECRETS: env.HIVESYNC_WORKER_SECRETS ?? secrets.worker_secret,
    HIVESYNC_REPO_KEY: env.HIVESYNC_REPO_KEY ?? secrets.repo_key,
  };
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
  return response?.ok ?? false;
}

/** Starts the API. Returns its origin as this machine reaches it; clients may see another one. */
export async function provideApi(context: StackContext, services: ServiceAddresses): Promise<string> {
  const { env, lanAddress, report, secrets, supervisor } = context;
  const startAt = (port: number) =>
    startApp({
      name: "The API",
      main: mainOf("api"),
      log: context.logOf("api"),
      graceMs: 8_000,
      isReady: () => answers(`http://127.0.0.1:${port}/health`),
      env: {
        ...sharedVariables(context, services),
        HIVESYNC_DATABASE_URL: services.database.api,
        HIVESYNC_API_PORT: String(port),
        HIVESYNC_API_HOST: lanAddress === undefined ? (env.HIVESYNC_API_HOST ?? "127.0.0.1") : "0.0.0.0",
        HIVESYNC_PUBLIC_URL: env.HIVESYNC_PUBLIC_URL ?? `http://${lanAddress ?? "127.0.0.1"}:${port}`,
        HIVESYNC_MASTER_KEY: env.HIVESYNC_MASTER_KEY ?? secrets.master_key,
        HIVESYNC_UNLIMITED_LOOPBACK: "true",
        HIVESYNC_CHECK_OUTPUT: "true",
      },
    });
  let port = env.HIVESYNC_API_PORT;
  const start = () =>
    startOnPort(port, async (chosen) => {
      const api = await startAt(chosen);
      port = chosen;
      return api;
    });
  await report.step("API", () => supervisor.run("api", start));
  return `http://127.0.0.1:${port}`;
}

type WorkerKind = "cpu" | "gpu";

/** What the worker with the process id says of itself, once it has given a sign of life. */
async function readSign(
  worker: { kind: WorkerKind; pid: number },
  redisUrl: string,
  prefix: string,
): Promise<Heartbeat | undefined> {
  const redis = connectRedis({ url: redisUrl, use: "subscriber", onError: () => redis.disconnect() });
  try {
    const heartbeats = await readHeartbeats(redis, prefix);
    return heartbeats.find(({ kind, pid }) => kind === worker.kind && pid === worker.pid);
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
}

type WorkerServices = ServiceAddresses & { apiUrl: string };

async function provideWorker(
  context: StackContext,
  services: WorkerServices,
  /** `defaults` hold unless the environment says otherwise, `own` whatever it says. */
  worker: { kind: WorkerKind; defaults?: Record<string, string>; own?: Record<string, string> },
): Promise<void> {
  const { kind } = worker;
  const name = `worker-${kind}`;
  const { redisUrl, database, apiUrl } = services;
  let sign: Heartbeat | undefined;
  const start = () =>
    startApp({
      name,
      main: mainOf(name),
      log: context.logOf(name),
      graceMs: 10_000,
      isReady: async (pid) => {
        sign = await readSign({ kind, pid }, redisUrl, context.env.HIVESYNC_REDIS_PREFIX);
        return sign !== undefined;
      },
      env: {
        ...worker.defaults,
        ...sharedVariables(context, services),
        ...worker.own,
        HIVESYNC_DATABASE_URL: database.worker,
        HIVESYNC_API_URL: apiUrl,
        HIVESYNC_WORKER_DATA_DIRECTORY: path.join(context.directory, name),
        HIVESYNC_WORKER_RUNTIMES_DIRECTORY: path.join(context.directory, "runtimes"),
        HIVESYNC_WORKER_PACKAGES_DIRECTORY: path.join(context.directory, "packages"),
      },
    });
  const label = (): string => (sign?.gpu ? `${name} (${sign.gpu.name ?? sign.gpu.mode})` : name);
  await context.report.step(label, () => context.supervisor.run(name, start));
}

/** Starts the worker of the CPU queues, and after it, as it finds the runtimes built then, the worker of the GPU queues. */
export async function provideWorkers(context: StackContext, services: WorkerServices): Promise<void> {
  const { database } = services;
  const bubblewrap = await findBubblewrap({ cacheDirectory: bubblewrapCache, onProgress: context.report.say });
  const walls: Record<string, string> = bubblewrap === undefined ? {} : { HIVESYNC_BWRAP: bubblewrap };
  await provideWorker(context, services, {
    kind: "cpu",
    defaults: walls,
    own: { HIVESYNC_MAINTENANCE_DATABASE_URL: database.maintenance },
  });
  // Without a GPU it works in software, and says so.
  await provideWorker(context, services, {
    kind: "gpu",
    defaults: { ...walls, HIVESYNC_GPU: "software", HIVESYNC_WORKER_CONCURRENCY: "1" },
  });
}
