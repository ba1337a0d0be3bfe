import path from "node:path";
import { stat } from "node:fs/promises";
import { Redis } from "ioredis";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "./object-store/test-store.ts";
import { findRedisServer, startRedis, type RedisOptions, type RedisProgram } from "./redis.ts";

const cacheDirectory = path.join(import.meta.dirname, "../../../.hivesync/cache/redis");
let program: RedisProgram;

beforeAll(async () => {
  program = await findRedisServer({ cacheDirectory });
}, 120_000);

const start = async (options: Pick<RedisOptions, "directory"> & Partial<RedisOptions>) => {
  const server = await startRedis({ program, port: 0, persistent: true, ...options });
  onTestFinished(server.stop);
  return server;
};

const connect = (url: string) => {
  const redis = new Redis(url, { retryStrategy: () => null, lazyConnect: true });
  // What goes wrong is told by the command that fails.
  redis.on("error", () => undefined);
  onTestFinished(() => redis.disconnect());
  return redis;
};

test("data is kept over a restart when it is to be", async () => {
  const directory = await temporaryDirectory();
  const first = await start({ directory });
  await connect(first.url).set("key", "value");
  await first.stop();
  const second = await start({ directory });
  expect(await connect(second.url).get("key")).toBe("value");
});

test("nothing is evicted, and a directory that is not to be kept is gone after the stop", async () => {
  const directory = path.join(await temporaryDirectory(), "redis");
  const server = await start({ directory, persistent: false });
  expect(await connect(server.url).config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
  await server.stop();
  await expect(stat(directory)).rejects.toMatchObject({ code: "ENOENT" });
});

test("the password is asked for, and other users of the machine cannot see it", async () => {
  const password = 'pass "word\\:@';
  const directory = await temporaryDirectory();
  const server = await start({ directory, password });
  expect(await connect(server.url).ping()).toBe("PONG");
  await expect(connect(`redis://127.0.0.1:${server.port}`).get("key")).rejects.toThrow("NOAUTH");
  expect((await stat(path.join(directory, "redis.conf"))).mode & 0o777).toBe(0o600);
});

test("a taken port is an error with the server's own words", async () => {
  const server = await start({ directory: await temporaryDirectory() });
  const second = start({ directory: await temporaryDirectory(), port: server.port });
  await expect(second).rejects.toThrow(/Redis ended at its start[^]*Address already in use/);
});
