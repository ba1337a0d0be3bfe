import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { connect as connectTcp } from "node:net";
import path from "node:path";
import { ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, test, vi } from "vitest";
import { bucket, connect, credentials, errorCodeOf, presignGet, presignPut, startTestStore } from "./test-store.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("base64");

const countObjects = async (s3: S3Client) => (await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount;

const putHello = (s3: S3Client) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: "key", Body: "hello" }));

type SentRequest = { headers: Record<string, string>; body: unknown };

/** Changes the requests of a client after they were signed, or before that: at "build". */
const tamper = (
  client: S3Client,
  change: (request: SentRequest) => void,
  step: "build" | "finalizeRequest" = "finalizeRequest",
): S3Client => {
  client.middlewareStack.add(
    (next) => (args) => {
      change((args as { request: SentRequest }).request);
      return next(args);
    },
    { step, priority: "low" } as { step: "finalizeRequest"; priority: "low" },
  );
  return client;
};

describe("requests signed in a header", () => {
  test("a request that is not signed is denied", async () => {
    const { store, s3 } = await startTestStore();
    await putHello(s3);
    for (const method of ["GET", "PUT", "DELETE", "POST"]) {
      const response = await fetch(`${store.endpoint}/${bucket}/key`, { method });
      expect([response.status, await errorCodeOf(response)]).toEqual([403, "AccessDenied"]);
    }
    expect((await fetch(`${store.endpoint}/${bucket}?list-type=2`)).status).toBe(403);
    expect(await countObjects(s3)).toBe(1);
  });

  test.each([
    ["of a key that is not known", { accessKeyId: "other", secretAccessKey: "x" }, "InvalidAccessKeyId"],
    ["made with another secret", { ...credentials, secretAccessKey: "other" }, "SignatureDoesNotMatch"],
  ])("a signature %s is refused", async (_, otherCredentials, name) => {
    const { store, s3 } = await startTestStore();
    await expect(putHello(connect(store.endpoint, { credentials: otherCredentials }))).rejects.toMatchObject({ name });
    expect(await countObjects(s3)).toBe(0);
  });

  test("a signature for another region is refused", async () => {
    const { store } = await startTestStore();
    const elsewhere = connect(store.endpoint, { region: "eu-central-1", followRegionRedirects: false });
    await expect(putHello(elsewhere)).rejects.toMatchObject({ name: "AuthorizationHeaderMalformed" });
  });

  test("a request from a clock that is 16 minutes off is refused", async () => {
    const { store } = await startTestStore();
    for (const systemClockOffset of [-16 * 60_000, 16 * 60_000]) {
      const client = connect(store.endpoint, { systemClockOffset });
      await expect(putHello(client)).rejects.toMatchObject({ name: "RequestTimeTooSkewed" });
    }
  });

  test("a body that is not the signed one is refused and not stored", async () => {
    const { store, s3 } = await startTestStore();
    const client = tamper(connect(store.endpoint), (request) => (request.body = "HELLO"));
    await expect(putHello(client)).rejects.toMatchObject({ name: "XAmzContentSHA256Mismatch" });
    expect(await countObjects(s3)).toBe(0);
  });

  test("a header of S3's that was not signed is refused", async () => {
    const { store, s3 } = await startTestStore();
    const client = tamper(connect(store.endpoint), ({ headers }) => (headers["x-amz-meta-added"] = "later"));
    await expect(putHello(client)).rejects.toMatchObject({ name: "AccessDenied" });
    expect(await countObjects(s3)).toBe(0);
  });

  test("a signed header that was changed is refused", async () => {
    const { store } = await startTestStore();
    const client = tamper(
      connect(store.endpoint),
      ({ headers }) => (headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"),
    );
    await expect(putHello(client)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });

  test("a chunked payload is refused as not implemented", async () => {
    const { store, s3 } = await startTestStore();
    const client = connect(store.endpoint);
    const payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    tamper(client, ({ headers }) => (headers["x-amz-content-sha256"] = payload), "build");
    await expect(putHello(client)).rejects.toMatchObject({ name: "NotImplemented" });
    expect(await countObjects(s3)).toBe(0);
  });
});

describe("presigned downloads", () => {
  test.each([
    ["the key", (url: string) => url.replace("/key?", "/other?")],
    ["the expiry", (url: string) => url.replace("X-Amz-Expires=900", "X-Amz-Expires=9000")],
    [
      "the signature",
      (url: string) =>
        url.replace(/X-Amz-Signature=./, (found) => `${found.slice(0, -1)}${found.endsWith("0") ? "1" : "0"}`),
    ],
    ["the query, by an addition", (url: string) => `${url}&response-content-type=text%2Fhtml`],
  ])("a URL in which %s was changed is refused", async (_, change) => {
    const { s3 } = await startTestStore();
    await putHello(s3);
    const url = await presignGet(s3, "key");
    expect(change(url)).not.toBe(url);
    expect(await (await fetch(url)).text()).toBe("hello");
    const response = await fetch(change(url));
    expect([response.status, await errorCodeOf(response)]).toEqual([403, "SignatureDoesNotMatch"]);
  });

  test("a URL for reading does not write or delete", async () => {
    const { s3 } = await startTestStore();
    await putHello(s3);
    const url = await presignGet(s3, "key");
    expect(await errorCodeOf(await fetch(url, { method: "PUT", body: "x" }))).toBe("SignatureDoesNotMatch");
    expect(await errorCodeOf(await fetch(url, { method: "DELETE" }))).toBe("SignatureDoesNotMatch");
  });

  test("a URL is of no use before its time and after it", async () => {
    const { s3 } = await startTestStore();
    await putHello(s3);
    const fetchSignedAt = async (offsetSeconds: number) => {
      const signingDate = new Date(Date.now() + offsetSeconds * 1_000);
      return (await fetch(await presignGet(s3, "key", { expiresIn: 60, signingDate }))).text();
    };
    expect(await fetchSignedAt(-30)).toBe("hello");
    expect(await fetchSignedAt(-90)).toContain("Request has expired");
    expect(await fetchSignedAt(16 * 60)).toContain("Request is not yet valid");
  });

  test("parameters out of their limits are refused", async () => {
    const { s3 } = await startTestStore();
    const url = await presignGet(s3, "key");
    for (const broken of [
      url.replace("X-Amz-Expires=900", "X-Amz-Expires=604801"),
      url.replace("X-Amz-Expires=900", "X-Amz-Expires=-1"),
      url.replace("AWS4-HMAC-SHA256", "AWS4-HMAC-MD5"),
      url.replace(/X-Amz-Date=[^&]+/, "X-Amz-Date=yesterday"),
      url.replace(/X-Amz-Credential=[^&]+/, "X-Amz-Credential=nobody"),
    ]) {
      const response = await fetch(broken);
      expect([response.status, await errorCodeOf(response)]).toEqual([400, "AuthorizationQueryParametersError"]);
    }
    expect(await errorCodeOf(await fetch(url.replace("/key?", "/%zz?")))).toBe("InvalidURI");
  });
});

describe("presigned uploads", () => {
  const upload = (s3: S3Client) => presignPut(s3, { key: "key", bytes: 5, sha256: sha256("hello") });

  test("the bytes that were announced are stored", async () => {
    const { s3 } = await startTestStore();
    const { url, headers } = await upload(s3);
    const response = await fetch(url, { method: "PUT", headers, body: "hello" });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-amz-checksum-sha256")).toBe(sha256("hello"));
    expect(await (await fetch(await presignGet(s3, "key"))).text()).toBe("hello");
  });

  test.each([
    { how: "of another length", body: "hello!", changed: {}, code: "SignatureDoesNotMatch" },
    { how: "with other bytes", body: "HELLO", changed: {}, code: "BadDigest" },
    {
      how: "with another checksum",
      body: "HELLO",
      changed: { "x-amz-checksum-sha256": sha256("HELLO") },
      code: "SignatureDoesNotMatch",
    },
    { how: "of another type", body: "hello", changed: { "content-type": "text/html" }, code: "SignatureDoesNotMatch" },
    { how: "with more metadata", body: "hello", changed: { "x-amz-meta-a": "b" }, code: "AccessDenied" },
  ])("an upload $how is refused and not stored", async ({ body, changed, code }) => {
    const { s3 } = await startTestStore();
    const { url, headers } = await upload(s3);
    const response = await fetch(url, { method: "PUT", headers: { ...headers, ...changed }, body });
    expect(await errorCodeOf(response)).toBe(code);
    expect(await countObjects(s3)).toBe(0);
  });

  test("an upload without its checksum is refused", async () => {
    const { s3 } = await startTestStore();
    const { url, headers } = await upload(s3);
    const { "x-amz-checksum-sha256": _, ...others } = headers;
    const response = await fetch(url, { method: "PUT", headers: others, body: "hello" });
    expect(await errorCodeOf(response)).toBe("SignatureDoesNotMatch");
    expect(await countObjects(s3)).toBe(0);
  });

  test("an upload that does not say its length is refused", async () => {
    const { s3 } = await startTestStore();
    const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket: bucket, Key: "key" }));
    const body = new Blob(["hello"]).stream();
    const response = await fetch(url, { method: "PUT", body, duplex: "half" });
    expect([response.status, await errorCodeOf(response)]).toEqual([411, "MissingContentLength"]);
  });

  test("an upload that breaks off leaves no object and no file", async () => {
    const { s3, store, directory } = await startTestStore();
    const { url, headers } = await upload(s3);
    const { pathname, search, host } = new URL(url);
    const lines = Object.entries({ host, "content-length": "5", ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    const socket = connectTcp(store.port, "127.0.0.1");
    socket.write(`PUT ${pathname}${search} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\nhel`);
    const incoming = path.join(directory, "incoming");
    await vi.waitFor(async () => expect(await readdir(incoming)).toHaveLength(1));
    socket.destroy();
    await vi.waitFor(async () => expect(await readdir(incoming)).toEqual([]));
    expect(await countObjects(s3)).toBe(0);
  });
});
