import { execFileSync, spawn } from "node:child_process";
import { request as httpRequest } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { errorTable, type ErrorCode } from "@hivesync/contracts/errors";
import { afterAll, describe, expect, test } from "vitest";
import { startTestApi } from "#testing/start-test-api.ts";

// A client that is refused while it still sends must be able to read why, and not find its connection reset.

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();
const user = await api.register();
const mebibyte = 1024 * 1024;

interface Sent {
  path: string;
  headers: Record<string, string>;
  bytes: number;
  /** Whether the length is told before, or the body comes in chunks. */
  isChunked: boolean;
}

interface Received {
  status: number;
  requestId: unknown;
  body: string;
}

/** The body, as it is made while it is sent. */
function* piecesOf(bytes: number): Generator<Buffer> {
  const piece = Buffer.alloc(64 * 1024, "x");
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece.subarray(0, Math.min(piece.length, bytes - sent));
}

async function byFetch(sent: Sent): Promise<Received> {
  const body = sent.isChunked ? Readable.toWeb(Readable.from(piecesOf(sent.bytes))) : Buffer.alloc(sent.bytes, "x");
  const init = { method: "POST", headers: sent.headers, body, duplex: "half" } as RequestInit;
  const response = await fetch(origin + sent.path, init);
  return { status: response.status, requestId: response.headers.get("x-request-id"), body: await response.text() };
}

function byNodeHttp(sent: Sent): Promise<Received> {
  return new Promise((resolve, reject) => {
    const length: Record<string, string> = sent.isChunked ? {} : { "content-length": String(sent.bytes) };
    const headers = { ...sent.headers, ...length };
    const request = httpRequest(origin + sent.path, { method: "POST", headers }, (response) => {
      const requestId = response.headers["x-request-id"];
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, requestId, body }), reject);
    });
    request.on("error", reject);
    Readable.from(piecesOf(sent.bytes)).pipe(request);
  });
}

async function byCurl(sent: Sent): Promise<Received> {
  const headers = Object.entries(sent.headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const given = sent.isChunked ? ["-T", "-"] : ["--data-binary", "@-"];
  const curl = spawn("curl", ["-sS", "-i", "-X", "POST", "-H", "Expect:", ...headers, ...given, origin + sent.path]);
  // It stops reading once it has been answered.
  curl.stdin.on("error", () => undefined);
  Readable.from(piecesOf(sent.bytes)).pipe(curl.stdin);
  const [printed, failures] = await Promise.all([text(curl.stdout), text(curl.stderr)]);
  expect(failures).toBe("");
  const [head = "", body = ""] = printed.split("\r\n\r\n");
  return {
    status: Number(head.split(" ")[1]),
    requestId: /^x-request-id: (.*)$/im.exec(head)?.[1],
    body,
  };
}

function hasCurl(): boolean {
  try {
    execFileSync("curl", ["--version"]);
    return true;
  } catch {
    return false;
  }
}

const clients = { fetch: byFetch, "node:http": byNodeHttp, ...(hasCurl() ? { curl: byCurl } : {}) };

const json = { "content-type": "application/json" };
const asUser = { ...json, authorization: `Bearer ${user.token}` };
const refused: [what: string, code: ErrorCode, sent: Pick<Sent, "path" | "headers"> & { mebibytes: number }][] = [
  ["a body beyond 1 MiB", "PAYLOAD_TOO_LARGE", { path: "/api/v1/projects", headers: asUser, mebibytes: 40 }],
  [
    "a body beyond 1 MiB of someone unknown",
    "PAYLOAD_TOO_LARGE",
    { path: "/api/v1/projects", headers: json, mebibytes: 40 },
  ],
  [
    "a manifest beyond 16 MiB",
    "PAYLOAD_TOO_LARGE",
    { path: "/api/v1/preview/request", headers: asUser, mebibytes: 40 },
  ],
  ["a stranger's manifest", "AUTH_INVALID", { path: "/api/v1/preview/request", headers: json, mebibytes: 40 }],
  ["a callback", "PAYLOAD_TOO_LARGE", { path: "/api/v1/preview/callback", headers: json, mebibytes: 40 }],
  ["an address that is not there", "NOT_FOUND", { path: "/api/v1/nowhere", headers: json, mebibytes: 40 }],
  ["an address that takes no body", "METHOD_NOT_ALLOWED", { path: "/api/v1/health", headers: json, mebibytes: 40 }],
  ["a closed address", "FORBIDDEN", { path: "/api/v1/admin/users", headers: asUser, mebibytes: 40 }],
  [
    "another type",
    "UNSUPPORTED_MEDIA_TYPE",
    { path: "/api/v1/projects", headers: { ...asUser, "content-type": "text/plain" }, mebibytes: 40 },
  ],
  [
    "a compressed body",
    "UNSUPPORTED_MEDIA_TYPE",
    { path: "/api/v1/projects", headers: { ...asUser, "content-encoding": "gzip" }, mebibytes: 40 },
  ],
  [
    "a call of tRPC beyond 1 MiB",
    "PAYLOAD_TOO_LARGE",
    { path: "/trpc/projects.create", headers: asUser, mebibytes: 2 },
  ],
  [
    "a call of tRPC beyond 16 MiB",
    "PAYLOAD_TOO_LARGE",
    { path: "/trpc/projects.create", headers: asUser, mebibytes: 40 },
  ],
  [
    "a manifest over tRPC beyond 16 MiB",
    "PAYLOAD_TOO_LARGE",
    { path: "/trpc/previews.request", headers: asUser, mebibytes: 40 },
  ],
  ["a stranger's call of tRPC", "AUTH_INVALID", { path: "/trpc/previews.request", headers: json, mebibytes: 40 }],
];

function codeIn(body: string): unknown {
  const { error } = JSON.parse(body) as { error: { code: unknown; data?: { code: unknown } } };
  return error.data?.code ?? error.code;
}

describe.each(Object.entries(clients))("%s reads the refusal of", (_, send) => {
  test.each(refused)("%s: %s", async (_what, code, { path, headers, mebibytes }) => {
    for (const isChunked of [false, true]) {
      const answer = await send({ path, headers, bytes: mebibytes * mebibyte, isChunked });
      expect({ ...answer, body: codeIn(answer.body) }).toEqual({
        status: errorTable[code].status,
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        body: code,
      });
    }
  });
});
