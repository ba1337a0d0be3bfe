import { generalCallsPerMinute } from "@hivesync/contracts/tiers";
import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createTeam } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const { project, owner, member, stranger } = await createTeam(api);

/** As if the user had made that many calls in this minute. */
async function useUp(user: TestUser, calls: number): Promise<void> {
  const key = `${api.stack.redisPrefix}rate_limit:${user.id}:general`;
  await api.deps.redis.set(key, calls, "EX", 60);
}

describe("the order of the steps", () => {
  const request = `PATCH /projects/${project.id}`;
  const bad = { surprise: true };

  test("authentication comes before parsing: a stranger's input is not read", async () => {
    await expectRefusal(api, request, { body: bad, code: "AUTH_INVALID" });
    await expectRefusal(api, "PATCH /projects/7", { body: bad, code: "AUTH_INVALID" });
  });

  test("parsing comes before authorization", async () => {
    await expectRefusal(api, request, { token: stranger.token, body: bad, code: "VALIDATION_ERROR", at: ["surprise"] });
    await expectRefusal(api, request, { token: member.token, body: bad, code: "VALIDATION_ERROR", at: ["surprise"] });
  });

  test("a stranger is told that there is nothing, a member that the role is too low", async () => {
    await expectRefusal(api, request, { token: stranger.token, body: {}, code: "NOT_FOUND" });
    await expectRefusal(api, request, { token: member.token, body: {}, code: "FORBIDDEN" });
  });

  test("authorization comes before the replay: a key does not show an answer to who may no longer see it", async () => {
    const { admin, project: shared, teamId } = await createTeam(api);
    const headers = { "idempotency-key": newId() };
    const change = { token: admin.token, body: { name: "Mine" }, headers };
    expect((await api.call(`PATCH /projects/${shared.id}`, change)).status).toBe(200);
    await api.sql`DELETE FROM team_members WHERE user_id = ${admin.id} AND team_id = ${teamId}`;
    await expectRefusal(api, `PATCH /projects/${shared.id}`, { ...change, code: "NOT_FOUND" });
  });

  test("the replay comes before the limit", async () => {
    const user = await api.register();
    const call = { token: user.token, body: { name: "x" }, headers: { "idempotency-key": newId() } };
    const first = await api.call("POST /projects", call);
    await useUp(user, generalCallsPerMinute);
    expect((await api.call("POST /projects", call)).body).toEqual(first.body);
    await expectRefusal(api, "GET /projects", { token: user.token, code: "RATE_LIMITED" });
  });

  test("what is refused is counted like any other call", async () => {
    const user = await api.register();
    await expectRefusal(api, "GET /projects?page=1", { token: user.token, code: "VALIDATION_ERROR" });
    await expectRefusal(api, `GET /projects/${project.id}`, { token: user.token, code: "NOT_FOUND" });
    const answer = await api.call("GET /projects", { token: user.token });
    expect(answer.headers).toMatchObject({ "ratelimit-limit": "600", "ratelimit-remaining": "597" });
  });
});

describe("the general limit", () => {
  test("six hundred calls a minute and user, told in headers and details; others go on", async () => {
    const user = await api.register();
    await useUp(user, generalCallsPerMinute - 1);
    const last = await api.call("GET /auth/me", { token: user.token });
    expect(last.headers).toMatchObject({ "ratelimit-limit": "600", "ratelimit-remaining": "0" });
    expect(Number(last.headers["ratelimit-reset"])).toBeGreaterThan(0);
    const refused = await expectRefusal(api, "GET /auth/me", { token: user.token, code: "RATE_LIMITED" });
    const retryAfter = Number(refused.headers["retry-after"]);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.body.error?.details).toEqual({ limit: 600, remaining: 0, retry_after_seconds: retryAfter });
    await expectRefusal(api, "POST /projects", { token: user.token, body: { name: "x" }, code: "RATE_LIMITED" });
    expect((await api.call("GET /auth/me", { token: owner.token })).status).toBe(200);
  });

  test("does not hold for health checks and refreshing", async () => {
    const user = await api.register();
    await useUp(user, generalCallsPerMinute);
    expect((await api.call("GET /health", { token: user.token })).status).toBe(200);
    const body = { refresh_token: user.refreshToken };
    expect((await api.call("POST /auth/refresh", { body })).status).toBe(200);
  });
});

describe("what goes wrong within", () => {
  test("an error that nobody foresaw is INTERNAL_ERROR without a word of why, which stands in the log", async () => {
    const user = await api.register();
    await using broken = await startTestApi({}, api.stack);
    await broken.call("GET /auth/me", { token: user.token });
    const { limits } = broken.deps;
    limits.countCall = async () => {
      throw new TypeError("canary: the inner reason");
    };
    const answer = await broken.call("GET /auth/me", { token: user.token });
    expectError(answer, "INTERNAL_ERROR");
    expect(JSON.stringify(answer.body)).not.toContain("canary");
    const id = String(answer.headers["x-request-id"]);
    const line = broken.logLines.find((text) => text.includes(id) && text.includes("request_failed"));
    expect(line).toContain("canary: the inner reason");
    expect(JSON.parse(line ?? "{}")).toMatchObject({ severity: "ERROR", event_type: "request_failed" });
  });

  test("an output that its contract does not describe never leaves", async () => {
    const user = await api.register();
    await api.sql`UPDATE users SET tier = 'Pro' WHERE id = ${user.id}`;
    await api.sql`ALTER TABLE users DROP CONSTRAINT users_tier_check`;
    await api.sql`UPDATE users SET tier = 'Unheard' WHERE id = ${user.id}`;
    expectError(await api.call("GET /auth/me", { token: user.token }), "INTERNAL_ERROR");
    await api.sql`UPDATE users SET tier = 'Free' WHERE id = ${user.id}`;
    await api.sql`ALTER TABLE users ADD CONSTRAINT users_tier_check CHECK (tier IN ('Free', 'Pro', 'Premium', 'Admin'))`;
  });
});

describe("what the contract does not name", () => {
  test("no refusal leaves under a code that is not documented for its endpoint; which, stands in the log", async () => {
    const user = await api.register();
    await using broken = await startTestApi({}, api.stack);
    broken.deps.limits.countCall = async () => {
      throw new AppError("CONFLICT");
    };
    expectError(await broken.call("GET /auth/me", { token: user.token }), "INTERNAL_ERROR");
    expect(broken.logLines.join("")).toContain("GET /auth/me refused with CONFLICT");
    const create = await broken.call("POST /projects", { token: user.token, body: { name: "x" } });
    expectError(create, "CONFLICT");
  });
});

describe("with the database away", () => {
  test("whoever calls is told so, with the time to wait", async () => {
    const user = await api.register();
    await using alone = await startTestApi({ HIVESYNC_DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" }, api.stack);
    const answers = [
      await alone.call("GET /auth/me", { token: user.token }),
      await alone.call("GET /projects", { token: user.token }),
      await alone.call("POST /auth/login", { body: { email: user.email, password: "x" } }),
      await alone.call("POST /auth/refresh", { body: { refresh_token: user.refreshToken } }),
      await alone.call("GET //.well-known/jwks.json"),
    ];
    for (const answer of answers) expectError(answer, "SERVICE_UNAVAILABLE");
    const log = alone.logLines.join("");
    expect(log).toContain("ECONNREFUSED");
    // A failed query is quoted by its driver's words alone: its parameters may be secrets.
    expect(log).not.toMatch(/failed query|params/i);
    expect(log).not.toContain(user.email);
  });
});
