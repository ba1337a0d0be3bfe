import type { SignIn } from "@hivesync/contracts/resources/auth";
import { hash } from "argon2";
import { afterAll, describe, expect, test } from "vitest";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const request = "POST /auth/login";

function expectRefused(code: "AUTH_INVALID" | "RATE_LIMITED", body: Record<string, unknown>, ip = "127.0.0.1") {
  // A wrong password leaves an audit row, and nothing else.
  return expectRefusal(api, request, { body, ip, code, writes: code === "AUTH_INVALID" ? ["audit_logs"] : [] });
}

async function expectFailures(
  times: number,
  user: Pick<TestUser, "email">,
  ip: (index: number) => string,
): Promise<void> {
  const body = { email: user.email, password: "wrong wrong" };
  const answers = await Promise.all(
    Array.from({ length: times }, (_, index) => api.call(request, { body, ip: ip(index) })),
  );
  for (const answer of answers) expectError(answer, "AUTH_INVALID");
}

describe("200", () => {
  test("email and username sign in, whatever their case, each into a session of its own", async () => {
    const user = await api.register();
    const names = [
      { email: user.email },
      { email: user.email.toUpperCase() },
      { username: user.username },
      { username: user.username.toUpperCase() },
    ];
    for (const name of names) {
      const answer = await api.call(request, { body: { ...name, password: testPassword } });
      expect(answer.status).toBe(200);
      const signedIn: SignIn = answer.body.data;
      expect(signedIn.user.id).toBe(user.id);
      expect(JSON.stringify(signedIn.user)).not.toMatch(/argon2|password/i);
      expect((await api.call("GET /auth/me", { token: signedIn.access_token })).status).toBe(200);
    }
    const sessions = await api.sql`SELECT id FROM sessions WHERE user_id = ${user.id}`;
    expect(sessions).toHaveLength(1 + names.length);
    const audits = await api.sql`SELECT id FROM audit_logs WHERE user_id = ${user.id} AND event_type = 'sign_in'`;
    expect(audits).toHaveLength(names.length);
  });

  test("a hash of older parameters is made anew", async () => {
    const user = await api.register();
    const old = await hash(testPassword, { memoryCost: 8_192, timeCost: 2, parallelism: 1 });
    await api.sql`UPDATE users SET password_hash = ${old} WHERE id = ${user.id}`;
    const signIn = () => api.call(request, { body: { email: user.email, password: testPassword } });
    expect((await signIn()).status).toBe(200);
    const [row] = await api.sql`SELECT password_hash FROM users WHERE id = ${user.id}`;
    expect(row?.["password_hash"]).toContain("m=19456,p=1,t=2");
    expect((await signIn()).status).toBe(200);
  });

  test("success clears the failures of the account at this address", async () => {
    const user = await api.register();
    for (let round = 0; round < 3; round += 1) {
      await expectFailures(4, user, () => "127.0.0.1");
      const answer = await api.call(request, { body: { email: user.email, password: testPassword } });
      expect(answer.status).toBe(200);
    }
  });
});

describe("400", () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ["no name", { password: "x" }, ["email"]],
    ["both names", { email: "a@example.com", username: "abc", password: "x" }, ["email"]],
    ["no password", { email: "a@example.com" }, ["password"]],
    ["an unknown field", { email: "a@example.com", password: "x", remember: true }, ["remember"]],
  ];
  test.each(cases)("%s is refused, and named", async (_, body, at) => {
    await expectRefusal(api, request, { body, code: "VALIDATION_ERROR", at });
  });
});

describe("401", () => {
  test("a wrong password, an unknown name and a disabled user look the same", async () => {
    const [user, disabled] = await Promise.all([api.register(), api.register()]);
    await api.sql`UPDATE users SET disabled_at = now() WHERE id = ${disabled.id}`;
    const wrong = await expectRefused("AUTH_INVALID", { email: user.email, password: "not the password 1" });
    const unknown = await expectRefused("AUTH_INVALID", { email: `no${user.email}`, password: testPassword });
    const unknownName = await expectRefused("AUTH_INVALID", { username: "nobody_there", password: testPassword });
    const ended = await expectRefused("AUTH_INVALID", { email: disabled.email, password: testPassword });
    expect(unknown.body).toEqual(wrong.body);
    expect(unknownName.body).toEqual(wrong.body);
    expect(ended.body).toEqual(wrong.body);
  });

  test("a failure is audited with the user that was meant, and never the password", async () => {
    const user = await api.register();
    await expectRefused("AUTH_INVALID", { username: user.username, password: "canary-wrong-password" });
    const audits = await api.sql`
      SELECT a.event_type, a::text AS row FROM audit_logs a WHERE user_id = ${user.id} AND event_type = 'sign_in_failed'`;
    expect(audits).toHaveLength(1);
    expect(audits[0]?.["row"]).not.toContain("canary");
    expect(api.logLines.join("")).not.toContain("canary");
  });
});

describe("429", () => {
  test("after five failures of an account at an address the right password waits too", async () => {
    const user = await api.register();
    await expectFailures(5, user, () => "127.0.0.1");
    const body = { email: user.email, password: testPassword };
    const refused = await expectRefused("RATE_LIMITED", body);
    expect(refused.body.error?.details).toMatchObject({ limit: 5, remaining: 0 });
    await expectRefused("RATE_LIMITED", body);
  });

  test("email and username share one count", async () => {
    const user = await api.register();
    await expectFailures(3, user, () => "127.0.0.1");
    for (let index = 0; index < 2; index += 1)
      await expectRefused("AUTH_INVALID", { username: user.username, password: "wrong wrong" });
    await expectRefused("RATE_LIMITED", { username: user.username, password: testPassword });
    await expectRefused("RATE_LIMITED", { email: user.email, password: testPassword });
  });

  test("an unknown name is counted like a known one", async () => {
    const ghost = { email: "ghost@example.com" };
    await expectFailures(5, ghost, () => "127.0.0.1");
    await expectRefused("RATE_LIMITED", { email: "GHOST@example.com", password: "wrong wrong" });
  });

  test("elsewhere the account is still open, until fifty failures in all", async () => {
    const user = await api.register();
    await expectFailures(50, user, (index) => `198.51.100.${Math.floor(index / 5)}`);
    await expectRefused("RATE_LIMITED", { email: user.email, password: testPassword }, "198.51.100.200");
  });

  test("twenty failures close an address for every account, and no other address", async () => {
    const ip = "192.0.2.9";
    for (let index = 0; index < 20; index += 1) await expectFailures(1, { email: `g${index}@example.com` }, () => ip);
    const user = await api.register();
    const body = { email: user.email, password: testPassword };
    await expectRefused("RATE_LIMITED", body, ip);
    expect((await api.call(request, { body, ip: "192.0.2.10" })).status).toBe(200);
  });

  test("the counters stand in Redis under the keys of the design", async () => {
    const ip = "192.0.2.77";
    await expectRefused("AUTH_INVALID", { email: "keys@example.com", password: "wrong wrong" }, ip);
    const keys = await api.deps.redis.keys(`${api.stack.redisPrefix}rate_limit:*`);
    const own = keys.map((key) => key.slice(api.stack.redisPrefix.length));
    expect(own).toContain(`rate_limit:ip:${ip}:login`);
    for (const key of own) expect(key).toMatch(/^rate_limit:(ip:[\d.]+|account:[0-9a-f]{64}|[0-9a-f-]{36}):\w+$/);
  });
});
