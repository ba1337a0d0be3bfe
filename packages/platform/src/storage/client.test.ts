import { text } from "node:stream/consumers";
import { createTestStack } from "@hivesync/testing/test-stack";
import { afterAll, describe, expect, test } from "vitest";
import { newId } from "../ids.ts";
import { openStorage } from "./client.ts";

const stack = await createTestStack();
const storage = openStorage(stack.storage);
afterAll(async () => {
  storage.close();
  await stack[Symbol.asyncDispose]();
});
const newKey = (): string => `t/${newId()}/file`;

describe("an object", () => {
  test.each(["", "text", "\0\u00ff🐝", "x".repeat(300_000)])(
    "comes back whole, however it is read",
    async (content) => {
      const key = newKey();
      await storage.put(key, content, "text/plain");
      expect(await storage.head(key)).toEqual({ size: Buffer.byteLength(content), contentType: "text/plain" });
      expect(Buffer.from((await storage.get(key)) ?? []).toString()).toBe(content);
      const stream = await storage.read(key);
      expect(stream && (await text(stream))).toBe(content);
    },
  );

  test("is replaced by a later one under its key", async () => {
    const key = newKey();
    await storage.put(key, "first", "text/plain");
    await storage.put(key, "second", "text/html");
    expect(Buffer.from((await storage.get(key)) ?? []).toString()).toBe("second");
  });

  test("that is not there is undefined, in every way of asking", async () => {
    const key = newKey();
    expect([await storage.head(key), await storage.get(key), await storage.read(key)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("may have any character in its key", async () => {
    const key = `${newKey()}/a b+c&d=é?#%25.txt`;
    await storage.put(key, "odd", "text/plain");
    expect(Buffer.from((await storage.get(key)) ?? []).toString()).toBe("odd");
    await storage.delete([key]);
    expect(await storage.head(key)).toBeUndefined();
  });
});

describe("deleting", () => {
  test("more than one request holds, those that are not there among them, leaves no other object out", async () => {
    const there = Array.from({ length: 3 }, newKey);
    const kept = newKey();
    for (const key of [...there, kept]) await storage.put(key, "x", "text/plain");
    await storage.delete([...there, ...Array.from({ length: 1_001 }, newKey)]);
    for (const key of there) expect(await storage.head(key)).toBeUndefined();
    expect(await storage.head(kept)).toBeDefined();
  });

  test("nothing is no request at all", async () => {
    await expect(storage.delete([])).resolves.toBeUndefined();
  });
});

describe("a store that refuses or is away", () => {
  test("is an error and never an absent object", async () => {
    const wrong = openStorage({ ...stack.storage, secretAccessKey: "another" });
    await expect(wrong.get(newKey())).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(wrong.head(newKey())).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    const away = openStorage({ ...stack.storage, endpoint: "http://127.0.0.1:1" });
    await expect(away.head(newKey())).rejects.toMatchObject({ code: "ECONNREFUSED" });
    wrong.close();
    away.close();
  });

  test("a reading that is no longer wanted ends with its signal", async () => {
    const key = newKey();
    await storage.put(key, "x", "text/plain");
    await expect(storage.get(key, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});
