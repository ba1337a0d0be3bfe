import type { Page } from "@hivesync/contracts/pagination";
import type { Session, SignIn } from "@hivesync/contracts/resources/auth";
import { afterAll, describe, expect, test } from "vitest";
import type { SignInWithToken } from "#auth/sign-in.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { claimsOf } from "#testing/forge-token.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

const sessionOf = (token: string): string => String(claimsOf(token)["sid"]);

async function openSession(user: TestUser, userAgent: string): Promise<SignIn> {
  const body = { email: user.email, password: testPassword };
  const answer = await api.call("POST /auth/login", { body, headers: { "user-agent": userAgent } });
  return answer.body.data;
}

async function list(user: TestUser, query = ""): Promise<Page<Session>> {
  const answer = await api.call(`GET /auth/sessions${query}`, { token: user.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}

describe("200", () => {
  test("one's own sessions, newest first, each with its client, and which of them asks", async () => {
    const [user, stranger] = [await api.register(), await api.register()];
    const phone = await openSession(user, "HiveSync phone \u00e9");
    const laptop = await openSession(user, "HiveSync laptop");
    await openSession(stranger, "elsewhere");
    const { items } = await list(user);
    expect(items.map(({ id }) => id)).toEqual([
      sessionOf(laptop.access_token),
      sessionOf(phone.access_token),
      sessionOf(user.token),
    ]);
    expect(items.map(({ current }) => current)).toEqual([false, false, true]);
    expect(items.map(({ client_name }) => client_name)[0]).toBe("HiveSync laptop");
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(["client_name", "created_at", "current", "id", "last_used_at"]);
  });

  test("last_used_at tells of the last refresh", async () => {
    const user = await api.register();
    await api.sql`
      UPDATE sessions SET created_at = now() - interval '3 days', last_used_at = now() - interval '3 days' WHERE user_id = ${user.id}`;
    const [before] = (await list(user)).items;
    const { body } = await api.call("POST /auth/refresh", { body: { refresh_token: user.refreshToken } });
    const [after] = (await list({ ...user, token: (body.data as SignInWithToken).access_token })).items;
    expect(after).toEqual({ ...before, last_used_at: after?.last_used_at });
    expect(Date.parse(after?.last_used_at ?? "") - Date.parse(before?.last_used_at ?? "")).toBeGreaterThan(
      2.9 * 86_400_000,
    );
  });

  test("what has ended is not there: signed out, past its time, or not used for thirty days", async () => {
    const user = await api.register();
    const ended = [await openSession(user, "out"), await openSession(user, "old"), await openSession(user, "idle")];
    const [out, old, idle] = ended.map((signIn) => sessionOf(signIn.access_token));
    await api.call("POST /auth/logout", { token: ended[0]?.access_token, body: {} });
    await api.sql`UPDATE sessions SET expires_at = now() WHERE id = ${old ?? ""}`;
    await api.sql`UPDATE sessions SET last_used_at = now() - interval '30 days' WHERE id = ${idle ?? ""}`;
    const ids = (await list(user)).items.map(({ id }) => id);
    expect(ids).toEqual([sessionOf(user.token)]);
    expect(ids).not.toContain(out);
  });

  test("pages by cursor hold each session once", async () => {
    const user = await api.register();
    for (let index = 0; index < 4; index += 1) await openSession(user, `client ${index}`);
    const whole = (await list(user)).items.map(({ id }) => id);
    const paged: string[] = [];
    for (let query: string | null = "?limit=2"; query !== null;) {
      const page: Page<Session> = await list(user, query);
      paged.push(...page.items.map(({ id }) => id));
      query = page.next_cursor && `?limit=2&cursor=${page.next_cursor}`;
    }
    expect(paged).toEqual(whole);
    expect((await list(user, "?limit=2&offset=3")).items.map(({ id }) => id)).toEqual(whole.slice(3));
  });
});

describe("400", () => {
  test.each([
    ["limit=0", ["limit"]],
    ["offset=-1", ["offset"]],
    ["cursor=x", ["cursor"]],
    ["user_id=1", ["user_id"]],
  ])("%s is refused, and named", async (query, at) => {
    const user = await api.register();
    await expectRefusal(api, `GET /auth/sessions?${query}`, { token: user.token, code: "VALIDATION_ERROR", at });
  });
});
