import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import type { SignInWithToken } from "#auth/sign-in.ts";
import { decide, pollLink, startLink } from "#testing/device-links.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
const other = await startTestApi({}, api.stack);
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
const request = "POST /auth/password";
const newPassword = "as the loom weaves flowers 7";

function change(user: TestUser, body: Record<string, unknown> = {}) {
  const passwords = { current_password: testPassword, new_password: newPassword, ...body };
  return api.call(request, { token: user.token, body: passwords });
}

function signIn(user: TestUser, password: string) {
  return api.call("POST /auth/login", { body: { email: user.email, password } });
}

async function openSession(user: TestUser): Promise<SignInWithToken> {
  return (await signIn(user, testPassword)).body.data;
}

describe("200", () => {
  test("the new password signs in, the old one no more, and only a hash is stored", async () => {
    const user = await api.register();
    const answer = await change(user);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ ended_sessions: 0 });
    expect((await signIn(user, newPassword)).status).toBe(200);
    expectError(await signIn(user, testPassword), "AUTH_INVALID");
    const [row] = await api.sql`SELECT u::text AS row FROM users u WHERE id = ${user.id}`;
    expect(row?.["row"]).not.toContain(newPassword);
    expect(api.logLines.join("")).not.toContain(newPassword);
  });

  test("all other sessions end, on every process, and this one goes on with its refresh token", async () => {
    const user = await api.register();
    const [first, second] = [await openSession(user), await openSession(user)];
    expect((await other.call("GET /auth/me", { token: first.access_token })).status).toBe(200);
    const answer = await change(user);
    expect(answer.body.data).toEqual({ ended_sessions: 2 });
    for (const { access_token: token, refresh_token } of [first, second]) {
      expectError(await api.call("GET /auth/me", { token }), "AUTH_INVALID");
      await expectRefusal(api, "POST /auth/refresh", { body: { refresh_token }, code: "AUTH_INVALID" });
    }
    await waitUntil(
      () => other.call("GET /auth/me", { token: first.access_token }),
      ({ status }) => status === 401,
      { seconds: 5 },
    );
    expect((await api.call("GET /auth/me", { token: user.token })).status).toBe(200);
    const refreshed = await api.call("POST /auth/refresh", { body: { refresh_token: user.refreshToken } });
    expect(refreshed.status).toBe(200);
    const audits = await api.sql`
      SELECT actor_id, metadata->'ended_sessions' AS ended FROM audit_logs WHERE user_id = ${user.id} AND event_type = 'password_changed'`;
    expect(audits).toEqual([{ actor_id: user.id, ended: 2 }]);
    expect(await api.sql`SELECT id FROM notifications WHERE user_id = ${user.id}`).toEqual([]);
  });

  test("sessions of other users go on", async () => {
    const [user, stranger] = [await api.register(), await api.register()];
    await change(user);
    expect((await api.call("GET /auth/me", { token: stranger.token })).status).toBe(200);
  });

  test("a device that was approved and has not collected its session yet gets none", async () => {
    const user = await api.register();
    const link = await startLink(api);
    expect((await decide(api, user, { link })).status).toBe(200);
    await change(user);
    expect((await pollLink(api, link)).body.data).toEqual({ status: "EXPIRED" });
  });

  test("of two changes at once one succeeds: the other's password is the current one no more", async () => {
    const user = await api.register();
    const answers = await Promise.all([change(user), change(user, { new_password: "another loom, other threads" })]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 400]);
  });

  test("a sign-in with the old password that is under way opens no session", async () => {
    const user = await api.register();
    const { call } = await api.sql.begin(async (transaction) => {
      await transaction`UPDATE users SET password_hash = 'changed' WHERE id = ${user.id}`;
      const call = signIn(user, testPassword);
      await waitUntil(
        () =>
          transaction`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        (waiting) => waiting.length > 0,
      );
      return { call };
    });
    expectError(await call, "SERVICE_UNAVAILABLE");
    expect(await api.sql`SELECT id FROM sessions WHERE user_id = ${user.id}`).toHaveLength(1);
  });
});

describe("400", () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ["a new password of seven characters", { new_password: "aB3$xyz" }, ["new_password"]],
    ["a new password over 256 characters", { new_password: "x".repeat(257) }, ["new_password"]],
    ["a common new password", { new_password: "PassWord123" }, ["new_password"]],
    ["no current password", { current_password: undefined }, ["current_password"]],
    ["an unknown field", { keep_sessions: true }, ["keep_sessions"]],
  ];
  test.each(cases)("%s is refused, and named", async (_, field, at) => {
    const user = await api.register();
    const body = { current_password: testPassword, new_password: newPassword, ...field };
    await expectRefusal(api, request, { token: user.token, body, code: "VALIDATION_ERROR", at });
  });

  test("a wrong current password is refused, and audited like a sign-in that failed", async () => {
    const user = await api.register();
    const session = await openSession(user);
    await expectRefusal(api, request, {
      token: user.token,
      body: { current_password: "canary-wrong-password", new_password: newPassword },
      code: "VALIDATION_ERROR",
      at: ["current_password"],
      writes: ["audit_logs"],
    });
    expect((await api.call("GET /auth/me", { token: session.access_token })).status).toBe(200);
    const audits = await api.sql`
      SELECT a::text AS row FROM audit_logs a WHERE user_id = ${user.id} AND event_type = 'sign_in_failed'`;
    expect(audits).toHaveLength(1);
    expect(audits[0]?.["row"]).not.toContain("canary");
  });
});

describe("429", () => {
  test("five wrong ones close it, and signing in too: who holds a session guesses no faster than others", async () => {
    const user = await api.register();
    for (let index = 0; index < 5; index += 1)
      expectError(await change(user, { current_password: `wrong wrong ${index}` }), "VALIDATION_ERROR");
    const body = { current_password: testPassword, new_password: newPassword };
    const refused = await expectRefusal(api, request, { token: user.token, body, code: "RATE_LIMITED" });
    expect(refused.body.error?.details).toMatchObject({ limit: 5, remaining: 0 });
    expectError(await signIn(user, testPassword), "RATE_LIMITED");
  });

  test("a right one clears the failures before it", async () => {
    const user = await api.register();
    for (let index = 0; index < 4; index += 1)
      expectError(await change(user, { current_password: "wrong wrong" }), "VALIDATION_ERROR");
    expect((await change(user)).status).toBe(200);
    for (let index = 0; index < 4; index += 1)
      expectError(await change(user, { current_password: "wrong wrong" }), "VALIDATION_ERROR");
  });
});
