import { sha256Hex } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import type { SignInWithToken } from "#auth/sign-in.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const request = "POST /auth/refresh";

async function refresh(refreshToken: string): Promise<SignInWithToken> {
  const answer = await api.call(request, { body: { refresh_token: refreshToken } });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

function expectRefused(refreshToken: string, writes: readonly string[] = []) {
  return expectRefusal(api, request, { body: { refresh_token: refreshToken }, code: "AUTH_INVALID", writes });
}

/** As if the token had been rotated that long ago. */
async function ageRotation(refreshToken: string, seconds: number): Promise<void> {
  await api.sql`
    UPDATE refresh_tokens SET rotated_at = rotated_at - make_interval(secs => ${seconds}) WHERE hash = ${sha256Hex(refreshToken)}`;
}

async function familyOf(user: TestUser): Promise<{ tokens: number; revoked: boolean }> {
  const [row] = await api.sql<{ tokens: number; revoked: boolean }[]>`
    SELECT count(t.hash)::int AS tokens, bool_and(s.revoked_at IS NOT NULL) AS revoked
    FROM sessions s JOIN refresh_tokens t ON t.family = s.id WHERE s.user_id = ${user.id}`;
  return row ?? { tokens: 0, revoked: false };
}

describe("200", () => {
  test("the token is traded for a new pair, which goes on", async () => {
    const user = await api.register();
    const first = await refresh(user.refreshToken);
    expect(first.refresh_token).not.toBe(user.refreshToken);
    expect(first.user.id).toBe(user.id);
    expect((await api.call("GET /auth/me", { token: first.access_token })).status).toBe(200);
    const second = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await familyOf(user)).toEqual({ tokens: 3, revoked: false });
  });

  test("within twenty seconds a repeat gets the same successor: a lost answer is no theft", async () => {
    const user = await api.register();
    const first = await refresh(user.refreshToken);
    await ageRotation(user.refreshToken, 15);
    expect((await refresh(user.refreshToken)).refresh_token).toBe(first.refresh_token);
    expect(await familyOf(user)).toEqual({ tokens: 2, revoked: false });
  });

  test("twenty refreshes of one token at once make one chain", async () => {
    const user = await api.register();
    const pairs = await Promise.all(Array.from({ length: 20 }, () => refresh(user.refreshToken)));
    expect(new Set(pairs.map((pair) => pair.refresh_token)).size).toBe(1);
    expect(await familyOf(user)).toEqual({ tokens: 2, revoked: false });
    await refresh(pairs[0]?.refresh_token ?? "");
  });

  test("no token is stored, nor can the successor be made from what is stored", async () => {
    const user = await api.register();
    const first = await refresh(user.refreshToken);
    const rows = await api.sql`SELECT t::text AS row FROM refresh_tokens t`;
    const stored = rows.map((row) => String(row["row"])).join("\n");
    expect(stored).toContain(sha256Hex(first.refresh_token));
    for (const token of [user.refreshToken, first.refresh_token]) expect(stored).not.toContain(token);
  });

  test("an access token that has run out does not stand in the way", async () => {
    const user = await api.register();
    const answer = await api.call(request, { token: "x.y.z", body: { refresh_token: user.refreshToken } });
    expect(answer.status).toBe(200);
  });
});

describe("400", () => {
  test.each([
    ["no token", {}, ["refresh_token"]],
    ["an empty token", { refresh_token: "" }, ["refresh_token"]],
    ["a token of another type", { refresh_token: 7 }, ["refresh_token"]],
    ["an endless token", { refresh_token: "x".repeat(513) }, ["refresh_token"]],
    ["an unknown field", { refresh_token: "x", more: 1 }, ["more"]],
    ["a token and the cookie", { refresh_token: "x", session: "cookie" }, ["refresh_token"]],
    ["another kind of session", { session: "memory" }, ["session"]],
  ])("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { body, code: "VALIDATION_ERROR", at });
  });
});

describe("401", () => {
  test("what was never a refresh token is refused", async () => {
    const user = await api.register();
    await expectRefused("nonsense");
    await expectRefused(user.token);
    await expectRefused(sha256Hex(user.refreshToken));
  });

  test("a reuse after the grace ends the session, is audited, and its user is told", async () => {
    const user = await api.register();
    const first = await refresh(user.refreshToken);
    await ageRotation(user.refreshToken, 21);
    await expectRefused(user.refreshToken, ["sessions", "audit_logs", "notifications", "notification_counters"]);
    expect(await familyOf(user)).toEqual({ tokens: 2, revoked: true });
    await expectRefused(first.refresh_token);
    expectError(await api.call("GET /auth/me", { token: first.access_token }), "AUTH_INVALID");
    const audits =
      await api.sql`SELECT id FROM audit_logs WHERE user_id = ${user.id} AND event_type = 'refresh_reused'`;
    expect(audits).toHaveLength(1);
    const login = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
    const { access_token: token }: SignInWithToken = login.body.data;
    const told = await api.call("GET /notifications", { token });
    expect(told.body.data).toMatchObject({ items: [{ type: "session_revoked" }], unread_count: 1 });
  });

  test("the reuse of one session leaves the user's others alone", async () => {
    const user = await api.register();
    const login = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
    const other: SignInWithToken = login.body.data;
    await refresh(user.refreshToken);
    await ageRotation(user.refreshToken, 60);
    await expectRefused(user.refreshToken, ["sessions", "audit_logs", "notifications", "notification_counters"]);
    await refresh(other.refresh_token);
    expect((await api.call("GET /auth/me", { token: other.access_token })).status).toBe(200);
  });

  test("a token that was not used for 30 days has ended", async () => {
    const user = await api.register();
    await api.sql`UPDATE refresh_tokens SET expires_at = now() WHERE hash = ${sha256Hex(user.refreshToken)}`;
    await expectRefused(user.refreshToken);
  });

  test("a token lives 30 days and its session 90, however often it is used", async () => {
    const user = await api.register();
    const read = () => api.sql<{ session: number; token: number }[]>`
      SELECT extract(day FROM s.expires_at - s.created_at)::int AS session, extract(day FROM t.expires_at - t.created_at)::int AS token
      FROM sessions s JOIN refresh_tokens t ON t.family = s.id WHERE s.user_id = ${user.id}`;
    await refresh(user.refreshToken);
    expect(await read()).toEqual(Array.from({ length: 2 }, () => ({ session: 90, token: 30 })));
    await api.sql`UPDATE sessions SET expires_at = now() WHERE user_id = ${user.id}`;
    await expectRefused(user.refreshToken);
  });

  test("a disabled user refreshes nothing, and may again once enabled", async () => {
    const user = await api.register();
    await api.sql`UPDATE users SET disabled_at = now() WHERE id = ${user.id}`;
    await expectRefused(user.refreshToken);
    await api.sql`UPDATE users SET disabled_at = NULL WHERE id = ${user.id}`;
    await refresh(user.refreshToken);
  });
});
