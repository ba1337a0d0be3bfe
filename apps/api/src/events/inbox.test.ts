import { AppError } from "@hivesync/platform/app-error";
import { expect, test } from "vitest";
import { createInbox } from "./inbox.ts";

interface Message {
  name?: string;
  number: number;
}

function open(capacity = 3) {
  const ending = new AbortController();
  const inbox = createInbox<Message>({ capacity, nameOf: ({ name }) => name, signal: ending.signal });
  return { inbox, ending };
}

test("what came before it was asked for is there, in order", async () => {
  const { inbox } = open();
  inbox.push({ number: 1 });
  inbox.push({ number: 2 });
  expect(await inbox.take()).toEqual({ messages: [{ number: 1 }, { number: 2 }], missed: false });
});

test("whoever waits is woken by the next message, by a hint, and by the end", async () => {
  const { inbox, ending } = open();
  const first = inbox.take();
  inbox.push({ number: 1 });
  expect(await first).toEqual({ messages: [{ number: 1 }], missed: false });
  const second = inbox.take();
  inbox.poke();
  expect(await second).toEqual({ messages: [], missed: true });
  const third = inbox.take();
  ending.abort();
  expect(await third).toBeUndefined();
});

test("of messages of one name only the newest is kept, at the place of the first", async () => {
  const { inbox } = open();
  inbox.push({ name: "a", number: 1 });
  inbox.push({ number: 2 });
  inbox.push({ name: "a", number: 3 });
  expect((await inbox.take())?.messages).toEqual([{ name: "a", number: 3 }, { number: 2 }]);
});

test("it never holds more than its capacity, and says that there was more", async () => {
  const { inbox } = open(2);
  for (let number = 0; number < 1_000; number += 1) inbox.push({ number });
  expect(await inbox.take()).toEqual({ messages: [{ number: 0 }, { number: 1 }], missed: true });
  inbox.push({ number: 1_000 });
  expect(await inbox.take()).toEqual({ messages: [{ number: 1_000 }], missed: false });
});

test("an end with a reason is thrown, also to whoever asks later", async () => {
  const { inbox, ending } = open();
  const reason = new AppError("AUTH_INVALID");
  const waiting = inbox.take();
  ending.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(inbox.take()).rejects.toBe(reason);
});
