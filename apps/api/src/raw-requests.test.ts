import { connect } from "node:net";
import type { ErrorCode } from "@hivesync/contracts/errors";
import { errorTable } from "@hivesync/contracts/errors";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { readTables } from "#testing/expect-refusal.ts";
import { openStream } from "#testing/open-stream.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { createServer } from "./server.ts";

// Bytes on a socket: what no well-behaved client sends, and what proxies and attackers do.

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const origin = await api.listen();
const user = await api.register();
const requestId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
beforeEach(() => void api.deps.redis.del(`${api.stack.redisPrefix}rate_limit:${user.id}:general`));

interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

function parseHead(head: string): Omit<RawAnswer, "body"> {
  const [first = "", ...lines] = head.split("\r\n");
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status: Number(first.split(" ")[1]), headers: new Map(fields) };
}

/** The answers in what came over one connection; each tells its length. */
function parseAnswers(text: string): RawAnswer[] {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return [];
  const head = parseHead(text.slice(0, end));
  const length = Number(head.headers.get("content-length") ?? 0);
  const body = text.slice(end + 4, end + 4 + length);
  return [{ ...head, body }, ...parseAnswers(text.slice(end + 4 + length))];
}

/** Sends bytes and reads until the server closes the connection. `isAll` says that the client sends no more, by closing its half. */
function exchange(bytes: string | Buffer, isAll = false): Promise<RawAnswer[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), "127.0.0.1", () =>
      isAll ? socket.end(bytes) : socket.write(bytes),
    );
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("close", () => resolve(parseAnswers(Buffer.concat(chunks).toString())));
    socket.on("error", reject);
  });
}

function expectEnvelope(answer: RawAnswer | undefined, code: ErrorCode): void {
  expect(answer?.status).toBe(errorTable[code].status);
  expect(answer?.headers.get("x-request-id")).toMatch(requestId);
  expect(answer?.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(JSON.parse(answer?.body ?? "")).toMatchObject({ ok: false, data: null, error: { code } });
}

const host = "host: x\r\n";
const close = "connection: close\r\n";
const asUser = `authorization: Bearer ${user.token}\r\ncontent-type: application/json\r\n`;
const get = (path: string, headers = ""): string => `GET ${path} HTTP/1.1\r\n${host}${close}${headers}\r\n`;
const post = (headers: string, body: string): string =>
  `POST /api/v1/projects HTTP/1.1\r\n${host}${asUser}${headers}\r\n${body}`;
const project = '{"name":"x"}';
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, n) => line(n)).join("");

describe("what cannot be read as a request gets the envelope, and does nothing", () => {
  const unreadable: [string, string | Buffer][] = [
    ["no HTTP", "hello\r\n\r\n"],
    ["HTTP/2 without an upgrade", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a method that HTTP has not", `FOO /health HTTP/1.1\r\n${host}\r\n`],
    ["a method in lower case", `get /health HTTP/1.1\r\n${host}\r\n`],
    ["CONNECT, as to a proxy", `CONNECT other.example:80 HTTP/1.1\r\n${host}\r\n`],
    ["an address with a blank", `GET /a b HTTP/1.1\r\n${host}\r\n`],
    ["an address in raw UTF-8", Buffer.from(`GET /api/v1/projécts HTTP/1.1\r\n${host}\r\n`)],
    ["an address longer than all headers may be", get(`/${"x".repeat(20_000)}`)],
    [
      "more headers than fit",
      get(
        "/health",
        many(3_000, (index) => `a${index}: b\r\n`),
      ),
    ],
    ["a header's name with a blank", get("/health", "bad header: x\r\n")],
    ["bare line feeds", "GET /health HTTP/1.1\nhost: x\n\n"],
    ["no Host", `GET /health HTTP/1.1\r\n${close}\r\n`],
    [
      "both Content-Length and Transfer-Encoding",
      post("content-length: 12\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n"),
    ],
    ["two lengths", post("content-length: 12\r\ncontent-length: 13\r\n", project)],
    ["a negative length", post("content-length: -1\r\n", project)],
    ["a length beyond every number", post("content-length: 99999999999999999999\r\n", project)],
    ["another transfer encoding", post("transfer-encoding: gzip\r\n", project)],
    ["a chunk without a size", post("transfer-encoding: chunked\r\n", `zz\r\n${project}\r\n0\r\n\r\n`)],
    ["a body longer than its length", post("content-length: 5\r\n", project)],
  ];

  test.each(unreadable)("%s", async (_, bytes) => {
    const before = await readTables(api.sql, []);
    const [answer, ...others] = await exchange(bytes);
    expectEnvelope(answer, "VALIDATION_ERROR");
    expect(answer?.headers.get("connection")).toBe("close");
    expect(others).toEqual([]);
    expect(await readTables(api.sql, [])).toEqual(before);
  });

  test("a body shorter than its length, from a client that sends no more", async () => {
    const before = await readTables(api.sql, []);
    const [answer] = await exchange(post("content-length: 100\r\n", project), true);
    expectEnvelope(answer, "VALIDATION_ERROR");
    expect(await readTables(api.sql, [])).toEqual(before);
  });

  test("garbage after a whole request takes nothing away from its answer", async () => {
    const garbage = "garbage garbage\r\n\r\n";
    const [made, ...others] = await exchange(post("content-length: 12\r\n", project) + garbage);
    expect(made?.status).toBe(201);
    expect(JSON.parse(made?.body ?? "")).toMatchObject({ ok: true, data: { name: "x" } });
    expect(others).toEqual([]);
  });
});

describe("what is odd and can be read is answered", () => {
  test.each([
    ["HTTP/1.0, without a Host", "GET /health HTTP/1.0\r\n\r\n", 200],
    ["a body by HTTP/1.0", `POST /api/v1/projects HTTP/1.0\r\n${asUser}content-length: 12\r\n\r\n${project}`, 201],
    ["the whole address, as to a proxy", get("http://other.example/health"), 200],
    ["another expectation than 100-continue, which may be passed over", get("/health", "expect: tea\r\n"), 200],
    [
      "an upgrade that nobody offers",
      `GET /health HTTP/1.1\r\n${host}connection: close, upgrade\r\nupgrade: websocket\r\n\r\n`,
      200,
    ],
    ["a body in chunks", post(`${close}transfer-encoding: chunked\r\n`, `c\r\n${project}\r\n0\r\n\r\n`), 201],
    ["a body with GET, which means nothing", get("/health", "content-length: 1\r\n").concat("{"), 200],
    ["a large body with GET", get("/health", "content-length: 3000000\r\n").concat("x".repeat(3_000_000)), 200],
    [
      "a POST without a body",
      `POST /api/v1/notifications/read_all HTTP/1.1\r\n${host}${close}${asUser.split("content-type")[0]}\r\n`,
      200,
    ],
  ])("%s", async (_, bytes, status) => {
    const answers = await exchange(bytes);
    expect(answers.map((answer) => answer.status)).toEqual([status]);
    expect(answers[0]?.headers.get("x-request-id")).toMatch(requestId);
    expect(JSON.parse(answers[0]?.body ?? "")).toMatchObject({ ok: true, error: null });
  });

  test("a client that waits for 100-continue is told to go on", async () => {
    const [first, made] = await exchange(post(`${close}expect: 100-continue\r\ncontent-length: 12\r\n`, project));
    expect([first?.status, made?.status]).toEqual([100, 201]);
  });

  test("requests sent in one go are answered in their order", async () => {
    const one = `GET /health HTTP/1.1\r\n${host}\r\n`;
    const two = `GET /nowhere HTTP/1.1\r\n${host}\r\n`;
    const answers = await exchange(one + two + one + get("/nowhere"));
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 404]);
    expect(new Set(answers.map(({ headers }) => headers.get("x-request-id"))).size).toBe(4);
  });
});

describe("what the framework refuses has our envelope", () => {
  test.each([
    ["an address that is no UTF-8", get("/api/v1/projects/%ff"), "NOT_FOUND"],
    ["an address with half an escape", get("/%zz"), "NOT_FOUND"],
    ["an address of ten thousand letters", get(`/${"x".repeat(10_000)}`), "NOT_FOUND"],
    ["NUL in an id", get("/api/v1/projects/%00", asUser), "VALIDATION_ERROR"],
    ["half an escape in a query", get("/api/v1/projects?limit=%zz", asUser), "VALIDATION_ERROR"],
    ["a query's key twice", get("/api/v1/projects?limit=1&limit=2", asUser), "VALIDATION_ERROR"],
    ["__proto__ in a query", get("/api/v1/projects?__proto__=1", asUser), "VALIDATION_ERROR"],
    ["a method of WebDAV", `PROPFIND /api/v1/projects HTTP/1.1\r\n${host}${close}\r\n`, "METHOD_NOT_ALLOWED"],
    ["TRACE, which would show what proxies add", `TRACE /health HTTP/1.1\r\n${host}${close}\r\n`, "METHOD_NOT_ALLOWED"],
    [
      "a body that is compressed",
      post(`${close}content-encoding: gzip\r\ncontent-length: 12\r\n`, project),
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "a body of no type",
      `POST /api/v1/projects HTTP/1.1\r\n${host}${close}${asUser.split("content-type")[0]}content-length: 12\r\n\r\n${project}`,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "a body that a DELETE brings and is no JSON",
      `DELETE /api/v1/projects/7 HTTP/1.1\r\n${host}${close}${asUser}content-length: 1\r\n\r\n{`,
      "VALIDATION_ERROR",
    ],
  ] as const)("%s", async (_, bytes, code) => {
    const [answer] = await exchange(bytes);
    expectEnvelope(answer, code);
  });

  test.each([
    '{"name":"x","__proto__":{"tier":"Admin"}}',
    '{"name":"x","metadata":{"constructor":{"prototype":{"tier":"Admin"}}}}',
  ])("%s changes no prototype, over either door", async (raw) => {
    const overRest = await api.call("POST /projects", { token: user.token, raw });
    expect(overRest.body.error?.code).toBe("VALIDATION_ERROR");
    const headers = { authorization: `Bearer ${user.token}`, "content-type": "application/json" };
    const overTrpc = await fetch(`${origin}/trpc/projects.create`, { method: "POST", headers, body: raw });
    expect([200, 400]).toContain(overTrpc.status);
    await overTrpc.text();
    expect({}).not.toHaveProperty("tier");
  });
});

describe("503", () => {
  test("a process that is late with everything says so in the envelope, and when to come again", async () => {
    const busy = await createServer(api.deps, { corsOrigins: [], trustedProxies: undefined, maxEventLoopDelayMs: 5 });
    const address = await busy.listen({ host: "127.0.0.1", port: 0 });
    const ask = async (path: string): Promise<Response> => {
      const until = performance.now() + 40;
      while (performance.now() < until);
      return fetch(address + path);
    };
    const refused = await waitUntil(
      () => ask("/health"),
      ({ status }) => status === 503,
    );
    expect(await refused.json()).toMatchObject({ ok: false, data: null, error: { code: "SERVICE_UNAVAILABLE" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("x-request-id")).toMatch(requestId);
    const overTrpc = await waitUntil(
      () => ask("/trpc/health.shallow"),
      ({ status }) => status === 503,
    );
    expect(await overTrpc.json()).toMatchObject({ error: { data: { code: "SERVICE_UNAVAILABLE", httpStatus: 503 } } });
    await busy.close();
  });
});

describe("a stream", () => {
  test("has a request id, and so has its refusal", async () => {
    const url = `${origin}/api/v1/notifications/stream`;
    await using stream = await openStream(url, { token: user.token });
    expect(stream.response.headers.get("x-request-id")).toMatch(requestId);
    const abort = new AbortController();
    const overTrpc = await fetch(`${origin}/trpc/notifications.stream?input={}`, {
      headers: { authorization: `Bearer ${user.token}`, accept: "text/event-stream" },
      signal: abort.signal,
    });
    expect(overTrpc.status).toBe(200);
    expect(overTrpc.headers.get("x-request-id")).toMatch(requestId);
    abort.abort();
    const refused = await fetch(url);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("x-request-id")).toMatch(requestId);
    expect(await refused.json()).toMatchObject({ ok: false, error: { code: "AUTH_INVALID" } });
  });
});
