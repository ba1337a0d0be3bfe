import { randomBytes } from "node:crypto";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { migrate } from "@hivesync/db/migrate";
import { startObjectStore } from "@hivesync/dev-services/object-store";
import { startPostgres, type RunningPostgres } from "@hivesync/dev-services/postgres";
import { findBubblewrap } from "@hivesync/dev-services/bubblewrap";
import { findRedisServer, startRedis } from "@hivesync/dev-services/redis";
import postgres from "postgres";
import { templateDatabase, type SharedServices } from "./shared-services.ts";

const bubblewrapCache = fileURLToPath(new URL("../../../.hivesync/cache/bubblewrap", import.meta.url));
const redisCache = fileURLToPath(new URL("../../../.hivesync/cache/redis", import.meta.url));

/** Services that {@link startServices} started. */
export interface RunningServices {
  services: SharedServices;
  stop: () => Promise<void>;
}

interface ServicesOptions {
  /** Where all data lies; the caller removes it. */
  directory: string;
  /** False: Postgres forces nothing to disk. */
  durable: boolean;
  onPostgresLog?: (line: string) => void;
}

async function startMigratedPostgres(options: ServicesOptions, rolePassword: string): Promise<RunningPostgres> {
  const server = await startPostgres({
    directory: path.join(options.directory, "postgres"),
    port: 0,
    persistent: false,
    durable: options.durable,
    password: randomBytes(18).toString("base64url"),
    ...(options.onPostgresLog ? { onLog: options.onPostgresLog } : {}),
  });
  const sql = postgres(server.url, { max: 1 });
  await sql.unsafe(`CREATE DATABASE ${templateDatabase}`);
  await sql.end();
  const url = new URL(server.url);
  url.pathname = `/${templateDatabase}`;
  await migrate(url.href, { api: rolePassword, worker: rolePassword, maintenance: rolePassword });
  return server;
}

/** Starts a Postgres with a migrated database to copy from, a Redis and an object store, each on a free port. */
export async function startServices(options: ServicesOptions): Promise<RunningServices> {
  const { directory } = options;
  const rolePassword = randomBytes(18).toString("base64url");
  const storage = {
    // As the documentation has it: the examples of callbacks name objects in it.
    bucket: "hivesync",
    region: "us-east-1",
    accessKeyId: "test-access-key",
    secretAccessKey: randomBytes(24).toString("base64url"),
  };
  const startOwnRedis = async () =>
    startRedis({
      program: await findRedisServer({ cacheDirectory: redisCache }),
      directory: path.join(directory, "redis"),
      port: 0,
      persistent: false,
    });
  const [database, redis, bubblewrap, objects] = await Promise.all([
    startMigratedPostgres(options, rolePassword),
    startOwnRedis(),
    findBubblewrap({ cacheDirectory: bubblewrapCache }),
    startObjectStore({ directory: path.join(directory, "objects"), port: 0, corsOrigins: ["*"], ...storage }),
  ]);
  return {
    services: {
      postgresUrl: database.url,
      rolePassword,
      redisUrl: redis.url,
      storage: { ...storage, endpoint: objects.endpoint },
      bubblewrap,
    },
    stop: async () => {
      await Promise.all([database.stop(), redis.stop(), objects.stop()]);
    },
  };
}
