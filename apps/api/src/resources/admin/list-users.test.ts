import type { AdminUser } from "@hivesync/contracts/operator";
import type { Page } from "@hivesync/contracts/pagination";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const site = await api.register("site");
await setTier(api, site, "Admin");

async function insertUsers(...names: string[]): Promise<void> {
  for (const [index, name] of names.entries())
    await api.sql`
      INSERT INTO users (id, email, username, password_hash, created_at)
      VALUES (${newId()}, ${`${name}@mail.example.com`}, ${name}, '-', now() - make_interval(secs => ${index + 1}))`;
}
await insertUsers("Grace", "gracious", "Grant", "mary", "a_graceful_one");
// A name that only the address begins with.
await api.sql`UPDATE users SET email = 'graz@mail.example.com' WHERE username = 'mary'`;
// More than are looked at one by one, of every length that an index is of.
await insertUsers(...Array.from({ length: 60 }, (_, n) => `crowd_of_${n}`));

async function list(query: Record<string, string>): Promise<Page<AdminUser>> {
  const answer = await api.call(`GET /admin/users?${new URLSearchParams(query).toString()}`, { token: site.token });
  expect(answer.status).toBe(200);
  return answer.body.data;
}
const namesOf = async (query: Record<string, string>): Promise<string[]> =>
  (await list(query)).items.map(({ username }) => username);
const crowd = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, n) => `crowd_of_${from + n}`);

describe("200", () => {
  test("a user is shown without a password, its hash and settings", async () => {
    const [found] = (await list({ q: site.id })).items;
    expect(found).toEqual({
      id: site.id,
      email: site.email,
      username: site.username,
      tier: "Admin",
      created_at: expect.any(String) as string,
      last_login: expect.any(String) as string,
      disabled_at: null,
    });
  });

  test.each([
    ["gra", ["Grace", "gracious", "Grant", "mary"]],
    ["GRAC", ["Grace", "gracious"]],
    ["graz", ["mary"]],
    ["graz@mail.example.com", ["mary"]],
    ["grace@mail.example.co", ["Grace"]],
    ["mary", ["mary"]],
    ["a_g", ["a_graceful_one"]],
  ])("%s finds whose address or name begins so, in any case", async (q, names) => {
    expect(await namesOf({ q })).toEqual(names);
  });

  test.each(["race", "%", "_", "gra%", "\\", "mail.example.com", "nobody", "ÿ", "\u{10ffff}"])(
    "%s is the beginning of nobody, whatever a pattern would make of it",
    async (q) => {
      expect(await namesOf({ q })).toEqual([]);
    },
  );

  test("a whole id finds its user, in any case, and a part of it nobody", async () => {
    expect(await namesOf({ q: site.id.toUpperCase() })).toEqual([site.username]);
    expect(await namesOf({ q: site.id.slice(0, 30) })).toEqual([]);
  });

  test.each(["c", "cr", "cro", "crow", "crowd", "crowd_of", "crowd_of_"])(
    "%s finds many, page by page, each once",
    async (q) => {
      const first = await list({ q, limit: "25" });
      expect(first.items.map(({ username }) => username)).toEqual(crowd(0, 25));
      const second = await list({ q, limit: "25", cursor: first.next_cursor ?? "" });
      expect(second.items.map(({ username }) => username)).toEqual(crowd(25, 50));
      const third = await list({ q, limit: "25", offset: "50" });
      expect([third.items.map(({ username }) => username), third.has_more]).toEqual([crowd(50, 60), false]);
    },
  );

  test("tier and disabled narrow the list, alone, together and with a search", async () => {
    await api.sql`UPDATE users SET tier = 'Premium' WHERE username IN ('Grace', 'gracious', 'crowd_of_7')`;
    await api.sql`UPDATE users SET disabled_at = now() WHERE username IN ('gracious', 'Grant', 'crowd_of_8')`;
    expect(await namesOf({ tier: "Premium" })).toEqual(["Grace", "gracious", "crowd_of_7"]);
    expect(await namesOf({ disabled: "true" })).toEqual(["gracious", "Grant", "crowd_of_8"]);
    expect(await namesOf({ tier: "Premium", disabled: "true" })).toEqual(["gracious"]);
    expect(await namesOf({ tier: "Premium", disabled: "false", q: "gra" })).toEqual(["Grace"]);
    expect(await namesOf({ tier: "Premium", q: "crowd_of" })).toEqual(["crowd_of_7"]);
    expect(await namesOf({ disabled: "true", q: "c" })).toEqual(["crowd_of_8"]);
    expect((await namesOf({ disabled: "false", limit: "100" })).includes("Grant")).toBe(false);
  });
});

describe("400", () => {
  test.each([
    ["an empty search", "q=", "q"],
    ["a tier that is none", "tier=Gold", "tier"],
    ["disabled that is neither", "disabled=maybe", "disabled"],
  ])("%s is refused, and named", async (_, query, at) => {
    await expectRefusal(api, `GET /admin/users?${query}`, { token: site.token, code: "VALIDATION_ERROR", at: [at] });
  });
});

describe("403", () => {
  test("nobody else is told who there is", async () => {
    const user = await api.register();
    await setTier(api, user, "Premium");
    await expectRefusal(api, "GET /admin/users", { token: user.token, code: "FORBIDDEN" });
  });
});
