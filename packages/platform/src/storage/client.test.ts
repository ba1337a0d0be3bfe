import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { startObjectStore } from "@hivesync/dev-services/object-store";
import { createTestStack } from "@hivesync/testing/test-stack";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { newId, sha256Hex } from "../ids.ts";
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

describe("an upload", () => {
  const content = randomBytes(300_000);
  const sha256 = sha256Hex(content);
  const contentType = "application/octet-stream";
  const { signal } = new AbortController();

  async function inFile<Result>(work: (file: string) => Promise<Result>): Promise<Result> {
    const folder = await mkdtemp(path.join(tmpdir(), "hivesync-upload-"));
    const file = path.join(folder, "content");
    await writeFile(file, content);
    try {
      return await work(file);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test("from memory or from a file arrives whole", async () => {
    const keys = [newKey(), newKey()] as const;
    await storage.upload(keys[0], { source: content, sha256, contentType, signal });
    await inFile((file) =>
      storage.upload(keys[1], { source: { file, size: content.length }, sha256, contentType, signal }),
    );
    for (const key of keys) expect(sha256Hex((await storage.get(key)) ?? "")).toBe(sha256);
  });

  test("of other bytes than its hash says is refused by the store, which keeps nothing", async () => {
    const wrong = sha256Hex("something else");
    const key = newKey();
    const memory = storage.upload(key, { source: content, sha256: wrong, contentType, signal });
    await expect(memory).rejects.toMatchObject({ name: "XAmzContentSHA256Mismatch" });
    await inFile((file) =>
      expect(
        storage.upload(key, { source: { file, size: content.length }, sha256: wrong, contentType, signal }),
      ).rejects.toMatchObject({ name: "XAmzContentSHA256Mismatch" }),
    );
    expect(await storage.head(key)).toBeUndefined();
  });

  test("that is called off ends with the reason to stop, and from a file is not tried again", async () => {
    const stopping = new AbortController();
    stopping.abort();
    await inFile(async (file) => {
      const source = { file, size: content.length };
      await expect(
        storage.upload(newKey(), { source, sha256, contentType, signal: stopping.signal }),
      ).rejects.toMatchObject({ name: "AbortError" });
    });
  });
});

describe("a store that fails for a moment", () => {
  test("is given a file again, from its beginning", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "hivesync-upload-"));
    const login = { accessKeyId: "key", secretAccessKey: "secret", bucket: "moment", region: "us-east-1" };
    const store = await startObjectStore({ directory: path.join(folder, "store"), port: 0, ...login });
    const own = openStorage({ ...login, endpoint: store.endpoint });
    const file = path.join(folder, "content");
    await writeFile(file, "content");
    store.faults.set({ mode: "error500", method: "PUT", times: 2 });
    const source = { file, size: 7 };
    const sha256 = sha256Hex("content");
    const { signal } = new AbortController();
    await own.upload("t/x/file", { source, sha256, contentType: "text/plain", signal });
    expect(Buffer.from((await own.get("t/x/file")) ?? []).toString()).toBe("content");
    own.close();
    await store.stop();
    await rm(folder, { recursive: true });
  });
});

describe("a file that cannot be read", () => {
  test("is that error, and stores nothing", async () => {
    const key = newKey();
    const source = { file: path.join(tmpdir(), newId()), size: 1 };
    const { signal } = new AbortController();
    await expect(
      storage.upload(key, { source, sha256: sha256Hex("x"), contentType: "text/plain", signal }),
    ).rejects.toMatchObject({ cause: { code: "ENOENT" } });
    expect(await storage.head(key)).toBeUndefined();
  });
});

/** A server that answers each request as the next of the answers says, and keeps what it was asked. */
async function startAnswering(...answers: { status: number; headers?: Record<string, string>; body?: string }[]) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const { status, headers = {}, body = "" } = answers[asked.length - 1] ?? { status: 500 };
    request.resume().once("end", () => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const own = openStorage({ ...stack.storage, endpoint: `http://127.0.0.1:${port}` });
  onTestFinished(() => {
    own.close();
    server.close();
  });
  return { own, asked };
}

describe("what may pass", () => {
  test.each([500, 502, 503, 429])("as %s, is asked for again, three times in all", async (status) => {
    const { own, asked } = await startAnswering({ status }, { status }, { status: 200, body: "there" });
    expect(Buffer.from((await own.get("t/x")) ?? []).toString()).toBe("there");
    expect(asked).toHaveLength(3);
    const failing = await startAnswering({ status }, { status }, { status }, { status: 200 });
    await expect(failing.own.head("t/x")).rejects.toMatchObject({ $metadata: { httpStatusCode: status } });
    expect(failing.asked).toHaveLength(3);
  });

  test("is not a refusal", async () => {
    const body = "<Error><Code>AccessDenied</Code><Message>Not yours.</Message></Error>";
    const { own, asked } = await startAnswering({ status: 403, body });
    await expect(own.put("t/x", "x", "text/plain")).rejects.toMatchObject({
      name: "AccessDenied",
      message: "Not yours.",
    });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ["says why", "<Error><Code>RequestTimeTooSkewed</Code></Error>"],
    ["does not", ""],
  ])("is a clock of ours that is wrong: the next requests are signed by the store's, which %s", async (_, body) => {
    const storeTime = new Date(Date.now() + 3_600_000);
    const headers = { date: storeTime.toUTCString() };
    const { own, asked } = await startAnswering({ status: 403, headers, body }, { status: 200 }, { status: 200 });
    await own.put("t/x", "x", "text/plain");
    await own.put("t/x", "x", "text/plain");
    const hours = asked.map((request) => String(request.headers["x-amz-date"]).slice(0, 11));
    const hour = storeTime.toISOString().replaceAll("-", "").slice(0, 11);
    expect(hours.slice(1)).toEqual([hour, hour]);
    expect(hours[0]).not.toBe(hour);
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
