import { once } from "node:events";
import { request as httpRequest, Agent, type IncomingMessage } from "node:http";
import { desktopPrefix } from "@hivesync/contracts/desktop";
import { newSecret } from "@hivesync/platform/ids";
import { createHiveSync, createMemoryStore, type CredentialStore } from "@hivesync/sdk";
import { hideUser } from "@hivesync/sdk/desktop/proof";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from "vitest";
import { startApi, testPassword, type RunningApi, type TestUser } from "#testing/start-api.ts";
import { startTestDesktop, type TestDesktop } from "#testing/test-desktop.ts";

let api: RunningApi;
let ada: TestUser;
let bob: TestUser;
let credentials: CredentialStore;
let desktop: TestDesktop;

beforeAll(async () => {
  api = await startApi();
  ada = await api.register();
  bob = await api.register();
});
afterAll(() => api[Symbol.asyncDispose]());

beforeEach(async () => {
  credentials = createMemoryStore();
  desktop = await startTestDesktop({ upstream: api.url, credentials });
});
afterEach(() => desktop[Symbol.asyncDispose]());

/** Another program of the user, by the same store: the CLI. */
const cli = () => createHiveSync({ baseUrl: api.url, credentials });
const loginAs = (user: TestUser) =>
  desktop.call("POST /login", { body: { email: user.email, password: testPassword } });
const probedUser = async (): Promise<unknown> =>
  (await desktop.call(`GET ?nonce=${newSecret()}`, { token: null })).body.data["user"];
const hidden = (user: TestUser): string => hideUser(desktop.discovery.token, user.id);

/** A connection that stays open after a call, as clients hold them. Tells when it is closed. */
const openConnection = async (path: string): Promise<{ isClosed: () => boolean }> => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sending = httpRequest({
    agent,
    host: "127.0.0.1",
    port: desktop.proxy.port,
    path: desktopPrefix + path,
    headers: { authorization: `Bearer ${desktop.discovery.token}` },
  }).end();
  const [answer] = (await once(sending, "response")) as [IncomingMessage];
  let isClosed = false;
  answer.socket.once("close", () => (isClosed = true));
  answer.on("error", () => undefined).resume();
  return { isClosed: () => isClosed };
};

describe("the probe", () => {
  test("names the user to whoever knows the local token, and nobody before a login", async () => {
    expect(await probedUser()).toBeNull();
    await loginAs(ada);
    expect(await probedUser()).toBe(hidden(ada));
    await desktop.call("POST /logout", { body: {} });
    expect(await probedUser()).toBeNull();
  });

  test("tells of a login, a logout and another login that another program made in the shared store", async () => {
    const hive = cli();
    await hive.auth.login({ email: ada.email, password: testPassword });
    await waitUntil(probedUser, (user) => user === hidden(ada));
    expect((await desktop.call("GET /api/v1/auth/me")).body.data["id"]).toBe(ada.id);
    await hive.auth.login({ email: bob.email, password: testPassword });
    await waitUntil(probedUser, (user) => user === hidden(bob));
    await hive.auth.logout();
    await waitUntil(probedUser, (user) => user === null);
  });
});

describe("when the account changes, connections are closed, so that clients ask again who is here", () => {
  test("at a login, idle ones and streams", async () => {
    await loginAs(ada);
    const [idle, stream] = [await openConnection("/status"), await openConnection("/api/v1/notifications/stream")];
    await desktop.call("GET /api/v1/projects");
    expect([idle.isClosed(), stream.isClosed()]).toEqual([false, false]);
    expect((await loginAs(bob)).status).toBe(200);
    await waitUntil(
      () => [idle.isClosed(), stream.isClosed()],
      (closed) => closed.every(Boolean),
    );
  });

  test("at a logout, whose own answer still comes", async () => {
    await loginAs(ada);
    const idle = await openConnection("/status");
    const answer = await desktop.call("POST /logout", { body: {} });
    expect([answer.status, answer.headers["connection"]]).toEqual([200, "close"]);
    await waitUntil(idle.isClosed, Boolean);
  });

  test("when the session was ended elsewhere", async () => {
    await loginAs(ada);
    const idle = await openConnection("/status");
    await api.call("POST /auth/password", ada, { current_password: testPassword, new_password: testPassword });
    await waitUntil(
      () => desktop.call("GET /api/v1/projects"),
      ({ status }) => status === 401,
    );
    await waitUntil(idle.isClosed, Boolean);
    expect(await probedUser()).toBeNull();
  });

  test("and not when the same user's token was renewed by another program", async () => {
    await loginAs(ada);
    const idle = await openConnection("/status");
    const login = await credentials.load(api.url);
    if (login) await credentials.save(api.url, { ...login, expiresAtMs: 0 });
    await cli().auth.me();
    await waitUntil(
      () => credentials.load(api.url),
      (now) => now?.accessToken !== login?.accessToken,
    );
    await desktop.call("GET /api/v1/auth/me");
    expect(await probedUser()).toBe(hidden(ada));
    expect(idle.isClosed()).toBe(false);
  });
});
