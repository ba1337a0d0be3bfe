import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import { findRedisServer, startRedis } from "@hivesync/dev-services/redis";
import { waitUntil } from "@hivesync/testing/wait-until";
import { expect, onTestFinished, test } from "vitest";
import { startHeartbeatLoop } from "./heartbeat-loop.ts";
import { createLogger } from "./logger.ts";
import { connectRedis } from "./queue/connection.ts";
import { readHeartbeats } from "./worker-heartbeat.ts";

test("a worker stays on the list through an outage of Redis, says so once, and is off it at its end", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-redis-"));
  const cacheDirectory = path.join(import.meta.dirname, "../../../.hivesync/cache/redis");
  const program = await findRedisServer({ cacheDirectory });
  const start = (port: number) => startRedis({ program, directory, port, persistent: true });
  const first = await start(0);
  const redis = connectRedis({ url: first.url, use: "producer", onError: () => undefined });
  const isReady = () =>
    waitUntil(
      () => redis.status,
      (status) => status === "ready",
    );
  await isReady();
  let lines = "";
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines += chunk.toString();
      done();
    },
  });
  const heartbeat = startHeartbeatLoop({
    redis,
    redisPrefix: "p:",
    log: createLogger({ level: "info", service: "test", destination }),
    workerId: "cpu-1",
    describe: () => ({ kind: "cpu", host: "h", pid: 1, queues: ["a"], concurrency: 2, active: 1, version: "1" }),
  });
  const list = () => readHeartbeats(redis, "p:");
  const [worker] = await waitUntil(list, (workers) => workers.length === 1);
  expect(worker).toMatchObject({ id: "cpu-1", kind: "cpu", active: 1 });

  await first.stop();
  await waitUntil(
    () => lines,
    (text) => text.includes("heartbeat_failed"),
  );
  const second = await start(first.port);
  onTestFinished(async () => {
    redis.disconnect();
    await second.stop();
    await rm(directory, { recursive: true, force: true });
  });
  await waitUntil(
    () => lines,
    (text) => text.includes("heartbeat_resumed"),
  );
  expect(lines.match(/heartbeat_failed/g)).toHaveLength(1);
  await waitUntil(list, ([again]) => again !== undefined && again.last_seen > (worker?.last_seen ?? ""));
  await heartbeat.stop();
  expect(await list()).toEqual([]);
});
