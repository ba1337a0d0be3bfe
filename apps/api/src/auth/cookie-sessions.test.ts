import { parseRest } from "@hivesync/contracts/endpoint";
import type { SignIn } from "@hivesync/contracts/resources/auth";
import type { AppRouter } from "@hivesync/contracts/router-type";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { createTRPCClient, httpLink } from "@trpc/client";
import { parseSetCookie } from "cookie";
import { afterAll, describe, expect, test } from "vitest";
import { allOperations } from "#router.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword, type Answer, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const ownOrigin = { origin: "http://api.test" };
const cookieName = "__Host-hivesync_refresh";
const attributes = { name: cookieName, path: "/", secure: true, httpOnly: true, sameSite: "strict" };
const withCookie = (token: string) => ({ cookie: `theme=dark; ${cookieName}=${token}` });

/** The cookie that an answer sets; undefined when it sets none. */
function setCookieOf({ headers }: Pick<Answer, "headers">) {
  const header = headers["set-cookie"];
  return typeof header === "string" ? parseSetCookie(header) : undefined;
}

function expectKept(answer: Answer): { signIn: SignIn; token: string } {
  expect(answer.status).toBe(200);
  const signIn: SignIn = answer.body.data;
  expect(signIn).not.toHaveProperty("refresh_token");
  const cookie = setCookieOf(answer);
  const token = cookie?.value ?? "";
  expect(cookie).toEqual({ ...attributes, value: token, maxAge: 30 * 24 * 3_600 });
  expect(token).toMatch(/^hsr_/);
  expect(JSON.stringify(answer.body)).not.toContain(token);
  return { signIn, token };
}

function expectCleared(answer: Answer): void {
  expect(setCookieOf(answer)).toEqual({ ...attributes, value: "", maxAge: 0 });
}

function login(user: TestUser, headers: Record<string, string> = ownOrigin) {
  const body = { email: user.email, password: testPassword, session: "cookie" };
  return api.call("POST /auth/login", { body, headers });
}

function refresh(token: string, headers: Record<string, string> = ownOrigin) {
  return api.call("POST /auth/refresh", { body: { session: "cookie" }, headers: { ...headers, ...withCookie(token) } });
}

describe("a session in a cookie", () => {
  test("has its refresh token in the cookie alone, for this host, over TLS, away from scripts and from other sites", async () => {
    const user = await api.register();
    const { signIn, token } = expectKept(await login(user));
    expect(signIn.user.id).toBe(user.id);
    expect((await api.call("GET /auth/me", { token: signIn.access_token })).status).toBe(200);
    expect(api.logLines.join("")).not.toContain(token);
  });

  test("rotates: each refresh sets another cookie, and a lost answer gets the same again", async () => {
    const user = await api.register();
    const first = expectKept(await login(user));
    const second = expectKept(await refresh(first.token));
    expect(second.token).not.toBe(first.token);
    expect(second.signIn.user.id).toBe(user.id);
    expect(expectKept(await refresh(first.token)).token).toBe(second.token);
    expect(expectKept(await refresh(second.token)).token).not.toBe(second.token);
  });

  test("goes the same way over tRPC", async () => {
    const url = `${await api.listen()}/trpc`;
    const user = await api.register();
    const cookies: string[] = [];
    const send = async (input: Parameters<typeof fetch>[0], init?: object) => {
      const response = await fetch(input, init);
      cookies.push(...response.headers.getSetCookie());
      return response;
    };
    const client = (headers: Record<string, string>) =>
      createTRPCClient<AppRouter>({ links: [httpLink({ url, headers, fetch: send })] });
    const credentials = { email: user.email, password: testPassword, session: "cookie" } as const;
    const signIn = await client(ownOrigin).auth.login.mutate(credentials);
    const token = parseSetCookie(cookies.at(-1) ?? "").value ?? "";
    const paged = client({ ...ownOrigin, ...withCookie(token) });
    const renewed = await paged.auth.refresh.mutate({ session: "cookie" });
    const next = parseSetCookie(cookies.at(-1) ?? "").value ?? "";
    for (const answer of [signIn, renewed]) expect(answer).not.toHaveProperty("refresh_token");
    expect(new Set(["", token, next]).size).toBe(3);
    const signedIn = client({ authorization: `Bearer ${renewed.access_token}`, ...withCookie(next) });
    await signedIn.auth.logout.mutate({});
    expect(parseSetCookie(cookies.at(-1) ?? "")).toEqual({ ...attributes, value: "", maxAge: 0 });
    await expect(
      client({ ...ownOrigin, ...withCookie(next) }).auth.refresh.mutate({ session: "cookie" }),
    ).rejects.toThrow("Sign in again");
    expect(cookies).toHaveLength(4);
  });

  test("is taken away by signing out, and only from who has one", async () => {
    const [user, other] = await Promise.all([api.register(), api.register()]);
    const { signIn, token } = expectKept(await login(user));
    const headers = withCookie(token);
    expectCleared(await api.call("POST /auth/logout", { token: signIn.access_token, body: {}, headers }));
    expect(setCookieOf(await api.call("POST /auth/logout", { token: other.token, body: {} }))).toBeUndefined();
  });

  test("is taken away by a refresh that is refused", async () => {
    const user = await api.register();
    const { signIn, token } = expectKept(await login(user));
    await api.call("POST /auth/logout", { token: signIn.access_token, body: {} });
    const answer = await refresh(token);
    expectError(answer, "AUTH_INVALID");
    expectCleared(answer);
  });

  test("is not set for who did not ask for it, and a token in the body leaves a cookie alone", async () => {
    const user = await api.register();
    const headers = { ...ownOrigin, ...withCookie("hsr_other") };
    const plain = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword }, headers });
    const refreshed = await api.call("POST /auth/refresh", { body: { refresh_token: user.refreshToken }, headers });
    const refused = await api.call("POST /auth/refresh", { body: { refresh_token: "hsr_nothing" }, headers });
    for (const answer of [plain, refreshed, refused]) expect(setCookieOf(answer)).toBeUndefined();
    expect(plain.body.data).toHaveProperty("refresh_token");
    expect(refreshed.body.data).toHaveProperty("refresh_token");
  });
});

describe("401", () => {
  test("without a cookie there is nothing to refresh", async () => {
    const call = { body: { session: "cookie" }, code: "AUTH_INVALID" } as const;
    await expectRefusal(api, "POST /auth/refresh", { ...call, headers: ownOrigin });
    await expectRefusal(api, "POST /auth/refresh", { ...call, headers: { ...ownOrigin, cookie: `${cookieName}=` } });
    await expectRefusal(api, "POST /auth/refresh", { ...call, headers: { ...ownOrigin, cookie: ";;=" } });
  });

  test("the cookie opens nothing but a refresh: who makes a browser send it has gained nothing", async () => {
    const user = await api.register();
    const { token } = expectKept(await login(user));
    const headers = { ...ownOrigin, ...withCookie(token) };
    const guarded = allOperations.filter(({ contract }) => contract.access.kind !== "public");
    const opened: string[] = [];
    for (const { contract } of guarded) {
      const { method, path } = parseRest(contract.rest);
      const body = method === "GET" || method === "DELETE" ? {} : { body: {} };
      const answer = await api.call(`${method} ${path.replaceAll(/\{\w+\}/g, newId())}`, { ...body, headers });
      if (answer.body.error?.code !== "AUTH_INVALID") opened.push(contract.rest);
    }
    expect(opened).toEqual([]);
    expect(guarded.length).toBeGreaterThan(30);
    await expectRefusal(api, "GET /auth/me", { token, headers, code: "AUTH_INVALID" });
    expectKept(await refresh(token));
  });
});

describe("403", () => {
  const origins: [string, Record<string, string>][] = [
    ["no origin", {}],
    ["an opaque origin", { origin: "null" }],
    ["another site", { origin: "https://evil.test" }],
    ["another port of ours", { origin: "http://api.test:8080" }],
    ["another scheme of ours", { origin: "https://api.test" }],
  ];
  test.each(origins)("a page of %s neither signs in nor refreshes, and the cookie stays", async (_, headers) => {
    const user = await api.register();
    const { token } = expectKept(await login(user));
    const body = { email: user.email, password: testPassword, session: "cookie" };
    await expectRefusal(api, "POST /auth/login", { body, headers, code: "FORBIDDEN" });
    const withToken = { ...headers, ...withCookie(token) };
    const answer = await expectRefusal(api, "POST /auth/refresh", {
      body: { session: "cookie" },
      headers: withToken,
      code: "FORBIDDEN",
    });
    expect(setCookieOf(answer)).toBeUndefined();
    expectKept(await refresh(token));
  });

  test("a wrong password from elsewhere is not counted: it was never looked at", async () => {
    const user = await api.register();
    const body = { email: user.email, password: "wrong wrong", session: "cookie" };
    for (let index = 0; index < 6; index += 1) expectError(await api.call("POST /auth/login", { body }), "FORBIDDEN");
    expectKept(await login(user));
  });
});

describe("development", () => {
  test("localhost, 127.0.0.1 and [::1] of one port count as the same", async () => {
    await using local = await startTestApi({ HIVESYNC_PUBLIC_URL: "http://localhost:4000" }, api.stack);
    const user = await local.register();
    const body = { email: user.email, password: testPassword, session: "cookie" };
    for (const origin of ["http://localhost:4000", "http://127.0.0.1:4000", "http://[::1]:4000"])
      expectKept(await local.call("POST /auth/login", { body, headers: { origin } }));
    const headers = { origin: "http://127.0.0.1:4001" };
    await expectRefusal(local, "POST /auth/login", { body, headers, code: "FORBIDDEN" });
  });
});

test("the reuse of a cookie's old token ends the session, as of any other", async () => {
  const user = await api.register();
  const first = expectKept(await login(user));
  const second = expectKept(await refresh(first.token));
  await api.sql`
    UPDATE refresh_tokens SET rotated_at = rotated_at - interval '21 seconds' WHERE hash = ${sha256Hex(first.token)}`;
  expectCleared(await refresh(first.token));
  expectError(await refresh(second.token), "AUTH_INVALID");
});
