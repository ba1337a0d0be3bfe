import type { User } from "@hivesync/contracts/resources/auth";
import { afterAll, describe, expect, test } from "vitest";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const request = "PATCH /auth/me";

function update(user: TestUser, body: unknown, headers: Record<string, string> = {}) {
  return api.call(request, { token: user.token, body, headers });
}

async function settingsAfter(user: TestUser, settings: unknown): Promise<unknown> {
  const answer = await update(user, { settings });
  expect(answer.status).toBe(200);
  return (answer.body.data as User).settings;
}

function auditsOf(user: TestUser) {
  return api.sql`SELECT actor_id, metadata FROM audit_logs WHERE user_id = ${user.id} AND event_type = 'user_updated'`;
}

describe("200", () => {
  test("a new username is signed in with, the old one no more, and the rest stays", async () => {
    const user = await api.register();
    const before = await api.call("GET /auth/me", { token: user.token });
    const username = `new${user.username.slice(-10)}`;
    const answer = await update(user, { username });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toEqual({ ...(before.body.data as User), username });
    const signIn = (name: string) => api.call("POST /auth/login", { body: { username: name, password: testPassword } });
    expect((await signIn(username)).status).toBe(200);
    expectError(await signIn(user.username), "AUTH_INVALID");
    const teams = await api.sql`SELECT name FROM teams WHERE owner_id = ${user.id}`;
    expect(teams).toEqual([{ name: user.username }]);
    expect(await auditsOf(user)).toEqual([
      { actor_id: user.id, metadata: { fields: ["username"], username_before: user.username } },
    ]);
  });

  test("the own username in another case is no conflict", async () => {
    const user = await api.register();
    const username = user.username.toUpperCase();
    expect((await update(user, { username })).body.data).toMatchObject({ username });
  });

  test("settings merge: null removes, an object merges, anything else replaces (RFC 7396)", async () => {
    const user = await api.register();
    await settingsAfter(user, { theme: "dark", editor: { tab: 2, wrap: true }, list: [1, 2] });
    const merged = await settingsAfter(user, {
      theme: null,
      editor: { tab: 4, gone: null },
      list: [3],
      more: { a: 1 },
    });
    expect(merged).toEqual({ editor: { tab: 4, wrap: true }, list: [3], more: { a: 1 } });
    const me = await api.call("GET /auth/me", { token: user.token });
    expect((me.body.data as User).settings).toEqual(merged);
    const [row] = await api.sql`SELECT jsonb_typeof(settings) AS kind FROM users WHERE id = ${user.id}`;
    expect(row).toEqual({ kind: "object" });
  });

  test("of many patches at once none is lost", async () => {
    const user = await api.register();
    const keys = Array.from({ length: 8 }, (_, index) => `key_${index}`);
    await Promise.all(keys.map((key) => settingsAfter(user, { [key]: true })));
    expect(await settingsAfter(user, {})).toEqual(Object.fromEntries(keys.map((key) => [key, true])));
  });

  test("nothing given changes nothing and is not audited", async () => {
    const user = await api.register();
    const me = await api.call("GET /auth/me", { token: user.token });
    expect((await update(user, {})).body.data).toEqual(me.body.data);
    expect(await auditsOf(user)).toEqual([]);
  });

  test("If-Match with the ETag of what was read lets the change through", async () => {
    const user = await api.register();
    const { headers } = await api.call("GET /auth/me", { token: user.token });
    const changed = await update(user, { settings: { a: 1 } }, { "if-match": String(headers["etag"]) });
    expect(changed.status).toBe(200);
    expect(changed.headers["etag"]).not.toBe(headers["etag"]);
    const again = await update(user, { settings: { a: 2 } }, { "if-match": String(changed.headers["etag"]) });
    expect(again.status).toBe(200);
  });
});

describe("400", () => {
  const cases: [string, unknown, string[]][] = [
    ["a username of one letter", { username: "a" }, ["username"]],
    ["a username that looks like an email", { username: "a@example.com" }, ["username"]],
    ["no username", { username: null }, ["username"]],
    ["settings that are a list", { settings: [] }, ["settings"]],
    ["settings with NUL", { settings: { a: "\0" } }, ["settings"]],
    ["settings over 64 KB", { settings: { a: "x".repeat(64 * 1024) } }, ["settings"]],
    ["an email", { email: "other@example.com" }, ["email"]],
    ["a tier", { tier: "Admin" }, ["tier"]],
    ["a password", { password: "correct horse" }, ["password"]],
  ];
  test.each(cases)("%s is refused, and named", async (_, body, at) => {
    const user = await api.register();
    await expectRefusal(api, request, { token: user.token, body, code: "VALIDATION_ERROR", at });
  });

  test("settings that grow over 64 KB by a patch are refused whole", async () => {
    const user = await api.register();
    await settingsAfter(user, { a: "x".repeat(40 * 1024) });
    const body = { settings: { b: "x".repeat(40 * 1024) } };
    await expectRefusal(api, request, { token: user.token, body, code: "VALIDATION_ERROR", at: ["settings"] });
    await settingsAfter(user, { a: null, ...body.settings });
  });
});

describe("409", () => {
  test("a username that is taken is a conflict, whatever its case, and the settings beside it stay", async () => {
    const [user, other] = await Promise.all([api.register(), api.register()]);
    for (const username of [other.username, other.username.toUpperCase()]) {
      const body = { username, settings: { a: 1 } };
      await expectRefusal(api, request, { token: user.token, body, code: "CONFLICT" });
    }
  });

  test("of many who want one name at once one gets it", async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => api.register()));
    const answers = await Promise.all(users.map((user) => update(user, { username: "the_one_name" })));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409, 409]);
  });
});

describe("412", () => {
  test("what was changed since it was read is not changed", async () => {
    const user = await api.register();
    const { headers } = await api.call("GET /auth/me", { token: user.token });
    await update(user, { settings: { a: 1 } });
    await expectRefusal(api, request, {
      token: user.token,
      body: { settings: { a: 2 } },
      headers: { "if-match": String(headers["etag"]) },
      code: "PRECONDITION_FAILED",
    });
  });
});
