import { startTcpProxy } from "@hivesync/testing/tcp-proxy";
import { waitUntil } from "@hivesync/testing/wait-until";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { newId } from "../ids.ts";
import { connectRedis, type RedisUse } from "./connection.ts";

const redisUrl = inject("hivesync").redisUrl;

/** A connection through a proxy of its own, with the errors that it told of. */
async function connectThroughProxy(use: RedisUse) {
  const proxy = await startTcpProxy(new URL(redisUrl));
  const errors: Error[] = [];
  const url = `redis://127.0.0.1:${proxy.port}`;
  const redis = connectRedis({ url, use, silenceMs: 300, onError: (error) => errors.push(error) });
  onTestFinished(async () => {
    redis.disconnect();
    await proxy[Symbol.asyncDispose]();
  });
  await waitUntil(
    () => redis.status,
    (status) => status === "ready",
  );
  return { proxy, redis, errors };
}

describe("a connection whose peer falls silent without closing it", () => {
  test("of a producer is replaced as soon as something was asked in vain", async () => {
    const { proxy, redis, errors } = await connectThroughProxy("producer");
    proxy.freeze();
    await expect(redis.ping()).rejects.toBeInstanceOf(Error);
    proxy.thaw();
    await waitUntil(
      () => redis.ping().catch(() => "away"),
      (answer) => answer === "PONG",
    );
    expect(errors.map(({ message }) => message).join()).toContain("Socket timeout");
  });

  test("of a worker is replaced, and what it waited for is asked again", async () => {
    const { proxy, redis } = await connectThroughProxy("worker");
    const [list, other] = [newId(), connectRedis({ url: redisUrl, use: "worker", onError: () => undefined })];
    onTestFinished(() => other.disconnect());
    proxy.freeze();
    const popped = redis.blpop(list, 20);
    await waitUntil(
      () => redis.status,
      (status) => status !== "ready",
    );
    proxy.thaw();
    await other.rpush(list, "job");
    expect(await popped).toEqual([list, "job"]);
  });

  test("of a subscriber, which asks nothing, is replaced too, and hears again", async () => {
    const { proxy, redis } = await connectThroughProxy("subscriber");
    const [channel, publisher] = [newId(), connectRedis({ url: redisUrl, use: "worker", onError: () => undefined })];
    onTestFinished(() => publisher.disconnect());
    const heard: string[] = [];
    redis.on("message", (_channel: string, message: string) => heard.push(message));
    await redis.subscribe(channel);
    await publisher.publish(channel, "before");
    await waitUntil(
      () => heard,
      (messages) => messages.includes("before"),
    );
    proxy.freeze();
    await waitUntil(
      () => redis.status,
      (status) => status !== "ready",
    );
    proxy.thaw();
    await waitUntil(
      () => publisher.publish(channel, "after"),
      (listeners) => listeners > 0,
    );
    await waitUntil(
      () => heard.length,
      (count) => count > 1,
    );
    expect(new Set(heard)).toEqual(new Set(["before", "after"]));
  });
});
