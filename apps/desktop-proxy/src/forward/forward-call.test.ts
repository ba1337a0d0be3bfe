import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { desktopPrefix, desktopUserHeader } from "@hivesync/contracts/desktop";
import { hideUser } from "@hivesync/sdk/desktop/proof";
import { freePort } from "@hivesync/dev-services/free-port";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answerWith, startRelay, type Relay } from "#testing/relay.ts";
import { startApi, testPassword, type RunningApi, type TestUser } from "#testing/start-api.ts";
import { startTestDesktop, type TestDesktop } from "#testing/test-desktop.ts";

let api: RunningApi;
let relay: Relay;
let desktop: TestDesktop;
let user: TestUser;
let projectId: string;

beforeAll(async () => {
  api = await startApi();
  relay = await startRelay(api.url);
  user = await api.register();
  desktop = await startTestDesktop({ upstream: relay.url });
  await desktop.call("POST /login", { body: { email: user.email, password: testPassword } });
  const { body } = await desktop.call("POST /api/v1/projects", { body: { name: "Todo" } });
  projectId = String(body.data["id"]);
});

afterAll(async () => {
  await desktop[Symbol.asyncDispose]();
  await relay[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

beforeEach(() => {
  relay.seen = [];
  relay.intercept = () => false;
});

const openStream = async (path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> => {
  const sending = httpRequest({
    host: "127.0.0.1",
    port: desktop.proxy.port,
    path: desktopPrefix + path,
    headers: { authorization: `Bearer ${desktop.discovery.token}`, accept: "text/event-stream", ...headers },
  }).end();
  const [answer] = (await once(sending, "response")) as [IncomingMessage];
  return answer;
};

describe("200", () => {
  test("a call over REST is made as the Desktop's user, and answered as the API answers it", async () => {
    const answer = await desktop.call(`GET /api/v1/projects/${projectId}`);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ id: projectId, name: "Todo" });
    expect(answer.headers).toMatchObject({
      etag: expect.any(String),
      "x-request-id": expect.any(String),
      "ratelimit-limit": expect.any(String),
    });
    expect(relay.seen).toMatchObject([{ method: "GET", url: `/api/v1/projects/${projectId}` }]);
    expect(relay.seen[0]?.headers.authorization).toMatch(/^Bearer ey/);
  });

  test("a batch over tRPC is one request to the API", async () => {
    const input = encodeURIComponent(JSON.stringify({ 0: {}, 1: { id: projectId } }));
    const answer = await desktop.call(`GET /trpc/auth.me,projects.get?batch=1&input=${input}`);
    expect(answer.status).toBe(200);
    const results = answer.body as unknown as { result: { data: { id: string } } }[];
    expect(results.map(({ result }) => result.data.id)).toEqual([user.id, projectId]);
    expect(relay.seen).toHaveLength(1);
  });

  test("the headers that a call depends on go on, and no others: no cookie, no token of the client", async () => {
    const known = (await desktop.call(`GET /api/v1/projects/${projectId}`)).headers["etag"];
    const headers = {
      "if-none-match": String(known),
      "user-agent": "plugin/1",
      accept: "application/json",
      cookie: "a=1",
      "x-forwarded-for": "10.0.0.1",
      forwarded: "for=10.0.0.1",
    };
    const answer = await desktop.call(`GET /api/v1/projects/${projectId}`, { headers });
    expect(answer.status).toBe(304);
    const sent = relay.seen[1]?.headers ?? {};
    expect(sent).toMatchObject({ "if-none-match": known, "user-agent": "plugin/1", accept: "application/json" });
    expect(Object.keys(sent)).not.toEqual(expect.arrayContaining(["cookie"]));
    expect(JSON.stringify(sent)).not.toContain(desktop.discovery.token);
    expect(sent["x-forwarded-for"]).toBeUndefined();
    expect(sent["forwarded"]).toBeUndefined();
  });

  test("If-Match and Idempotency-Key mean the same through the Desktop", async () => {
    const stale = await desktop.call(`PATCH /api/v1/projects/${projectId}`, {
      body: { name: "Other" },
      headers: { "if-match": '"none"' },
    });
    expect([stale.status, stale.body.error?.code]).toEqual([412, "PRECONDITION_FAILED"]);
    const headers = { "idempotency-key": "one-key-for-both-1" };
    const first = await desktop.call("POST /api/v1/projects", { body: { name: "Once" }, headers });
    const again = await desktop.call("POST /api/v1/projects", { body: { name: "Once" }, headers });
    expect(first.status).toBe(201);
    expect(again.body.data["id"]).toBe(first.body.data["id"]);
  });

  test("a public call needs no login", async () => {
    await using stranger = await startTestDesktop({ upstream: relay.url });
    const answer = await stranger.call("GET /api/v1/health");
    expect(answer.status).toBe(200);
    expect(relay.seen[0]?.headers.authorization).toBeUndefined();
  });
});

describe("streams", () => {
  test("an event passes at once, while the stream goes on", async () => {
    const stream = await openStream("/api/v1/notifications/stream");
    expect(stream.headers["content-type"]).toContain("text/event-stream");
    let text = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    const other = await api.register();
    const team = await api.call("POST /teams", other, { name: "Team" });
    await api.call(`POST /teams/${String(team["id"])}/members`, other, { user_id: user.id, role: "Member" });
    await waitUntil(
      () => text,
      (text) => text.includes('"notification"'),
    );
    expect(stream.readableEnded).toBe(false);
    stream.destroy();
  });

  test("goes on after Last-Event-ID, and ends at the API when the client leaves", async () => {
    let isClosed = false;
    relay.intercept = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("id: 8\ndata: {}\n\n");
      response.on("close", () => (isClosed = true));
      return true;
    };
    const stream = await openStream("/api/v1/notifications/stream", { "last-event-id": "7" });
    const [chunk] = (await once(stream, "data")) as [Buffer];
    expect(chunk.toString()).toBe("id: 8\ndata: {}\n\n");
    expect(relay.seen[0]?.headers["last-event-id"]).toBe("7");
    stream.destroy();
    await waitUntil(() => isClosed, Boolean);
  });

  test("a request's body passes as it comes", async () => {
    const arrived = Promise.withResolvers<string>();
    relay.intercept = (request, response) => {
      request.once("data", (chunk: Buffer) => arrived.resolve(chunk.toString()));
      request.on("end", () => answerWith(response, "CONFLICT"));
      return true;
    };
    const sending = httpRequest({
      host: "127.0.0.1",
      port: desktop.proxy.port,
      method: "POST",
      path: `${desktopPrefix}/api/v1/projects`,
      headers: { authorization: `Bearer ${desktop.discovery.token}`, "content-type": "application/json" },
    });
    sending.write('{"name":');
    expect(await arrived.promise).toBe('{"name":');
    sending.end('"Half"}');
    const [answer] = (await once(sending, "response")) as [IncomingMessage];
    expect(answer.statusCode).toBe(409);
    answer.resume();
  });

  test("an answer that is cut in the middle is cut for the client, too", async () => {
    relay.intercept = (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write('{"ok":');
      setImmediate(() => response.destroy());
      return true;
    };
    await expect(desktop.call("GET /api/v1/projects")).rejects.toThrow(/other side closed|terminated|aborted/);
  });
});

describe("a token that is refused", () => {
  /** Refuses the first token that is seen, as if it had just expired. */
  const refuseFirst = (code: "AUTH_EXPIRED" | "AUTH_INVALID", answer = answerWith): { refreshes: () => number } => {
    let refused: string | undefined;
    let refreshes = 0;
    relay.intercept = (request, response) => {
      if (request.url?.includes("auth.refresh")) refreshes += 1;
      const { authorization } = request.headers;
      refused ??= authorization;
      return authorization !== undefined && authorization === refused ? answer(response, code) : false;
    };
    return { refreshes: () => refreshes };
  };

  test.each(["AUTH_EXPIRED", "AUTH_INVALID"] as const)(
    "with %s is renewed silently, and the body is sent again",
    async (code) => {
      const { refreshes } = refuseFirst(code);
      const answer = await desktop.call("POST /api/v1/projects", { body: { name: `After ${code}` } });
      expect(answer.status).toBe(201);
      expect(answer.body.data["name"]).toBe(`After ${code}`);
      expect(refreshes()).toBe(1);
    },
  );

  test("is renewed once, however many calls wait for it", async () => {
    const { refreshes } = refuseFirst("AUTH_EXPIRED");
    const answers = await Promise.all(Array.from({ length: 20 }, () => desktop.call("GET /api/v1/projects")));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(refreshes()).toBe(1);
  });

  test("in a batch is renewed, and the batch is asked again", async () => {
    const { refreshes } = refuseFirst("AUTH_EXPIRED", (response) => {
      response.writeHead(207, { "content-type": "application/json" });
      const refusal = { error: { message: "", code: -32_001, data: { code: "AUTH_EXPIRED", httpStatus: 401 } } };
      response.end(JSON.stringify([{ result: { data: {} } }, refusal]));
      return true;
    });
    const answer = await desktop.call("GET /trpc/health.shallow,auth.me?batch=1&input=%7B%7D");
    expect(answer.status).toBe(200);
    expect(refreshes()).toBe(1);
  });

  test("and not renewed either is answered as the API answered it; nobody is signed in then", async () => {
    await using other = await startTestDesktop({ upstream: relay.url });
    const login = await api.register();
    await other.call("POST /login", { body: { username: login.username, password: testPassword } });
    relay.intercept = (request, response) =>
      request.url?.includes("auth.refresh") || request.headers.authorization
        ? answerWith(response, "AUTH_INVALID")
        : false;
    const answer = await other.call("GET /api/v1/projects");
    expect([answer.status, answer.body.error?.code, answer.headers["x-request-id"]]).toEqual([
      401,
      "AUTH_INVALID",
      "relay",
    ]);
    expect((await other.proxy.status()).signed_in).toBe(false);
  });
});

describe("401", () => {
  test("a Desktop that nobody is signed in to asks the API nothing", async () => {
    await using nobody = await startTestDesktop({ upstream: relay.url });
    const answer = await nobody.call("GET /api/v1/projects");
    expect([answer.status, answer.body.error?.code]).toEqual([401, "AUTH_INVALID"]);
    expect(relay.seen).toEqual([]);
  });

  test("a call of another user than the Desktop's is refused, its own is not", async () => {
    const as = (id: string) => ({ headers: { [desktopUserHeader]: hideUser(desktop.discovery.token, id) } });
    const other = await api.register();
    expect((await desktop.call("GET /api/v1/projects", as(other.id))).body.error?.code).toBe("AUTH_INVALID");
    expect((await desktop.call("GET /status", as(other.id))).body.error?.code).toBe("AUTH_INVALID");
    expect((await desktop.call("GET /api/v1/projects", as(user.id))).status).toBe(200);
    expect(relay.seen.filter(({ url }) => url === "/api/v1/projects")).toHaveLength(1);
  });
});

describe("403", () => {
  test.each([
    ["POST /api/v1/auth/refresh", { refresh_token: "x" }],
    ["POST /api/v1/auth/login", { email: "a@example.com", password: "x" }],
    ["POST /api/v1/auth/logout", {}],
    ["PATCH /api/v1/auth/me", {}],
    ["GET /api/v1/auth/sessions", undefined],
    ["POST /api/v1/workers/callback", {}],
    ["POST /trpc/auth.refresh", { refresh_token: "x" }],
    ["POST /trpc/auth.logout", {}],
    ["POST /trpc/projects.setRepoToken", {}],
    ["GET /trpc/admin.listUsers", undefined],
    ["GET /trpc/projects.list,auth.listSessions?batch=1&input=%7B%7D", undefined],
    ["GET /trpc/projects.list%2Cauth.listSessions?batch=1&input=%7B%7D", undefined],
    ["GET /trpc/projects.list,%61uth.listSessions?batch=1&input=%7B%7D", undefined],
    ["POST /api/v1/%61uth/refresh", { refresh_token: "x" }],
    ["GET /api/v1/admin/users", undefined],
  ])("%s stays direct", async (wanted, body) => {
    const answer = await desktop.call(wanted, body === undefined ? {} : { body });
    expect([answer.status, answer.body.error?.code]).toEqual([403, "FORBIDDEN"]);
    expect(relay.seen).toEqual([]);
  });
});

describe("404", () => {
  test.each([
    "GET /api/v1/admin/nothing",
    "GET /api/v1/projects/..%2f..%2fauth/sessions",
    "GET /api/v1/projects/%2e%2e/auth/sessions",
    "GET /api/v1//auth/sessions",
    "GET /trpc/projects.list;auth.listSessions",
    "GET /trpc/constructor.name",
    "GET /trpc/..%2fapi%2fv1%2fauth%2fsessions",
    "GET /metrics",
    "GET /openapi.json",
  ])("%s never leads to what stays direct", async (wanted) => {
    const answer = await desktop.call(wanted);
    expect([404, 400]).toContain(answer.status);
    for (const { url } of relay.seen) expect(new URL(url, "http://x").pathname).not.toContain("/sessions");
    expect(relay.seen.every(({ url }) => /^\/api\/v1\/projects\/[^/]+$/.test(url))).toBe(true);
  });
});

describe("413 and 415", () => {
  test.each([
    ["says its size", false],
    ["does not say its size", true],
  ])("a body of more than 1 MiB that %s is refused with an answer, not with a reset", async (_what, isChunked) => {
    const bytes = Buffer.alloc(3 * 1024 * 1024, 32);
    const raw = isChunked ? Readable.from([bytes], { objectMode: false }) : bytes;
    const answer = await desktop.call("POST /api/v1/projects", { raw });
    expect([answer.status, answer.body.error?.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });

  test.each(["POST /api/v1/preview/request", "POST /trpc/previews.request"])(
    "%s takes up to 16 MiB",
    async (wanted) => {
      const raw = (bytes: number): Buffer => Buffer.alloc(bytes, 32);
      const taken = await desktop.call(wanted, { raw: raw(15 * 1024 * 1024) });
      expect(taken.status).toBe(400);
      const refused = await desktop.call(wanted, { raw: raw(17 * 1024 * 1024) });
      expect([refused.status, refused.body.error?.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
    },
  );

  test("what is no JSON is refused before it goes on", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const answer = await desktop.call("POST /api/v1/projects", { raw: "name=x", headers: { "content-type": type } });
      expect([answer.status, answer.body.error?.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
    }
    expect(relay.seen).toEqual([]);
  });
});

describe("503", () => {
  test("an API that takes the call and never answers is waited for no longer than it gives itself", async () => {
    await using other = await startTestDesktop({ upstream: relay.url, timeouts: { networkMs: -5_000 } });
    const login = await api.register();
    await other.call("POST /login", { body: { email: login.email, password: testPassword } });
    relay.intercept = () => true;
    const answer = await other.call("GET /api/v1/projects");
    expect([answer.status, answer.body.error?.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
  });

  test("an API that cannot be reached is said to be so, and when to come again", async () => {
    const login = await api.register();
    await using store = await startTestDesktop({ upstream: relay.url });
    await store.call("POST /login", { body: { email: login.email, password: testPassword } });
    const saved = await store.credentials.load(relay.url);
    const nobody = `http://127.0.0.1:${await freePort()}`;
    if (saved) await store.credentials.save(nobody, saved);
    await using offline = await startTestDesktop({ upstream: nobody, credentials: store.credentials });
    const answer = await offline.call("GET /api/v1/projects");
    expect([answer.status, answer.body.error?.code]).toEqual([503, "SERVICE_UNAVAILABLE"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    const status = await offline.call("GET /status");
    expect(status.body.data).toMatchObject({ signed_in: true, account: null });
  });
});

test("no redirect is followed: the login goes to the API and nowhere else", async () => {
  let wasAsked = false;
  const elsewhere = createServer((_request, response) => {
    wasAsked = true;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  relay.intercept = (_request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/` }).end();
    return true;
  };
  expect((await desktop.call("GET /api/v1/projects")).status).toBe(307);
  expect(wasAsked).toBe(false);
  elsewhere.close();
});
