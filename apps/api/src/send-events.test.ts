import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { NotificationEvent } from "@hivesync/contracts/resources/notifications";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, expect, test, vi } from "vitest";
import { notify } from "#events/notify.ts";
import { openStream } from "#testing/open-stream.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const origin = new URL(await api.listen());

/** A client that asks for a stream and reads nothing of it until it is told to. */
async function openUnread(user: TestUser) {
  const socket = connect(Number(origin.port), origin.hostname);
  socket.pause();
  socket.write(
    `GET /api/v1/notifications/stream HTTP/1.1\r\nhost: ${origin.host}\r\nauthorization: Bearer ${user.token}\r\n\r\n`,
  );
  await waitUntil(
    () => api.deps.openStreams.count(),
    (count) => count === 1,
  );
  return socket;
}

test("a reader that does not read holds up nobody and takes no memory; when it reads it gets all of it, in order", async () => {
  const [slow, quick] = await Promise.all([api.register(), api.register()]);
  const socket = await openUnread(slow);
  await using other = await openStream<NotificationEvent>(`${origin.href}api/v1/notifications/stream`, quick);
  const padding = "x".repeat(60_000);
  const count = 300;
  for (let number = 1; number <= count; number += 1) {
    const data = { number, padding };
    await api.deps.transact((transaction) => notify(transaction, { user_id: slow.id, type: "preview_ready", data }));
  }
  await api.deps.transact((transaction) =>
    notify(transaction, { user_id: quick.id, type: "preview_ready", data: { number: 1 } }),
  );
  await other.waitForData(({ type }) => type === "notification");

  let received = "";
  socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
  socket.resume();
  await waitUntil(
    () => received.match(/"number":\d+/g)?.length ?? 0,
    (seen) => seen === count,
  );
  const numbers = [...received.matchAll(/"number":(\d+)/g)].map((match) => Number(match[1]));
  expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  socket.destroy();
  await waitUntil(
    () => api.deps.openStreams.count(),
    (open) => open <= 1,
  );
});

test("an idle stream gives a sign of life, so that no proxy takes it for dead", async () => {
  const user = await api.register();
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  try {
    await using stream = await openStream<NotificationEvent>(`${origin.href}api/v1/notifications/stream`, user);
    await stream.waitFor(1);
    vi.advanceTimersByTime(15_000);
    const comments = await waitUntil(
      () => stream.comments,
      (seen) => seen.length > 0,
    );
    expect(comments).toEqual(["alive"]);
  } finally {
    vi.useRealTimers();
  }
});

test("a shutdown waits for no stream, cuts it without a word, and its client goes on elsewhere with what it missed", async () => {
  const user = await api.register();
  const leaving = await startTestApi({}, api.stack);
  const stream = await openStream<NotificationEvent>(`${await leaving.listen()}/api/v1/notifications/stream`, user);
  await stream.waitFor(1);
  await leaving.drain();
  await leaving[Symbol.asyncDispose]();
  await waitUntil(stream.hasEnded, (ended) => ended);
  expect(stream.events.map(({ event }) => event)).toEqual([undefined]);
  await api.deps.transact((transaction) =>
    notify(transaction, { user_id: user.id, type: "preview_ready", data: { number: 1 } }),
  );
  await using next = await openStream<NotificationEvent>(`${origin.href}api/v1/notifications/stream`, {
    token: user.token,
    lastEventId: stream.lastEventId(),
  });
  await next.waitForData(({ type }) => type === "notification");
});

test("HEAD of a stream is no way to hold a connection open", async () => {
  const user = await api.register();
  const socket = connect(Number(origin.port), origin.hostname);
  socket.end(
    `HEAD /api/v1/notifications/stream HTTP/1.1\r\nhost: ${origin.host}\r\nauthorization: Bearer ${user.token}\r\nconnection: close\r\n\r\n`,
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 405 /);
});
