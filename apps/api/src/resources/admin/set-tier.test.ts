import { tiers } from "@hivesync/contracts/tiers";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { noticesOf, setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword, type TestUser } from "#testing/start-test-api.ts";
import { whileOpen } from "#testing/while-open.ts";

const api = await startTestApi();
const other = await startTestApi({}, api.stack);
afterAll(async () => {
  await other[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});
const site = await api.register("site");
beforeEach(async () => {
  await api.sql`UPDATE users SET tier = 'Free', disabled_at = NULL`;
  await setTier(api, site, "Admin");
});

const change = (user: TestUser, tier: string, by = site) =>
  api.call(`POST /admin/users/${user.id}/tier`, { token: by.token, body: { tier } });
const tierOf = async (user: TestUser): Promise<string> => {
  const [row] = await api.sql<{ tier: string }[]>`SELECT tier FROM users WHERE id = ${user.id}`;
  return row?.tier ?? "";
};
const tierShown = async (process: typeof api, token: string): Promise<string> =>
  ((await process.call("GET /auth/me", { token })).body.data as { tier: string }).tier;

/** Whether this session may call what only the site's admins may, on this process. */
const mayRunSite = async (process: typeof api, token: string): Promise<boolean> =>
  (await process.call("GET /admin/workers", { token })).status === 200;

describe("200", () => {
  test.each(tiers)("a user becomes %s", async (tier) => {
    const user = await api.register();
    const answer = await change(user, tier);
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ id: user.id, email: user.email, username: user.username, tier });
    expect(await tierOf(user)).toBe(tier);
    expect(await tierShown(api, user.token)).toBe(tier);
  });

  test("old and new tier are told to the user and audited, once", async () => {
    const user = await api.register();
    await change(user, "Pro");
    const metadata = { old: "Free", new: "Pro" };
    expect(await noticesOf(api, user)).toEqual([{ type: "tier_changed", data: { ...metadata, changed_by: site.id } }]);
    const audited = await api.sql`
      SELECT user_id, actor_id, metadata FROM audit_logs WHERE event_type = 'tier_changed' AND user_id = ${user.id}`;
    expect(audited).toEqual([{ user_id: user.id, actor_id: site.id, metadata }]);
    await change(user, "Pro");
    expect(await noticesOf(api, user)).toHaveLength(1);
  });

  test("the very next request of every session sees it, on other processes at once when told", async () => {
    const user = await api.register();
    const again = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
    const { access_token: second } = again.body.data as { access_token: string };
    for (const token of [user.token, second])
      for (const process of [api, other]) expect(await mayRunSite(process, token)).toBe(false);
    await change(user, "Admin");
    for (const token of [user.token, second]) expect(await mayRunSite(api, token)).toBe(true);
    await change(user, "Free");
    for (const token of [user.token, second]) expect(await mayRunSite(api, token)).toBe(false);
    await change(user, "Admin");
    // Within the two seconds that a state would be held for otherwise.
    await waitUntil(
      () => mayRunSite(other, second),
      (may) => may,
      { seconds: 1.5 },
    );
  });

  test("an Admin may leave when there is another, who is not disabled", async () => {
    const second = await api.register();
    await change(second, "Admin");
    expect((await change(site, "Free")).status).toBe(200);
    expect(await tierOf(site)).toBe("Free");
  });
});

describe("400", () => {
  test.each([
    ["a tier that is none", { tier: "Gold" }, "tier"],
    ["no tier", {}, "tier"],
  ])("%s is refused, and named", async (_, body, at) => {
    const refusal = { token: site.token, body, code: "VALIDATION_ERROR", at: [at] } as const;
    await expectRefusal(api, `POST /admin/users/${site.id}/tier`, refusal);
  });
});

describe("403", () => {
  test("nobody else gives tiers, least of all to themselves", async () => {
    const user = await api.register();
    await setTier(api, user, "Premium");
    const refusal = { token: user.token, body: { tier: "Admin" }, code: "FORBIDDEN" } as const;
    await expectRefusal(api, `POST /admin/users/${user.id}/tier`, refusal);
  });
});

describe("404", () => {
  test("there is no such user", async () => {
    const refusal = { token: site.token, body: { tier: "Pro" }, code: "NOT_FOUND" } as const;
    await expectRefusal(api, `POST /admin/users/${newId()}/tier`, refusal);
  });
});

describe("409", () => {
  const leaving = { token: site.token, body: { tier: "Free" }, code: "CONFLICT" } as const;
  const leave = `POST /admin/users/${site.id}/tier`;

  test("the last Admin stays", async () => {
    await expectRefusal(api, leave, leaving);
  });

  test("a disabled Admin is nobody to leave the site to", async () => {
    const second = await api.register();
    await change(second, "Admin");
    await api.sql`UPDATE users SET disabled_at = now() WHERE id = ${second.id}`;
    await expectRefusal(api, leave, leaving);
  });

  test("of two who unmake each other at once one stays", async () => {
    const second = await api.register();
    await change(second, "Admin");
    const answers = await whileOpen(api, {
      change: (sql) => sql`SELECT pg_advisory_xact_lock(hashtextextended('site admins', 0))`,
      meanwhile: () => Promise.all([change(site, "Free", second), change(second, "Free", site)]),
      waiting: 2,
    });
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", "409"]);
    expect([await tierOf(site), await tierOf(second)].toSorted()).toEqual(["Admin", "Free"]);
  });
});
