import { startTcpProxy } from "@hivesync/testing/tcp-proxy";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, expect, test } from "vitest";
import { newId } from "../ids.ts";
import { createLogger } from "../logger.ts";
import { connectRedis } from "../queue/connection.ts";
import { createEventBus } from "./event-bus.ts";
import { everyone } from "./topics.ts";

const stack = await createTestStack();
const closers: (() => void)[] = [];
const lines: string[] = [];

afterAll(async () => {
  for (const close of closers) close();
  await stack[Symbol.asyncDispose]();
});

/** The bus of one process, over an address of Redis. */
async function openBus(url = stack.redisUrl) {
  const onError = (): void => undefined;
  const publisher = connectRedis({ url, use: "producer", onError });
  const subscriber = connectRedis({ url, use: "subscriber", onError });
  closers.push(() => {
    publisher.disconnect();
    subscriber.disconnect();
  });
  await waitUntil(
    () => [publisher.status, subscriber.status],
    (states) => states.every((state) => state === "ready"),
  );
  const log = createLogger({ level: "debug", service: "test", destination: { write: (line) => lines.push(line) } });
  return { publisher, subscriber, bus: createEventBus({ publisher, subscriber, redisPrefix: stack.redisPrefix, log }) };
}

const cancelled = (jobId: string) => ({ topic: "cancel" as const, key: everyone, message: { job_id: jobId } });

async function listen(bus: Awaited<ReturnType<typeof openBus>>["bus"]) {
  const heard: string[] = [];
  const subscription = bus.subscribe({ name: "cancel", key: everyone }, (message) => heard.push(message.job_id));
  await subscription.ready;
  return { heard, unsubscribe: subscription.unsubscribe };
}

test("what one process says every listener of every process hears, in order", async () => {
  const [one, two] = [await openBus(), await openBus()];
  const listeners = [await listen(one.bus), await listen(one.bus), await listen(two.bus)];
  const ids = [newId(), newId(), newId()];
  one.bus.publish(ids.map(cancelled));
  for (const { heard } of listeners)
    await waitUntil(
      () => heard,
      () => heard.length === ids.length,
    );
  for (const { heard } of listeners) expect(heard).toEqual(ids);
});

test("whoever has stopped listening hears nothing, and the last one to do so ends the subscription", async () => {
  const { bus, publisher } = await openBus();
  const [first, second] = [await listen(bus), await listen(bus)];
  first.unsubscribe();
  first.unsubscribe();
  const id = newId();
  bus.publish([cancelled(id)]);
  await waitUntil(
    () => second.heard,
    (heard) => heard.includes(id),
  );
  expect(first.heard).toEqual([]);
  second.unsubscribe();
  const address = `${stack.redisPrefix}events:user:${id}`;
  const own = bus.subscribe({ name: "user", key: id }, () => undefined);
  await own.ready;
  expect(await publisher.pubsub("NUMSUB", address)).toEqual([address, 1]);
  own.unsubscribe();
  await waitUntil(
    () => publisher.pubsub("NUMSUB", address),
    (counts) => counts[1] === 0,
  );
});

test("a message that is none of ours is noted and harms nobody", async () => {
  const { bus, publisher } = await openBus();
  const { heard } = await listen(bus);
  const address = `${stack.redisPrefix}events:cancel:${everyone}`;
  for (const text of ["{", "{}", '{"job_id":7}']) await publisher.publish(address, text);
  const id = newId();
  bus.publish([cancelled(id)]);
  await waitUntil(
    () => heard,
    () => heard.length > 0,
  );
  expect(heard).toEqual([id]);
  expect(lines.filter((line) => line.includes("event_unreadable")).length).toBeGreaterThanOrEqual(3);
});

test("after a lost connection it listens again by itself, and says that there was a gap", async () => {
  await using proxy = await startTcpProxy(new URL(stack.redisUrl));
  const address = new URL(stack.redisUrl);
  address.port = String(proxy.port);
  const [steady, shaky] = [await openBus(), await openBus(address.href)];
  const { heard } = await listen(shaky.bus);
  let gaps = 0;
  const stop = shaky.bus.onGap(() => (gaps += 1));
  proxy.cut();
  await waitUntil(
    () => gaps,
    (count) => count === 1,
  );
  const id = newId();
  await waitUntil(
    () => {
      steady.bus.publish([cancelled(id)]);
      return heard;
    },
    (ids) => ids.includes(id),
  );
  stop();
  expect(gaps).toBe(1);
});

test("while Redis is away publishing throws nothing, and a place among the listeners is had all the same", async () => {
  await using proxy = await startTcpProxy(new URL(stack.redisUrl));
  const address = new URL(stack.redisUrl);
  address.port = String(proxy.port);
  const { bus } = await openBus(address.href);
  await proxy.refuse();
  bus.publish([cancelled(newId())]);
  const { heard, unsubscribe } = await listen(bus);
  expect(heard).toEqual([]);
  unsubscribe();
});
