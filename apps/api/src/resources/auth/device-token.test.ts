import { newId, sha256Hex } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import type { SignInWithToken } from "#auth/sign-in.ts";
import { ageLink, decide, pollLink, startLink, type TestLink } from "#testing/device-links.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { claimsOf } from "#testing/forge-token.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const request = "POST /auth/device/token";

function poll(link: Pick<TestLink, "device_code">) {
  return api.call(request, { body: { device_code: link.device_code } });
}

async function approvedLink(user: TestUser): Promise<TestLink> {
  const link = await startLink(api, "HiveSync CLI on loom");
  await decide(api, user, { link });
  return link;
}

async function collect(link: TestLink): Promise<SignInWithToken> {
  const answer = await pollLink(api, link);
  expect(answer.status).toBe(200);
  expect(answer.body.data).toMatchObject({ status: "APPROVED" });
  return answer.body.data;
}

const sessionsOf = (user: TestUser) =>
  api.sql`SELECT client_name FROM sessions WHERE user_id = ${user.id} ORDER BY created_at`;

/** As if the session had been collected that long ago. */
function ageSession(signIn: SignInWithToken, seconds: number) {
  const id = String(claimsOf(signIn.access_token)["sid"]);
  return api.sql`UPDATE sessions SET created_at = created_at - make_interval(secs => ${seconds}) WHERE id = ${id}`;
}

describe("200", () => {
  test("until it is decided the link is pending", async () => {
    const link = await startLink(api);
    expect((await poll(link)).body.data).toEqual({ status: "PENDING", interval: 5 });
    expect((await pollLink(api, link)).body.data).toEqual({ status: "PENDING", interval: 5 });
  });

  test("once it is approved the device is signed in, into a session of its own that goes on", async () => {
    const user = await api.register();
    const signIn = await collect(await approvedLink(user));
    expect(signIn).toMatchObject({ token_type: "Bearer", expires_in: 600, user: { id: user.id } });
    const me = await api.call("GET /auth/me", { token: signIn.access_token });
    expect(me.body.data).toEqual(signIn.user);
    expect(await sessionsOf(user)).toEqual([
      { client_name: "lightMyRequest" },
      { client_name: "HiveSync CLI on loom" },
    ]);
    const refreshed = await api.call("POST /auth/refresh", { body: { refresh_token: signIn.refresh_token } });
    expect(refreshed.status).toBe(200);
    const audits = await api.sql`
      SELECT actor_id FROM audit_logs WHERE user_id = ${user.id} AND event_type = 'sign_in' AND metadata ? 'device_link_id'`;
    expect(audits).toEqual([{ actor_id: user.id }]);
  });

  test("an answer that was lost is given once more within twenty seconds, of the same session", async () => {
    const user = await api.register();
    const link = await approvedLink(user);
    const first = await collect(link);
    await ageSession(first, 15);
    const again = await collect(link);
    expect(again.refresh_token).toBe(first.refresh_token);
    expect(claimsOf(again.access_token)["sid"]).toBe(claimsOf(first.access_token)["sid"]);
    expect(await sessionsOf(user)).toHaveLength(2);
    await ageSession(first, 6);
    expect((await pollLink(api, link)).body.data).toEqual({ status: "EXPIRED" });
    expect((await api.call("GET /auth/me", { token: again.access_token })).status).toBe(200);
  });

  test("an answer that was lost is given once more also when the link has run out meanwhile", async () => {
    const link = await approvedLink(await api.register());
    const first = await collect(link);
    await ageLink(api, link, 600);
    expect((await collect(link)).refresh_token).toBe(first.refresh_token);
  });

  test("a session that has been refreshed or has ended is not given out again", async () => {
    const user = await api.register();
    const [refreshed, ended] = [await approvedLink(user), await approvedLink(user)];
    const { refresh_token } = await collect(refreshed);
    await api.call("POST /auth/refresh", { body: { refresh_token } });
    const { access_token: token } = await collect(ended);
    await api.call("POST /auth/logout", { token, body: {} });
    for (const link of [refreshed, ended]) expect((await pollLink(api, link)).body.data).toEqual({ status: "EXPIRED" });
  });

  test("ten minutes after it began a link is over, whatever was decided", async () => {
    const user = await api.register();
    const links = [await startLink(api), await approvedLink(user), await startLink(api)];
    await decide(api, user, { link: links[2] ?? { user_code: "" }, decision: "DENY" });
    for (const link of links) {
      await ageLink(api, link, 601);
      expect((await pollLink(api, link)).body.data).toEqual({ status: "EXPIRED" });
    }
    expect(await sessionsOf(user)).toHaveLength(1);
  });

  test("of many polls at once one collects the session, and there is one", async () => {
    const user = await api.register();
    const link = await approvedLink(user);
    const answers = await Promise.all(Array.from({ length: 6 }, () => poll(link)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 429, 429, 429, 429, 429]);
    expect(await sessionsOf(user)).toHaveLength(2);
  });

  test("neither the device code nor a token is stored or logged", async () => {
    const link = await approvedLink(await api.register());
    const { refresh_token: token } = await collect(link);
    const rows = await api.sql`
      SELECT d::text AS row FROM device_links d UNION ALL SELECT t::text FROM refresh_tokens t UNION ALL SELECT a::text FROM audit_logs a`;
    const stored = rows.map((row) => String(row["row"])).join("\n");
    expect(stored).toContain(sha256Hex(token));
    for (const secret of [link.device_code, token]) {
      expect(stored).not.toContain(secret);
      expect(api.logLines.join("")).not.toContain(secret);
    }
  });
});

describe("400", () => {
  test.each([
    ["no code", {}],
    ["an empty code", { device_code: "" }],
    ["an endless code", { device_code: "x".repeat(513) }],
    ["a code that never was", { device_code: `hsd_${newId()}` }],
  ])("%s is refused, and named", async (_, body) => {
    await expectRefusal(api, request, { body, code: "VALIDATION_ERROR", at: ["device_code"] });
  });

  test("the user code, its hash and the refresh token are no device codes, nor is a device code a refresh token", async () => {
    const user = await api.register();
    const link = await approvedLink(user);
    for (const device_code of [link.user_code, sha256Hex(link.device_code), user.refreshToken])
      await expectRefusal(api, request, { body: { device_code }, code: "VALIDATION_ERROR", at: ["device_code"] });
    await expectRefusal(api, "POST /auth/refresh", { body: { refresh_token: link.device_code }, code: "AUTH_INVALID" });
  });
});

describe("429", () => {
  test("asked sooner than the interval it says when to ask again, and does not begin to count anew", async () => {
    const link = await startLink(api);
    await poll(link);
    const call = { body: { device_code: link.device_code }, code: "RATE_LIMITED" } as const;
    const refused = await expectRefusal(api, request, call);
    const wait = Number(refused.headers["retry-after"]);
    expect([1, 2, 3, 4, 5]).toContain(wait);
    expect(refused.body.error?.details).toEqual({ limit: 1, remaining: 0, retry_after_seconds: wait });
    await ageLink(api, link, 5);
    expect((await poll(link)).body.data).toMatchObject({ status: "PENDING" });
  });

  test("one that asks too often delays itself alone", async () => {
    const [hasty, patient] = [await startLink(api), await startLink(api)];
    await poll(hasty);
    expectError(await poll(hasty), "RATE_LIMITED");
    expect((await poll(patient)).body.data).toMatchObject({ status: "PENDING" });
  });
});
