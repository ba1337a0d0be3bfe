import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { parseSetCookie } from "cookie";
import { afterAll, describe, expect, test } from "vitest";
import type { SignInWithToken } from "#auth/sign-in.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { claimsOf } from "#testing/forge-token.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
const other = await startTestApi({}, api.stack);
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

const sessionOf = (token: string): string => String(claimsOf(token)["sid"]);

async function openSession(user: TestUser): Promise<SignInWithToken> {
  const answer = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
  return answer.body.data;
}

function revoke(user: TestUser, id: string, headers: Record<string, string> = {}) {
  return api.call(`DELETE /auth/sessions/${id}`, { token: user.token, headers });
}

describe("200", () => {
  test("the session ends here at once and on every process soon, and the others go on", async () => {
    const user = await api.register();
    const { access_token: token, refresh_token } = await openSession(user);
    expect((await other.call("GET /auth/me", { token })).status).toBe(200);
    const answer = await revoke(user, sessionOf(token));
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({});
    expectError(await api.call("GET /auth/me", { token }), "AUTH_INVALID");
    await expectRefusal(api, "POST /auth/refresh", { body: { refresh_token }, code: "AUTH_INVALID" });
    await waitUntil(
      () => other.call("GET /auth/me", { token }),
      ({ status }) => status === 401,
      { seconds: 5 },
    );
    expect((await api.call("GET /auth/me", { token: user.token })).status).toBe(200);
    const audits = await api.sql`
      SELECT actor_id, metadata FROM audit_logs WHERE user_id = ${user.id} AND event_type = 'session_revoked'`;
    expect(audits).toEqual([{ actor_id: user.id, metadata: { session_id: sessionOf(token) } }]);
    expect(await api.sql`SELECT id FROM notifications WHERE user_id = ${user.id}`).toEqual([]);
  });

  test("to end the session that asks is to sign out, and takes its cookie", async () => {
    const user = await api.register();
    const headers = { cookie: "__Host-hivesync_refresh=hsr_x" };
    const elsewhere = await revoke(user, sessionOf((await openSession(user)).access_token), headers);
    expect(elsewhere.headers["set-cookie"]).toBeUndefined();
    const answer = await revoke(user, sessionOf(user.token).toUpperCase(), headers);
    expect(answer.status).toBe(200);
    expect(parseSetCookie(String(answer.headers["set-cookie"]))).toMatchObject({ value: "", maxAge: 0 });
    expectError(await api.call("GET /auth/me", { token: user.token }), "AUTH_INVALID");
  });

  test("of many calls at once one ends it, and the others find nothing", async () => {
    const user = await api.register();
    const id = sessionOf((await openSession(user)).access_token);
    const answers = await Promise.all(Array.from({ length: 4 }, () => revoke(user, id)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 404, 404, 404]);
  });
});

describe("400", () => {
  test("an id that is no UUID is refused, and named", async () => {
    const user = await api.register();
    await expectRefusal(api, "DELETE /auth/sessions/current", {
      token: user.token,
      code: "VALIDATION_ERROR",
      at: ["id"],
    });
  });
});

describe("404", () => {
  test("another's session, one that has ended, one past its time and one that never was look the same", async () => {
    const [user, stranger] = [await api.register(), await api.register()];
    const [ended, old] = [await openSession(user), await openSession(user)].map((signIn) =>
      sessionOf(signIn.access_token),
    );
    await revoke(user, ended ?? "");
    await api.sql`UPDATE sessions SET expires_at = now() WHERE id = ${old ?? ""}`;
    const call = { token: user.token, code: "NOT_FOUND" } as const;
    const answers = [];
    for (const id of [sessionOf(stranger.token), ended, old, newId()])
      answers.push(await expectRefusal(api, `DELETE /auth/sessions/${id}`, call));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await api.call("GET /auth/me", { token: stranger.token })).status).toBe(200);
  });
});
