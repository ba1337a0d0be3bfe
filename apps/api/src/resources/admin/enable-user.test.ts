import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, testPassword } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const site = await api.register("site");
await setTier(api, site, "Admin");

const change = (id: string, to: "enable" | "disable") =>
  api.call(`POST /admin/users/${id}/${to}`, { token: site.token, body: {} });

describe("200", () => {
  test("a disabled user signs in again, and is what they were", async () => {
    const user = await api.register();
    await setTier(api, user, "Pro");
    await change(user.id, "disable");
    const answer = await change(user.id, "enable");
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ id: user.id, tier: "Pro", disabled_at: null });
    const signedIn = await api.call("POST /auth/login", { body: { email: user.email, password: testPassword } });
    expect(signedIn.status).toBe(200);
    const audited = await api.sql`
      SELECT actor_id FROM audit_logs WHERE user_id = ${user.id} AND event_type = 'user_enabled'`;
    expect(audited).toEqual([{ actor_id: site.id }]);
  });

  test("whoever is not disabled stays so, sessions included, and nothing is audited", async () => {
    const user = await api.register();
    expect((await change(user.id, "enable")).status).toBe(200);
    expect((await api.call("GET /auth/me", { token: user.token })).status).toBe(200);
    const audited = await api.sql`SELECT 1 FROM audit_logs WHERE event_type = 'user_enabled' AND user_id = ${user.id}`;
    expect(audited).toHaveLength(0);
  });
});

describe("403", () => {
  test("nobody else enables anyone", async () => {
    const user = await api.register();
    const refusal = { token: user.token, body: {}, code: "FORBIDDEN" } as const;
    await expectRefusal(api, `POST /admin/users/${user.id}/enable`, refusal);
  });
});

describe("404", () => {
  test("there is no such user", async () => {
    const refusal = { token: site.token, body: {}, code: "NOT_FOUND" } as const;
    await expectRefusal(api, `POST /admin/users/${newId()}/enable`, refusal);
  });
});
