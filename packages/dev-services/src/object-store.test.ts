import { readdir } from "node:fs/promises";
import path from "node:path";
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bucket, connect, errorCodeOf, presignGet, presignPut, startTestStore } from "./object-store/test-store.ts";

const put = (s3: S3Client, key: string, body: string) =>
  s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: body,
      // Named, because the SDK takes an empty body for a stream and warns.
      ContentLength: Buffer.byteLength(body),
      ContentType: "text/plain",
    }),
  );

const read = async (s3: S3Client, key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body?.transformToString();

const listKeys = async (s3: S3Client) =>
  (await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents?.map(({ Key }) => Key) ?? [];

describe("objects", () => {
  test("an object is read back with its bytes, type, disposition and metadata", async () => {
    const { s3 } = await startTestStore();
    const written = await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: "t/team/blobs/abc",
        Body: "hello",
        ContentType: "text/html; charset=utf-8",
        ContentDisposition: 'attachment; filename="a.html"',
        Metadata: { origin: "test" },
      }),
    );
    const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: "t/team/blobs/abc" }));
    expect(await found.Body?.transformToString()).toBe("hello");
    expect(found).toMatchObject({
      ContentType: "text/html; charset=utf-8",
      ContentDisposition: 'attachment; filename="a.html"',
      Metadata: { origin: "test" },
      ContentLength: 5,
      ETag: written.ETag,
    });
    expect(found.LastModified).toBeInstanceOf(Date);
  });

  test("an object, empty ones too, survives a restart of the store", async () => {
    const first = await startTestStore();
    await put(first.s3, "kept", "kept");
    await put(first.s3, "empty", "");
    await first.store.stop();
    const second = await startTestStore({ directory: first.directory });
    expect(await read(second.s3, "kept")).toBe("kept");
    expect(await read(second.s3, "empty")).toBe("");
    expect(await listKeys(second.s3)).toEqual(["empty", "kept"]);
  });

  test("a second upload replaces the first, unless it asks to be the first", async () => {
    const { s3 } = await startTestStore();
    await put(s3, "key", "one");
    await put(s3, "key", "two");
    const onlyNew = new PutObjectCommand({ Bucket: bucket, Key: "key", Body: "three", IfNoneMatch: "*" });
    await expect(s3.send(onlyNew)).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(await read(s3, "key")).toBe("two");
  });

  test("a deleted object is gone, and deleting it again is no error", async () => {
    const { s3 } = await startTestStore();
    await put(s3, "key", "value");
    const deletion = new DeleteObjectCommand({ Bucket: bucket, Key: "key" });
    await s3.send(deletion);
    await s3.send(deletion);
    await expect(read(s3, "key")).rejects.toMatchObject({ name: "NoSuchKey" });
    const head = new HeadObjectCommand({ Bucket: bucket, Key: "key" });
    await expect(s3.send(head)).rejects.toMatchObject({ name: "NotFound" });
  });

  test("many objects are deleted by one request, whatever characters their keys have", async () => {
    const { s3 } = await startTestStore();
    const keys = ["a&b", "<c>", "d'\"e", "f/ü/🐝"];
    for (const key of [...keys, "stays"]) await put(s3, key, "value");
    const objects = keys.map((Key) => ({ Key }));
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects } }));
    expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(keys);
    expect(await listKeys(s3)).toEqual(["stays"]);
  });

  test("the bucket is there, and no other is", async () => {
    const { s3 } = await startTestStore();
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    await expect(s3.send(new HeadBucketCommand({ Bucket: "other" }))).rejects.toMatchObject({ name: "NotFound" });
    const inOther = new GetObjectCommand({ Bucket: "other", Key: "key" });
    await expect(s3.send(inOther)).rejects.toMatchObject({ name: "NoSuchBucket" });
  });

  test("a client with the SDK's own checksum defaults reads and writes", async () => {
    const { store } = await startTestStore();
    const s3 = connect(store.endpoint, {
      requestChecksumCalculation: "WHEN_SUPPORTED",
      responseChecksumValidation: "WHEN_SUPPORTED",
    });
    const written = await put(s3, "key", "value");
    expect(written.ChecksumCRC32).toBeTypeOf("string");
    expect(await read(s3, "key")).toBe("value");
  });

  test("operations that it does not have are refused, not taken for others", async () => {
    const { s3 } = await startTestStore();
    const object = { Bucket: bucket, Key: "key" };
    await put(s3, "key", "value");
    const notImplemented = { name: "NotImplemented" };
    await expect(s3.send(new GetObjectAclCommand(object))).rejects.toMatchObject(notImplemented);
    await expect(s3.send(new CreateMultipartUploadCommand(object))).rejects.toMatchObject(notImplemented);
    await expect(s3.send(new ListObjectsCommand({ Bucket: bucket }))).rejects.toMatchObject(notImplemented);
    const copy = new CopyObjectCommand({ Bucket: bucket, Key: "copy", CopySource: `${bucket}/key` });
    await expect(s3.send(copy)).rejects.toMatchObject(notImplemented);
    expect(await listKeys(s3)).toEqual(["key"]);
  });

  test("an object above the size limit is refused and not stored", async () => {
    const { s3 } = await startTestStore({ maxObjectBytes: 10 });
    await put(s3, "small", "0123456789");
    await expect(put(s3, "large", "0123456789a")).rejects.toMatchObject({ name: "EntityTooLarge" });
    expect(await listKeys(s3)).toEqual(["small"]);
  });

  test("no key leads out of the store's directory, and every key is kept apart from all others", async () => {
    const { s3, directory } = await startTestStore();
    const hostile = ["../x", "../../etc/passwd", "/abs", "a/../b", "a//b", ".", "C:\\x", "%2e%2e/x", "a\0b", "A", "a"];
    const keyArbitrary = fc.oneof(
      fc.constantFrom(...hostile),
      fc.string({ unit: "binary", minLength: 1, maxLength: 40 }),
      fc.string({ unit: fc.constantFrom(".", "/", "\\", "%", "2", "f", "é"), minLength: 1, maxLength: 20 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(keyArbitrary, { minLength: 1, maxLength: 4 }), async (keys) => {
        for (const [index, key] of keys.entries()) await put(s3, key, `value ${index}`);
        for (const [index, key] of keys.entries()) expect(await read(s3, key)).toBe(`value ${index}`);
      }),
      { numRuns: 25 },
    );
    expect(await readdir(path.dirname(directory))).toEqual([path.basename(directory)]);
    expect((await readdir(directory)).sort()).toEqual(["incoming", "objects"]);
    expect(await readdir(path.join(directory, "incoming"))).toEqual([]);
  });
});

describe("downloads by presigned URL", () => {
  const fetchKey = async (s3: S3Client, headers: Record<string, string>) =>
    fetch(await presignGet(s3, "key"), { headers });

  const whole = { status: 200, body: "0123456789", contentRange: null };

  test.each([
    { range: "bytes=2-4", status: 206, body: "234", contentRange: "bytes 2-4/10" },
    { range: "bytes=7-", status: 206, body: "789", contentRange: "bytes 7-9/10" },
    { range: "bytes=-3", status: 206, body: "789", contentRange: "bytes 7-9/10" },
    { range: "bytes=0-99", status: 206, body: "0123456789", contentRange: "bytes 0-9/10" },
    { range: "bytes=0-0,2-2", ...whole },
    { range: "lines=1-2", ...whole },
  ])("Range: $range is answered with $status", async ({ range, status, body, contentRange }) => {
    const { s3 } = await startTestStore();
    await put(s3, "key", "0123456789");
    const response = await fetchKey(s3, { range });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body);
    expect(response.headers.get("content-range")).toBe(contentRange);
  });

  test("a range behind the end is answered with 416 and the size", async () => {
    const { s3 } = await startTestStore();
    await put(s3, "key", "0123456789");
    const response = await fetchKey(s3, { range: "bytes=10-" });
    expect(response.status).toBe(416);
    expect(response.headers.get("content-range")).toBe("bytes */10");
    expect(await errorCodeOf(response)).toBe("InvalidRange");
  });

  test("what the client has already is not sent again", async () => {
    const { s3 } = await startTestStore();
    const { ETag = "" } = await put(s3, "key", "value");
    const unchanged = await fetchKey(s3, { "if-none-match": ETag });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, ""]);
    expect((await fetchKey(s3, { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("type and disposition of the answer are those that were signed, and no others", async () => {
    const { s3 } = await startTestStore();
    await put(s3, "key", "value");
    const url = await getSignedUrl(
      s3,
      new GetObjectCommand({
        Bucket: bucket,
        Key: "key",
        ResponseContentType: "text/html",
        ResponseContentDisposition: "inline",
      }),
    );
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(response.headers.get("content-disposition")).toBe("inline");
    const changed = await fetch(url.replace("=inline", "=attachment"));
    expect(await errorCodeOf(changed)).toBe("SignatureDoesNotMatch");
  });
});

describe("lists", () => {
  test("pages follow each other until all keys of the prefix were given once, in order", async () => {
    const { s3 } = await startTestStore();
    const keys = Array.from({ length: 7 }, (_, index) => `p/${index}`);
    for (const key of [...keys, "other"]) await put(s3, key, key);
    const found: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: "p/", MaxKeys: 3, ContinuationToken: token }),
      );
      expect(page.KeyCount).toBeLessThanOrEqual(3);
      found.push(...(page.Contents ?? []).map(({ Key }) => Key));
      token = page.NextContinuationToken;
      expect(page.IsTruncated).toBe(token !== undefined);
    } while (token !== undefined);
    expect(found).toEqual(keys);
  });

  test("a delimiter gathers keys into common prefixes", async () => {
    const { s3 } = await startTestStore();
    for (const key of ["a/1", "a/2", "b", "c/1"]) await put(s3, key, key);
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Delimiter: "/" }));
    expect(page.CommonPrefixes).toEqual([{ Prefix: "a/" }, { Prefix: "c/" }]);
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(["b"]);
  });
});

describe("pages of other origins", () => {
  const preflight = (url: string, origin: string, method = "PUT") =>
    fetch(url, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "content-type,x-amz-checksum-sha256",
      },
    });

  test("an allowed origin may ask, upload and read", async () => {
    const origin = "http://localhost:4000";
    const { s3 } = await startTestStore({ corsOrigins: [origin] });
    const upload = await presignPut(s3, {
      key: "key",
      bytes: 5,
      sha256: "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
    });
    const asked = await preflight(upload.url, origin);
    expect(asked.status).toBe(200);
    expect(asked.headers.get("access-control-allow-origin")).toBe(origin);
    expect(asked.headers.get("access-control-allow-headers")).toBe("content-type,x-amz-checksum-sha256");
    const uploaded = await fetch(upload.url, {
      method: "PUT",
      headers: { ...upload.headers, origin },
      body: "hello",
    });
    expect(uploaded.status).toBe(200);
    expect(uploaded.headers.get("access-control-allow-origin")).toBe(origin);
    const missing = await fetch(await presignGet(s3, "missing"), { headers: { origin } });
    expect(missing.headers.get("access-control-allow-origin")).toBe(origin);
  });

  test.each([
    { who: "another origin", corsOrigins: ["http://localhost:4000"], origin: "http://evil.example", status: 403 },
    { who: "null under an allow-list", corsOrigins: ["http://localhost:4000"], origin: "null", status: 403 },
    { who: "null under *", corsOrigins: ["*"], origin: "null", status: 403 },
    { who: "null where it is allowed", corsOrigins: ["null"], origin: "null", status: 200 },
    { who: "any origin under *", corsOrigins: ["*"], origin: "http://any.example", status: 200 },
  ])("$who is answered with $status", async ({ corsOrigins, origin, status }) => {
    const { s3 } = await startTestStore({ corsOrigins });
    await put(s3, "key", "value");
    const url = await presignGet(s3, "key");
    expect((await preflight(url, origin, "GET")).status).toBe(status);
    const response = await fetch(url, { headers: { origin } });
    expect(response.headers.get("access-control-allow-origin")).toBe(status === 200 ? origin : null);
  });

  test("an allowed origin may not delete from a page", async () => {
    const { s3 } = await startTestStore({ corsOrigins: ["http://localhost:4000"] });
    expect((await preflight(await presignGet(s3, "key"), "http://localhost:4000", "DELETE")).status).toBe(403);
  });
});

describe("faults", () => {
  test("error500 fails as many requests as it was told to, of its method and prefix only", async () => {
    const { store, s3 } = await startTestStore();
    store.faults.set({ mode: "error500", method: "PUT", keyPrefix: "a/", times: 2 });
    await put(s3, "b/1", "value");
    await expect(put(s3, "a/1", "value")).rejects.toMatchObject({ name: "InternalError" });
    await expect(put(s3, "a/1", "value")).rejects.toMatchObject({ name: "InternalError" });
    await put(s3, "a/1", "value");
    expect(await listKeys(s3)).toEqual(["a/1", "b/1"]);
  });

  test("down cuts every connection until it is cleared", async () => {
    const { store, s3 } = await startTestStore();
    await put(s3, "key", "value");
    store.faults.set({ mode: "down" });
    await expect(read(s3, "key")).rejects.toMatchObject({ code: "ECONNRESET" });
    store.faults.clear();
    expect(await read(s3, "key")).toBe("value");
  });

  test("truncate breaks a download off in the middle and stores nothing of an upload", async () => {
    const { store, s3 } = await startTestStore();
    await put(s3, "key", "0123456789");
    store.faults.set({ mode: "truncate" });
    const response = await fetch(await presignGet(s3, "key"));
    expect(response.headers.get("content-length")).toBe("10");
    await expect(response.text()).rejects.toThrow("terminated");
    await expect(put(s3, "other", "value")).rejects.toMatchObject({ code: "ECONNRESET" });
    store.faults.clear();
    expect(await listKeys(s3)).toEqual(["key"]);
  });

  test("slow holds an answer back, and a stop of the store does not wait for it", async () => {
    const { store, s3 } = await startTestStore();
    await put(s3, "key", "value");
    store.faults.set({ mode: "slow", delayMs: 5, times: 1 });
    expect(await read(s3, "key")).toBe("value");
    store.faults.set({ mode: "slow", delayMs: 3_600_000 });
    const held = read(s3, "key").catch((error: unknown) => error);
    await store.stop();
    expect(await held).toMatchObject({ code: expect.stringMatching(/ECONNRE/) });
  });
});
