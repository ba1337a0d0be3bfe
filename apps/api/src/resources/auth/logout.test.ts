import type { SignIn } from "@hivesync/contracts/resources/auth";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword } from "#testing/start-test-api.ts";

const api = await startTestApi();
const other = await startTestApi({}, api.stack);
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
const request = "POST /auth/logout";

describe("200", () => {
  test("the session ends: its tokens are dead at once, and the user's other sessions live", async () => {
    const user = await api.register();
    const login = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
    const second: SignIn = login.body.data;
    const answer = await api.call(request, { token: user.token, body: {} });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({});
    expectError(await api.call("GET /auth/me", { token: user.token }), "AUTH_INVALID");
    const refresh = { body: { refresh_token: user.refreshToken }, code: "AUTH_INVALID" } as const;
    await expectRefusal(api, "POST /auth/refresh", refresh);
    expect((await api.call("GET /auth/me", { token: second.access_token })).status).toBe(200);
    const audits =
      await api.sql`SELECT actor_id FROM audit_logs WHERE user_id = ${user.id} AND event_type = 'sign_out'`;
    expect(audits).toEqual([{ actor_id: user.id }]);
  });

  test("another process that knew the session refuses it within seconds", async () => {
    const user = await api.register();
    expect((await other.call("GET /auth/me", { token: user.token })).status).toBe(200);
    await api.call(request, { token: user.token, body: {} });
    const refused = await waitUntil(
      () => other.call("GET /auth/me", { token: user.token }),
      ({ status }) => status !== 200,
      { seconds: 5 },
    );
    expectError(refused, "AUTH_INVALID");
  });

  test("no body at all is taken for an empty one", async () => {
    const user = await api.register();
    expect((await api.call(request, { token: user.token })).status).toBe(200);
  });
});

describe("400", () => {
  test("an unknown field is refused, and named", async () => {
    const user = await api.register();
    const body = { everywhere: true };
    await expectRefusal(api, request, { token: user.token, body, code: "VALIDATION_ERROR", at: ["everywhere"] });
  });
});

describe("401", () => {
  test("a session that has ended does not end again", async () => {
    const user = await api.register();
    await api.call(request, { token: user.token, body: {} });
    await expectRefusal(api, request, { token: user.token, body: {}, code: "AUTH_INVALID" });
  });
});
