import path from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "@hivesync/dev-services/postgres";
import { findRedisServer, startRedis } from "@hivesync/dev-services/redis";
import { startServer } from "@hivesync/dev-services/tether/start-server";
import type { StorageOptions } from "@hivesync/platform/storage/client";
import { createDatabase } from "./database.ts";
import { defaultDirectory } from "./env.ts";
import type { StackContext } from "./stack-context.ts";

// Each service that the environment names is used as it is; the others are started here. A port that was free to choose stays the same
// over restarts, as the rest of the stack knows the service by it.

/** Starts Postgres with the stack's database in it. Returns the URL of the database's owner. */
export async function provideDatabase(context: StackContext): Promise<string> {
  const { env, secrets, report } = context;
  if (env.HIVESYNC_DATABASE_URL !== undefined) return env.HIVESYNC_DATABASE_URL;
  let port = env.HIVESYNC_POSTGRES_PORT;
  const start = async () => {
    const server = await startPostgres({
      directory: path.join(context.directory, "postgres"),
      port,
      persistent: true,
      password: secrets.postgres_password,
      onLog: context.logOf("postgres").write,
    });
    port = server.port;
    return server;
  };
  const server = await report.step("Postgres", () => context.supervisor.run("postgres", start));
  return createDatabase(server.url, "hivesync");
}

/** Starts Redis. Returns its URL. */
export async function provideRedis(context: StackContext): Promise<string> {
  const { env, secrets, report } = context;
  if (env.HIVESYNC_REDIS_URL !== undefined) return env.HIVESYNC_REDIS_URL;
  // What is fetched serves every stack of this checkout.
  const cacheDirectory = path.join(defaultDirectory, "cache", "redis");
  let port = env.HIVESYNC_REDIS_PORT;
  const server = await report.step("Redis", async () => {
    const program = await findRedisServer({ cacheDirectory, onProgress: report.say });
    return context.supervisor.run("redis", async () => {
      const started = await startRedis({
        program,
        directory: path.join(context.directory, "redis"),
        port,
        password: secrets.redis_password,
        persistent: true,
        onLog: context.logOf("redis").write,
      });
      port = started.port;
      return started;
    });
  });
  return server.url;
}

const objectStoreCommand = fileURLToPath(import.meta.resolve("@hivesync/dev-services/object-store-command"));
const readyLine = /^\{"endpoint":"http:\/\/[^"]+:(\d+)"\}$/;

/** Starts the object store. Returns how to reach it. */
export async function provideStorage(context: StackContext): Promise<StorageOptions> {
  const { env, secrets, report, lanAddress } = context;
  if (env.storage !== undefined) return env.storage;
  const storage = {
    region: "us-east-1",
    bucket: "hivesync",
    accessKeyId: secrets.s3_access_key_id,
    secretAccessKey: secrets.s3_secret_access_key,
  };
  const log = context.logOf("object-store");
  let port = env.HIVESYNC_OBJECT_STORE_PORT;
  const onLog = (line: string): void => {
    log.write(line);
    port = Number(readyLine.exec(line)?.[1] ?? port);
  };
  const start = () =>
    startServer({
      what: "The object store",
      command: process.execPath,
      args: [objectStoreCommand],
      ready: readyLine,
      onLog,
      options: {
        env: {
          ...env.inherited,
          OBJECT_STORE_DIRECTORY: path.join(context.directory, "objects"),
          OBJECT_STORE_PORT: String(port),
          OBJECT_STORE_HOST: lanAddress === undefined ? "127.0.0.1" : "0.0.0.0",
          OBJECT_STORE_ACCESS_KEY_ID: storage.accessKeyId,
          OBJECT_STORE_SECRET_ACCESS_KEY: storage.secretAccessKey,
          OBJECT_STORE_BUCKET: storage.bucket,
          OBJECT_STORE_REGION: storage.region,
          // Plugins and pages under development have any origin; what they may do, a presigned URL says.
          OBJECT_STORE_CORS_ORIGINS: "*",
        },
      },
    });
  await report.step("object store", () => context.supervisor.run("object-store", start));
  return {
    ...storage,
    endpoint: `http://127.0.0.1:${port}`,
    publicEndpoint: `http://${lanAddress ?? "127.0.0.1"}:${port}`,
  };
}
