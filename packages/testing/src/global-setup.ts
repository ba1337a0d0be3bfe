import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { migrate } from "@hivesync/db/migrate";
import { startObjectStore } from "@hivesync/dev-services/object-store";
import { startPostgres } from "@hivesync/dev-services/postgres";
import { findRedisServer, startRedis } from "@hivesync/dev-services/redis";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { templateDatabase, type SharedServices } from "./shared-services.ts";

const redisCache = fileURLToPath(new URL("../../../.hivesync/cache/redis", import.meta.url));

/** Vitest's global setup: one Postgres, Redis and object store for the whole run, and a migrated database to copy from. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-test-"));
  const password = randomBytes(18).toString("base64url");
  const rolePassword = randomBytes(18).toString("base64url");
  const storage = {
    bucket: "hivesync-test",
    region: "us-east-1",
    accessKeyId: "test-access-key",
    secretAccessKey: randomBytes(24).toString("base64url"),
  };
  const startTestPostgres = async () => {
    const server = await startPostgres({
      directory: path.join(directory, "postgres"),
      port: 0,
      persistent: false,
      durable: false,
      password,
    });
    const sql = postgres(server.url, { max: 1 });
    await sql.unsafe(`CREATE DATABASE ${templateDatabase}`);
    await sql.end();
    const url = new URL(server.url);
    url.pathname = `/${templateDatabase}`;
    await migrate(url.href, { api: rolePassword, worker: rolePassword, maintenance: rolePassword });
    return server;
  };
  const startTestRedis = async () =>
    startRedis({
      program: await findRedisServer({ cacheDirectory: redisCache }),
      directory: path.join(directory, "redis"),
      port: 0,
      persistent: false,
    });
  const [database, redis, objects] = await Promise.all([
    startTestPostgres(),
    startTestRedis(),
    startObjectStore({ directory: path.join(directory, "objects"), port: 0, corsOrigins: ["*"], ...storage }),
  ]);
  const services: SharedServices = {
    postgresUrl: database.url,
    rolePassword,
    redisUrl: redis.url,
    storage: { ...storage, endpoint: objects.endpoint },
  };
  project.provide("hivesync", services);
  return async () => {
    await Promise.all([database.stop(), redis.stop(), objects.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
}
