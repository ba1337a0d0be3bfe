import type { AdminUser } from "@hivesync/contracts/operator";
import { newId } from "@hivesync/platform/ids";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { decide, pollLink, startLink } from "#testing/device-links.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { openStream } from "#testing/open-stream.ts";
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
  await api.sql`UPDATE sessions SET revoked_at = NULL WHERE user_id = ${site.id}`;
  await setTier(api, site, "Admin");
});

const disable = (user: Pick<TestUser, "id">, by = site) =>
  api.call(`POST /admin/users/${user.id}/disable`, { token: by.token, body: {} });
const me = (process: typeof api, token: string) => process.call("GET /auth/me", { token });
const audited = (user: TestUser) => api.sql`
  SELECT event_type, actor_id, metadata FROM audit_logs WHERE user_id = ${user.id} AND event_type LIKE 'user\\_%abled'`;

describe("200", () => {
  test("a user is out at once on every session and every process, and neither refreshes nor signs in", async () => {
    const user = await api.register();
    const again = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
    const { access_token: second } = again.body.data as { access_token: string };
    for (const token of [user.token, second])
      for (const process of [api, other]) expect((await me(process, token)).status).toBe(200);
    const answer = await disable(user);
    expect(answer.status).toBe(200);
    const shown: AdminUser = answer.body.data;
    expect(shown).toMatchObject({ id: user.id, tier: "Free", disabled_at: expect.any(String) as string });
    for (const token of [user.token, second]) expectError(await me(api, token), "AUTH_INVALID");
    // Within the two seconds that a state would be held for otherwise.
    await waitUntil(
      () => me(other, second),
      ({ status }) => status === 401,
      { seconds: 1.5 },
    );
    const refreshed = await api.call("POST /auth/refresh", { body: { refresh_token: user.refreshToken } });
    expectError(refreshed, "AUTH_INVALID");
    const signedIn = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
    expectError(signedIn, "AUTH_INVALID");
    expect(await audited(user)).toEqual([
      { event_type: "user_disabled", actor_id: site.id, metadata: { ended_sessions: 2 } },
    ]);
  });

  test("sessions do not come back with the user", async () => {
    const user = await api.register();
    await disable(user);
    await api.call(`POST /admin/users/${user.id}/enable`, { token: site.token, body: {} });
    expectError(await me(api, user.token), "AUTH_INVALID");
    const refreshed = await api.call("POST /auth/refresh", { body: { refresh_token: user.refreshToken } });
    expectError(refreshed, "AUTH_INVALID");
  });

  test("open streams end", async () => {
    const user = await api.register();
    const origin = await api.listen();
    await using stream = await openStream(`${origin}/api/v1/notifications/stream`, { token: user.token });
    await disable(user);
    await api.deps.openStreams.recheckOnce();
    await waitUntil(stream.hasEnded, (ended) => ended);
    expect(api.deps.openStreams.count()).toBe(0);
  });

  test("a device that was approved gets no session", async () => {
    const user = await api.register();
    const link = await startLink(api);
    expect((await decide(api, user, { link, decision: "APPROVE" })).status).toBe(200);
    await disable(user);
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "EXPIRED" });
  });

  test("whoever is disabled already stays so, and it is audited once", async () => {
    const user = await api.register();
    const first = await disable(user);
    const second = await disable(user);
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(await audited(user)).toHaveLength(1);
  });

  test("an Admin may be disabled by another, who stays", async () => {
    const second = await api.register();
    await setTier(api, second, "Admin");
    expect((await disable(second)).status).toBe(200);
  });
});

describe("403", () => {
  test("nobody else disables anyone", async () => {
    const user = await api.register();
    await setTier(api, user, "Premium");
    const refusal = { token: user.token, body: {}, code: "FORBIDDEN" } as const;
    await expectRefusal(api, `POST /admin/users/${site.id}/disable`, refusal);
  });
});

describe("404", () => {
  test("there is no such user", async () => {
    const refusal = { token: site.token, body: {}, code: "NOT_FOUND" } as const;
    await expectRefusal(api, `POST /admin/users/${newId()}/disable`, refusal);
  });
});

describe("409", () => {
  test("nobody disables themselves, though there be other Admins", async () => {
    const second = await api.register();
    await setTier(api, second, "Admin");
    const refusal = { token: site.token, body: {}, code: "CONFLICT" } as const;
    await expectRefusal(api, `POST /admin/users/${site.id}/disable`, refusal);
  });

  test("of two Admins who disable each other at once one stays", async () => {
    const second = await api.register();
    await setTier(api, second, "Admin");
    const answers = await whileOpen(api, {
      change: (sql) => sql`SELECT pg_advisory_xact_lock(hashtextextended('site admins', 0))`,
      meanwhile: () => Promise.all([disable(site, second), disable(second, site)]),
      waiting: 2,
    });
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", "409"]);
    const left = await api.sql`SELECT id FROM users WHERE tier = 'Admin' AND disabled_at IS NULL`;
    expect(left).toHaveLength(1);
  });

  test("of one who is disabled and one who leaves at once one stays", async () => {
    const second = await api.register();
    await setTier(api, second, "Admin");
    const answers = await whileOpen(api, {
      change: (sql) => sql`SELECT pg_advisory_xact_lock(hashtextextended('site admins', 0))`,
      meanwhile: () =>
        Promise.all([
          disable(second),
          api.call(`POST /admin/users/${site.id}/tier`, { token: second.token, body: { tier: "Free" } }),
        ]),
      waiting: 2,
    });
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(["200", "409"]);
    const left = await api.sql`SELECT id FROM users WHERE tier = 'Admin' AND disabled_at IS NULL`;
    expect(left).toHaveLength(1);
  });
});
