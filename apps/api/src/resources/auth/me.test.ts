import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

describe("200", () => {
  test("the signed-in user, without anything secret", async () => {
    const user = await api.register();
    const answer = await api.call("GET /auth/me", { token: user.token });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body.data).sort()).toEqual(
      ["created_at", "email", "id", "last_login", "settings", "tier", "username"].sort(),
    );
    expect(answer.body.data).toMatchObject({ id: user.id, email: user.email, username: user.username, tier: "Free" });
  });
});

describe("400", () => {
  test("an unknown field is refused, and named", async () => {
    const user = await api.register();
    await expectRefusal(api, "GET /auth/me?id=1", { token: user.token, code: "VALIDATION_ERROR", at: ["id"] });
  });
});

describe("401", () => {
  test("without a token nothing is told", async () => {
    await expectRefusal(api, "GET /auth/me", { code: "AUTH_INVALID" });
  });

  test("a disabled user is refused within seconds", async () => {
    const user = await api.register();
    expect((await api.call("GET /auth/me", { token: user.token })).status).toBe(200);
    await api.sql`UPDATE users SET disabled_at = now() WHERE id = ${user.id}`;
    const refused = await waitUntil(
      () => api.call("GET /auth/me", { token: user.token }),
      ({ status }) => status !== 200,
      { seconds: 5 },
    );
    expectError(refused, "AUTH_INVALID");
  });

  test("a deleted user is refused within seconds", async () => {
    const user = await api.register();
    await api.call("GET /auth/me", { token: user.token });
    await api.sql`DELETE FROM users WHERE id = ${user.id}`;
    expectError(await api.call("GET /auth/me", { token: user.token }), "AUTH_INVALID");
  });
});
