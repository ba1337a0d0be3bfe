import { createTestStack } from "@hivesync/testing/test-stack";
import { afterAll, describe, expect, test } from "vitest";
import { newId, sha256Hex } from "../ids.ts";
import { openStorage } from "./client.ts";
import { createPresigner } from "./presign.ts";

const stack = await createTestStack();
const storage = openStorage(stack.storage);
const presigner = createPresigner(stack.storage);
afterAll(async () => {
  storage.close();
  await stack[Symbol.asyncDispose]();
});

async function status(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  await response.arrayBuffer();
  return response.status;
}

describe("an upload", () => {
  const content = "exactly these bytes";
  const file = { size: Buffer.byteLength(content), sha256: sha256Hex(content) };

  test("takes the file that it was made for, without credentials, for ten minutes", async () => {
    const key = `t/${newId()}/blobs/${file.sha256}`;
    const { url, headers } = await presigner.put(key, file);
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("600");
    expect(await status(url, { method: "PUT", headers, body: content })).toBe(200);
    expect(Buffer.from((await storage.get(key)) ?? []).toString()).toBe(content);
  });

  test("leaves content-length to the client, which some refuse to be told", async () => {
    const { headers } = await presigner.put("t/x/blobs/y", file);
    expect(Object.keys(headers).sort()).toEqual(["content-type", "x-amz-checksum-sha256"]);
  });

  test("takes nothing else: other bytes, another size, another key, another type, no checksum", async () => {
    const key = `t/${newId()}/blobs/${file.sha256}`;
    const { url, headers } = await presigner.put(key, file);
    const refused = [
      await status(url, { method: "PUT", headers, body: "x".repeat(file.size) }),
      await status(url, { method: "PUT", headers, body: `${content}!` }),
      await status(url.replace("/blobs/", "/other/"), { method: "PUT", headers, body: content }),
      await status(url, { method: "PUT", headers: { ...headers, "content-type": "text/html" }, body: content }),
      await status(url, { method: "PUT", headers: { "content-type": "application/octet-stream" }, body: content }),
      await status(url.replace("X-Amz-Expires=600", "X-Amz-Expires=86400"), { method: "PUT", headers, body: content }),
      await status(url, { method: "GET" }),
      await status(url, { method: "DELETE" }),
    ];
    for (const code of refused) expect([400, 403]).toContain(code);
    expect(await storage.head(key)).toBeUndefined();
  });

  test("of an empty file is one too", async () => {
    const key = `t/${newId()}/blobs/empty`;
    const { url, headers } = await presigner.put(key, { size: 0, sha256: sha256Hex("") });
    expect(await status(url, { method: "PUT", headers, body: "" })).toBe(200);
    expect(await storage.head(key)).toMatchObject({ size: 0 });
  });
});

describe("a link", () => {
  test("shows a page inline as HTML and everything else as an attachment, for five minutes", async () => {
    const key = `t/${newId()}/page`;
    await storage.put(key, "<p>x", "application/octet-stream");
    const page = await fetch(await presigner.get(key, "page"));
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-disposition")).toBe("inline");
    const attachment = await fetch(await presigner.get(key, "attachment"));
    expect(attachment.headers.get("content-disposition")).toBe("attachment");
    expect(new URL(attachment.url).searchParams.get("X-Amz-Expires")).toBe("300");
    await Promise.all([page.text(), attachment.text()]);
  });

  test("opens its own object in its own way alone", async () => {
    const key = `t/${newId()}/page`;
    await storage.put(key, "<p>x", "text/html");
    await storage.put(`${key}2`, "<p>x", "text/html");
    const url = await presigner.get(key, "attachment");
    expect(await status(url)).toBe(200);
    expect(await status(url.replace(key, `${key}2`))).toBe(403);
    expect(await status(url.replace("=attachment", "=inline"))).toBe(403);
    expect(await status(url, { method: "PUT", body: "x" })).toBe(403);
  });

  test("names the endpoint that clients reach", async () => {
    const outside = createPresigner({ ...stack.storage, publicEndpoint: "https://files.example:8443" });
    expect(new URL(await outside.get("a", "page")).origin).toBe("https://files.example:8443");
    expect(new URL((await outside.put("a", { size: 1, sha256: sha256Hex("a") })).url).origin).toBe(
      "https://files.example:8443",
    );
  });
});
