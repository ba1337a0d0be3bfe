import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { desktopPrefix, desktopProbe } from "@hivesync/contracts/desktop";
import { newSecret } from "@hivesync/platform/ids";
import { makeProof } from "@hivesync/sdk/desktop/proof";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestDesktop, testFolder, type TestDesktop } from "#testing/test-desktop.ts";

const upstream = "http://127.0.0.1:9";
let desktop: TestDesktop;

beforeAll(async () => {
  desktop = await startTestDesktop({ upstream });
});

afterAll(() => desktop[Symbol.asyncDispose]());

/** Every address that there is, and one that is not. */
const addresses = [
  "GET ",
  "GET /status",
  "POST /login",
  "POST /logout",
  "POST /link",
  "POST /unlink",
  "POST /manifest",
  "POST /upload",
  "POST /context",
  "POST /publish",
  "GET /logs",
  "GET /api/v1/projects",
  "POST /trpc/projects.create",
  "OPTIONS /status",
  "GET /nothing",
];

const corsHeaders = (headers: object): string[] =>
  Object.keys(headers).filter((name) => name.startsWith("access-control-"));

describe("the local token", () => {
  test.each(addresses.slice(1))("is asked for by %s", async (wanted) => {
    for (const token of [null, newSecret(), "", "x".repeat(199)]) {
      const answer = await desktop.call(wanted, { token });
      expect([answer.status, answer.body.error?.code]).toEqual([401, "AUTH_INVALID"]);
    }
  });

  test("of an earlier start opens nothing", async () => {
    await using folder = await testFolder();
    const before = await startTestDesktop({ upstream, folder: folder.path });
    await before.proxy.close();
    await using after = await startTestDesktop({ upstream, folder: folder.path });
    expect((await after.call("GET /status", { token: before.discovery.token })).status).toBe(401);
    expect((await after.call("GET /status")).status).toBe(200);
  });

  test("in the address opens nothing", async () => {
    const { token } = desktop.discovery;
    expect((await desktop.call(`GET /status?token=${token}&access_token=${token}`, { token: null })).status).toBe(401);
  });
});

describe("the probe", () => {
  test("tells a stranger name, version and a proof, and no more", async () => {
    const nonce = newSecret();
    const answer = await desktop.call(`GET ?nonce=${nonce}`, { token: null });
    const { proof, ...said } = desktopProbe.parse(answer.body.data);
    const { token, port } = desktop.discovery;
    expect(said).toEqual({ name: "hivesync-desktop", version: expect.any(String), upstream, user: null });
    expect(proof).toBe(makeProof(token, { nonce, port }, said));
    expect(JSON.stringify(answer.body)).not.toContain(token);
  });

  test.each(["", "?nonce=", "?nonce=short", `?nonce=${"x".repeat(200)}`, `?nonce=${newSecret()}&more=1`])(
    "answers a question %j with VALIDATION_ERROR",
    async (query) => {
      const answer = await desktop.call(`GET ${query}`, { token: null });
      expect([answer.status, answer.body.error?.code]).toEqual([400, "VALIDATION_ERROR"]);
    },
  );
});

describe("a web page", () => {
  test.each(addresses)("whose name was made to lead here (DNS rebinding) is refused by %s", async (wanted) => {
    const { port } = desktop.proxy;
    const hosts = [
      "evil.example",
      `evil.example:${port}`,
      `127.0.0.1:${port + 1}`,
      `localhost.evil.example:${port}`,
      "127.0.0.1",
    ];
    for (const host of hosts) {
      const answer = await desktop.call(wanted, { headers: { host } });
      expect([answer.status, answer.body.error?.code]).toEqual([403, "FORBIDDEN"]);
    }
  });

  test.each(addresses)("is refused by %s for its Origin, whatever it is, and told nothing by CORS", async (wanted) => {
    const { port } = desktop.proxy;
    for (const origin of ["https://evil.example", "null", `http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
      const answer = await desktop.call(wanted, { headers: { origin } });
      expect([answer.status, answer.body.error?.code]).toEqual([403, "FORBIDDEN"]);
      expect(corsHeaders(answer.headers)).toEqual([]);
    }
  });

  test.each(["cross-site", "same-site", "same-origin", "none"])("is refused for Sec-Fetch-Site: %s", async (site) => {
    const answer = await desktop.call("GET /status", { headers: { "sec-fetch-site": site } });
    expect(answer.status).toBe(403);
  });
});

describe("the address", () => {
  test.each(["127.0.0.1", "::1"])("answers on %s", async (host) => {
    const name = host === "::1" ? "[::1]" : host;
    const { port } = desktop.proxy;
    const sending = httpRequest({
      host,
      port,
      path: `${desktopPrefix}/status`,
      headers: { host: `${name}:${port}`, authorization: `Bearer ${desktop.discovery.token}` },
    }).end();
    const [answer] = (await once(sending, "response")) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    await text(answer);
  });

  test("is not to be reached from the network", async () => {
    const outer = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of outer) {
      const socket = connect({ host: address, port: desktop.proxy.port });
      const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
      expect(error.code).toBe("ECONNREFUSED");
    }
  });

  test("answers what is no HTTP with the envelope", async () => {
    const socket = connect({ host: "127.0.0.1", port: desktop.proxy.port });
    socket.end("nonsense\r\n\r\n");
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 .*"VALIDATION_ERROR"/s);
  });

  test("without a Host is refused", async () => {
    const socket = connect({ host: "127.0.0.1", port: desktop.proxy.port });
    socket.end(`GET ${desktopPrefix}?nonce=${newSecret()} HTTP/1.0\r\n\r\n`);
    expect(await text(socket)).toContain(" 403 ");
  });
});

describe("408", () => {
  test.each([
    ["the head", "GET /hivesync-desktop-api HTTP/1.1\r\nHost:"],
    ["the body", "POST /hivesync-desktop-api/link HTTP/1.1\r\nContent-Length: 9\r\n"],
  ])("a program that stops in %s of its request does not hold its connection", async (_part, beginning) => {
    await using impatient = await startTestDesktop({ upstream, timeouts: { requestMs: 300 } });
    const { port } = impatient.proxy;
    const socket = connect({ host: "127.0.0.1", port });
    const head = `Host: 127.0.0.1:${port}\r\nAuthorization: Bearer ${impatient.discovery.token}\r\n`;
    const type = "Content-Type: application/json\r\n\r\n{";
    socket.write(beginning.endsWith(":") ? beginning : beginning + head + type);
    expect(await text(socket)).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
  });
});

describe("429", () => {
  test("more than a program needs is refused, and when to come again; strangers take nothing from clients", async () => {
    await using limited = await startTestDesktop({ upstream, limits: { clients: 3, strangers: 2 } });
    const statuses = async (token: string | null, count: number): Promise<number[]> => {
      const seen: number[] = [];
      for (let calls = 0; calls < count; calls += 1) seen.push((await limited.call("GET /status", { token })).status);
      return seen;
    };
    expect(await statuses(null, 4)).toEqual([401, 401, 429, 429]);
    expect(await statuses(limited.discovery.token, 3)).toEqual([200, 200, 200]);
    const refused = await limited.call("GET /status");
    expect(refused.body.error).toMatchObject({ code: "RATE_LIMITED", details: { limit: 3, remaining: 0 } });
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  });
});
