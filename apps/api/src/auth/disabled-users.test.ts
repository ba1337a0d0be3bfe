import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { decide, pollLink, startLink } from "#testing/device-links.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

const disable = (user: TestUser) => api.sql`UPDATE users SET disabled_at = now() WHERE id = ${user.id}`;
const enable = (user: TestUser) => api.sql`UPDATE users SET disabled_at = NULL WHERE id = ${user.id}`;

/** Until the states of sessions that were read before are out of date: two seconds at most. */
function expectRefusedSoon(user: TestUser) {
  return waitUntil(
    () => api.call("GET /auth/me", { token: user.token }),
    ({ body }) => body.error?.code === "AUTH_INVALID",
    { seconds: 2.5 },
  );
}

describe("a disabled user", () => {
  test("signs in no more than one with a wrong password does, in the same words", async () => {
    const user = await api.register();
    const signIn = (password: string) =>
      expectRefusal(api, "POST /auth/login", {
        body: { email: user.email, password },
        code: "AUTH_INVALID",
        writes: ["audit_logs"],
      });
    const wrong = await signIn("not the password 1");
    await disable(user);
    expect((await signIn(testPassword)).body).toEqual(wrong.body);
  });

  test("who is disabled while the password is checked is not signed in", async () => {
    const user = await api.register();
    const [before] = await api.sql`SELECT count(*)::int AS count FROM sessions WHERE user_id = ${user.id}`;
    const answer = await api.sql.begin(async (transaction) => {
      await transaction`UPDATE users SET disabled_at = now() WHERE id = ${user.id}`;
      const call = api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
      await waitUntil(
        () =>
          transaction`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        (waiting) => waiting.length > 0,
      );
      return { call };
    });
    expectError(await answer.call, "SERVICE_UNAVAILABLE");
    expect(await api.sql`SELECT count(*)::int AS count FROM sessions WHERE user_id = ${user.id}`).toEqual([before]);
  });

  test("refreshes nothing", async () => {
    const user = await api.register();
    await disable(user);
    await expectRefusal(api, "POST /auth/refresh", {
      body: { refresh_token: user.refreshToken },
      code: "AUTH_INVALID",
    });
  });

  test("is refused with an access token within two seconds, and goes on when enabled again", async () => {
    const user = await api.register();
    expect((await api.call("GET /auth/me", { token: user.token })).status).toBe(200);
    await disable(user);
    await expectRefusedSoon(user);
    await enable(user);
    await waitUntil(
      () => api.call("GET /auth/me", { token: user.token }),
      ({ status }) => status === 200,
      { seconds: 2.5 },
    );
  });

  test("approves no device", async () => {
    const user = await api.register();
    const link = await startLink(api);
    await disable(user);
    await expectRefusedSoon(user);
    expectError(await decide(api, user, { link }), "AUTH_INVALID");
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "PENDING" });
  });

  test("signs in no device that was approved before", async () => {
    const user = await api.register();
    const link = await startLink(api);
    expect((await decide(api, user, { link })).status).toBe(200);
    await disable(user);
    expect((await pollLink(api, link)).body.data).toEqual({ status: "EXPIRED" });
    const sessions = await api.sql`SELECT id FROM sessions WHERE user_id = ${user.id}`;
    expect(sessions).toHaveLength(1);
  });

  test("is told no more of a device's session by asking again", async () => {
    const user = await api.register();
    const link = await startLink(api);
    await decide(api, user, { link });
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "APPROVED" });
    await disable(user);
    expect((await pollLink(api, link)).body.data).toEqual({ status: "EXPIRED" });
  });
});
