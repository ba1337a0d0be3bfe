import { deviceLimits } from "@hivesync/contracts/tiers";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, describe, expect, test } from "vitest";
import { ageLink, decide, pollLink, startLink, type TestLink } from "#testing/device-links.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { claimsOf } from "#testing/forge-token.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const request = "POST /auth/device/approve";

function auditsOf(user: TestUser) {
  return api.sql`
    SELECT event_type, actor_id, metadata->>'client_name' AS client FROM audit_logs
    WHERE user_id = ${user.id} AND event_type LIKE 'device_%'`;
}

function expectRefused(
  user: TestUser,
  link: Pick<TestLink, "user_code">,
  code: "NOT_FOUND" | "CONFLICT" | "RATE_LIMITED",
) {
  return expectRefusal(api, request, { token: user.token, body: { user_code: link.user_code }, code });
}

describe("200", () => {
  test("the client behind the code is signed in as who approves, and as nobody else", async () => {
    const user = await api.register();
    const link = await startLink(api, "HiveSync CLI on loom");
    const answer = await decide(api, user, { link, decision: "APPROVE" });
    expect(answer.status).toBe(200);
    expect(answer.body.data).toMatchObject({ client_name: "HiveSync CLI on loom", status: "APPROVED" });
    const token = await pollLink(api, link);
    expect(token.body.data).toMatchObject({ status: "APPROVED", user: { id: user.id } });
    expect(await auditsOf(user)).toEqual([
      { event_type: "device_approved", actor_id: user.id, client: "HiveSync CLI on loom" },
    ]);
  });

  test("what is not said otherwise is an approval", async () => {
    const user = await api.register();
    expect((await decide(api, user, { link: await startLink(api) })).body.data).toMatchObject({ status: "APPROVED" });
  });

  test("a client that is denied is told so and gets nothing", async () => {
    const user = await api.register();
    const link = await startLink(api, "a stranger's");
    const answer = await decide(api, user, { link, decision: "DENY" });
    expect(answer.body.data).toMatchObject({ client_name: "a stranger's", status: "DENIED" });
    expect((await pollLink(api, link)).body.data).toEqual({ status: "DENIED" });
    expect(await auditsOf(user)).toEqual([{ event_type: "device_denied", actor_id: user.id, client: "a stranger's" }]);
  });
});

describe("400", () => {
  test.each([
    ["no code", {}, ["user_code"]],
    ["a code with vowels", { user_code: "ABCD-EFGH" }, ["user_code"]],
    ["another decision", { user_code: "BBBB-BBBB", decision: "MAYBE" }, ["decision"]],
    ["an unknown field", { user_code: "BBBB-BBBB", user_id: "x" }, ["user_id"]],
  ])("%s is refused, and named", async (_, body, at) => {
    const user = await api.register();
    await expectRefusal(api, request, { token: user.token, body, code: "VALIDATION_ERROR", at });
  });
});

describe("401", () => {
  test("a session that has ended a moment ago, elsewhere, approves nothing", async () => {
    const user = await api.register();
    const link = await startLink(api);
    expect((await api.call("GET /auth/me", { token: user.token })).status).toBe(200);
    await api.sql`UPDATE sessions SET revoked_at = now() WHERE id = ${String(claimsOf(user.token)["sid"])}`;
    const body = { user_code: link.user_code };
    await expectRefusal(api, request, { token: user.token, body, code: "AUTH_INVALID" });
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "PENDING" });
  });

  test("an approval that meets the end of its session waits, and is refused", async () => {
    const user = await api.register();
    const link = await startLink(api);
    await api.call("GET /auth/me", { token: user.token });
    const { call } = await api.sql.begin(async (transaction) => {
      await transaction`UPDATE sessions SET revoked_at = now() WHERE user_id = ${user.id}`;
      const call = decide(api, user, { link });
      await waitUntil(
        () =>
          transaction`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        (waiting) => waiting.length > 0,
      );
      return { call };
    });
    expectError(await call, "AUTH_INVALID");
  });
});

describe("404", () => {
  test("a code that never was, one that has expired and one that was used look the same", async () => {
    const user = await api.register();
    const [expired, used] = [await startLink(api), await startLink(api)];
    await ageLink(api, expired, 600);
    await decide(api, user, { link: used });
    await pollLink(api, used);
    const answers = [];
    for (const link of [{ user_code: "BBBB-BBBB" }, expired, used])
      answers.push(await expectRefused(user, link, "NOT_FOUND"));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });
});

describe("409", () => {
  test("what was approved or denied is not decided again, by nobody, which is not counted as a wrong code", async () => {
    const [user, other] = [await api.register(), await api.register()];
    const [approved, denied] = [await startLink(api), await startLink(api)];
    await decide(api, user, { link: approved });
    await decide(api, user, { link: denied, decision: "DENY" });
    for (let count = 0; count < deviceLimits.wrongCodes; count += 1) {
      await expectRefused(user, approved, "CONFLICT");
      await expectRefused(other, denied, "CONFLICT");
    }
    expect((await pollLink(api, approved)).body.data).toMatchObject({ status: "APPROVED", user: { id: user.id } });
    expect((await pollLink(api, denied)).body.data).toEqual({ status: "DENIED" });
  });

  test("of many decisions at once one wins", async () => {
    const users = await Promise.all(Array.from({ length: 4 }, () => api.register()));
    const link = await startLink(api);
    const answers = await Promise.all(users.map((user) => decide(api, user, { link })));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409]);
    const winner = users[answers.findIndex(({ status }) => status === 200)];
    expect((await pollLink(api, link)).body.data).toMatchObject({ user: { id: winner?.id } });
  });
});

describe("429", () => {
  test("after five wrong codes nothing is decided any more", async () => {
    const user = await api.register();
    const link = await startLink(api);
    for (let count = 0; count < deviceLimits.wrongCodes; count += 1)
      await expectRefused(user, { user_code: "BBBB-BBBB" }, "NOT_FOUND");
    await expectRefused(user, link, "RATE_LIMITED");
    expect((await pollLink(api, link)).body.data).toMatchObject({ status: "PENDING" });
  });
});
