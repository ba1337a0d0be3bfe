import { randomBytes } from "node:crypto";
import { registrationsPerHour } from "@hivesync/contracts/tiers";
import type { SignIn } from "@hivesync/contracts/resources/auth";
import { afterAll, describe, expect, test } from "vitest";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

function newAccount(): { email: string; username: string; password: string } {
  const username = `u${randomBytes(6).toString("hex")}`;
  return { email: `${username}@example.com`, username, password: testPassword };
}

describe("201", () => {
  test("an account is made with a personal team, and signed in", async () => {
    const body = newAccount();
    const answer = await api.call("POST /auth/register", { body, headers: { "user-agent": "test \u00e9 client" } });
    expect(answer.status).toBe(201);
    const made: SignIn = answer.body.data;
    expect(made).toMatchObject({
      user: { email: body.email, username: body.username, tier: "Free", settings: {} },
      token_type: "Bearer",
      expires_in: 600,
    });
    expect(made.user.last_login).toBe(made.user.created_at);
    const me = await api.call("GET /auth/me", { token: made.access_token });
    expect(me.body.data).toEqual(made.user);
    const teams = await api.sql`
      SELECT t.name, t.personal, m.role FROM teams t JOIN team_members m ON m.team_id = t.id
      WHERE t.owner_id = ${made.user.id} AND m.user_id = t.owner_id`;
    expect(teams).toEqual([{ name: body.username, personal: true, role: "Owner" }]);
    const audits = await api.sql`SELECT event_type, actor_id FROM audit_logs WHERE user_id = ${made.user.id}`;
    expect(audits).toEqual([{ event_type: "user_registered", actor_id: made.user.id }]);
    const [session] = await api.sql`SELECT client_name FROM sessions WHERE user_id = ${made.user.id}`;
    expect(session?.["client_name"]).toMatch(/^test .*client$/);
  });

  test("only hashes of the password and of the refresh token are stored", async () => {
    const body = newAccount();
    const answer = await api.call("POST /auth/register", { body });
    const made: SignIn = answer.body.data;
    const [user] = await api.sql`SELECT u::text AS row FROM users u WHERE id = ${made.user.id}`;
    expect(user?.["row"]).toMatch(/\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
    expect(user?.["row"]).not.toContain(body.password);
    const tokens = await api.sql`
      SELECT t::text AS row FROM refresh_tokens t JOIN sessions s ON s.id = t.family WHERE s.user_id = ${made.user.id}`;
    expect(tokens).toHaveLength(1);
    expect(tokens[0]?.["row"]).not.toContain(made.refresh_token);
  });

  test("of many registrations of one name at once one succeeds", async () => {
    const body = newAccount();
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.call("POST /auth/register", { body })));
    const count = (wanted: number): number => answers.filter(({ status }) => status === wanted).length;
    expect({ made: count(201), refused: count(409) }).toEqual({ made: 1, refused: 5 });
  });
});

describe("400", () => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ["an email that is none", { email: "nobody" }, ["email"]],
    ["a username of one letter", { username: "a" }, ["username"]],
    ["a username with a blank", { username: "a b" }, ["username"]],
    ["a username that looks like an email", { username: "a@example.com" }, ["username"]],
    ["a password of seven characters", { password: "aB3$xyz" }, ["password"]],
    ["a password over 256 characters", { password: "x".repeat(257) }, ["password"]],
    ["a common password", { password: "password123" }, ["password"]],
    ["a common password in capitals", { password: "PassWord123" }, ["password"]],
    ["a tier", { tier: "Admin" }, ["tier"]],
  ];
  test.each(cases)("%s is refused, and named", async (_, field, at) => {
    const body = { ...newAccount(), ...field };
    await expectRefusal(api, "POST /auth/register", { body, code: "VALIDATION_ERROR", at });
  });

  test("nothing at all names every field", async () => {
    const at = ["email", "username", "password"];
    await expectRefusal(api, "POST /auth/register", { body: {}, code: "VALIDATION_ERROR", at });
  });
});

describe("409", () => {
  test("a taken email or username is a conflict, whatever its case", async () => {
    const taken = await api.register("taken");
    const bodies = [
      { ...newAccount(), email: taken.email },
      { ...newAccount(), email: taken.email.toUpperCase() },
      { ...newAccount(), username: taken.username.toUpperCase() },
    ];
    for (const body of bodies) await expectRefusal(api, "POST /auth/register", { body, code: "CONFLICT" });
  });
});

describe("429", () => {
  test("an address registers ten times an hour, refused input not counted, and others go on", async () => {
    const ip = "203.0.113.7";
    for (let count = 0; count < registrationsPerHour; count += 1) {
      const body = { ...newAccount(), password: "password123" };
      expectError(await api.call("POST /auth/register", { body, ip }), "VALIDATION_ERROR");
      expect((await api.call("POST /auth/register", { body: newAccount(), ip })).status).toBe(201);
    }
    const refused = await expectRefusal(api, "POST /auth/register", { body: newAccount(), ip, code: "RATE_LIMITED" });
    expect(refused.body.error?.details).toMatchObject({ limit: registrationsPerHour, remaining: 0 });
    expect((await api.call("POST /auth/register", { body: newAccount(), ip: "203.0.113.8" })).status).toBe(201);
  });
});
