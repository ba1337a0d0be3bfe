import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApi, testPassword, type RunningApi, type TestUser } from "#testing/start-api.ts";
import { startTestDesktop, type TestDesktop } from "#testing/test-desktop.ts";

let api: RunningApi;
let user: TestUser;
let desktop: TestDesktop;

beforeAll(async () => {
  api = await startApi();
  user = await api.register();
  desktop = await startTestDesktop({ upstream: api.url });
});
afterAll(async () => {
  await desktop[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

describe("200", () => {
  test.each(["email", "username"] as const)("signs the Desktop in by %s, and tells no token", async (by) => {
    const answer = await desktop.call("POST /login", { body: { [by]: user[by], password: testPassword } });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ user: expect.objectContaining({ id: user.id, email: user.email }) });
    expect(JSON.stringify(answer.body)).not.toMatch(/eyJ|token/);
    const { body } = await desktop.call("GET /status");
    expect(body.data).toMatchObject({ signed_in: true, account: { id: user.id, tier: "Free" }, credentials: "memory" });
  });

  test("logout ends the session at the API, and the Desktop is nobody's", async () => {
    await desktop.call("POST /login", { body: { email: user.email, password: testPassword } });
    const login = await desktop.credentials.load(api.url);
    expect((await desktop.call("POST /logout", { body: {} })).status).toBe(200);
    expect((await desktop.call("GET /status")).body.data).toMatchObject({ signed_in: false, account: null });
    expect(await desktop.credentials.load(api.url)).toBeUndefined();
    const refused = await fetch(`${api.url}/api/v1/auth/refresh`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: login?.refreshToken }),
    });
    expect(refused.status).toBe(401);
  });
});

describe("400", () => {
  test.each([
    [{ password: "x" }],
    [{ email: "a@example.com", username: "a", password: "x" }],
    [{ email: "a@example.com" }],
    [{ email: "a@example.com", password: "x", more: 1 }],
  ])("%j", async (body) => {
    const answer = await desktop.call("POST /login", { body });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "VALIDATION_ERROR"]);
  });

  test("a body that is no JSON", async () => {
    const answer = await desktop.call("POST /login", { raw: "{" });
    expect([answer.status, answer.body.error?.code]).toEqual([400, "VALIDATION_ERROR"]);
  });
});

test("401: a wrong password is refused as the API refuses it", async () => {
  const answer = await desktop.call("POST /login", { body: { email: user.email, password: "wrong password 1" } });
  expect([answer.status, answer.body.error?.code]).toEqual([401, "AUTH_INVALID"]);
});

test("413: a body of more than 1 MiB", async () => {
  const answer = await desktop.call("POST /login", {
    body: { email: "a@example.com", password: "x".repeat(2_000_000) },
  });
  expect([answer.status, answer.body.error?.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
});

test("415: a body that is not said to be JSON", async () => {
  const answer = await desktop.call("POST /login", { raw: "{}", headers: { "content-type": "text/plain" } });
  expect([answer.status, answer.body.error?.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
});
