import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword } from "#testing/start-test-api.ts";

const api = await startTestApi();
const alone = await startTestApi({ HIVESYNC_REDIS_URL: "redis://127.0.0.1:1" }, api.stack);
afterAll(async () => {
  await alone[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

describe("without Redis", () => {
  test("signing in goes on, four times as strictly, counted in the process", async () => {
    const user = await api.register();
    const login = (password: string) => alone.call("POST /auth/login", { body: { email: user.email, password } });
    expect((await login(testPassword)).status).toBe(200);
    expectError(await login("wrong wrong"), "AUTH_INVALID");
    expectError(await login("wrong wrong"), "RATE_LIMITED");
    expectError(await login(testPassword), "RATE_LIMITED");
  });

  test("registering goes on, twice an hour and address", async () => {
    const register = () => {
      const username = `u${randomBytes(6).toString("hex")}`;
      const body = { email: `${username}@example.com`, username, password: testPassword };
      return alone.call("POST /auth/register", { body, ip: "203.0.113.50" });
    };
    expect((await register()).status).toBe(201);
    expect((await register()).status).toBe(201);
    expectError(await register(), "RATE_LIMITED");
  });

  test("every other call is let through, and says nothing of a limit that nobody counts", async () => {
    const user = await api.register();
    for (let count = 0; count < 5; count += 1) {
      const answer = await alone.call("POST /projects", { token: user.token, body: { name: "x" } });
      expect(answer.status).toBe(201);
      expect(answer.headers).not.toHaveProperty("ratelimit-limit");
    }
    await expectRefusal(alone, "GET /projects?limit=0", { token: user.token, code: "VALIDATION_ERROR", at: ["limit"] });
  });
});
