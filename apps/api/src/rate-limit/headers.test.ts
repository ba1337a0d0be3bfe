import { generalCallsPerMinute, loginFailures, registrationsPerHour, tierLimits } from "@hivesync/contracts/tiers";
import { newId } from "@hivesync/platform/ids";
import { afterAll, describe, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { manifestOf, uploadMissing } from "#testing/publish.ts";
import { startTestApi, testPassword, type Answer, type TestUser } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const trpc = `${await api.listen()}/trpc`;

/** What an answer's headers say of a limit. */
function toldBy(headers: Record<string, unknown>): { limit: number; remaining: number } {
  expect(Number(headers["ratelimit-reset"])).toBeGreaterThan(0);
  return { limit: Number(headers["ratelimit-limit"]), remaining: Number(headers["ratelimit-remaining"]) };
}

const told = (answer: Answer) => toldBy(answer.headers);

/** As if a key had been counted that often. */
async function useUp(key: string, count: number): Promise<void> {
  await api.deps.redis.set(`${api.stack.redisPrefix}rate_limit:${key}`, count, "EX", 60);
}

const ask = (user: TestUser, names: string, query = "") =>
  fetch(`${trpc}/${names}${query}`, { headers: { authorization: `Bearer ${user.token}` } });

describe("the general limit", () => {
  test("is told of every counted answer, good or refused, over both doors", async () => {
    const user = await api.register();
    const limit = generalCallsPerMinute;
    expect(told(await api.call("GET /auth/me", { token: user.token }))).toEqual({ limit, remaining: limit - 1 });
    const refused = await api.call("GET /projects?limit=0", { token: user.token });
    expect(told(refused)).toEqual({ limit, remaining: limit - 2 });
    expect(told(await api.call(`GET /projects/${newId()}`, { token: user.token }))).toEqual({
      limit,
      remaining: limit - 3,
    });
    const overTrpc = await ask(user, "auth.me");
    expect(toldBy(Object.fromEntries(overTrpc.headers))).toEqual({ limit, remaining: limit - 4 });
  });

  test("of a batch is told as its last call left it", async () => {
    const user = await api.register();
    const answer = await ask(user, "auth.me,auth.me,auth.me", "?batch=1&input={}");
    expect(answer.status).toBe(200);
    expect(toldBy(Object.fromEntries(answer.headers)).remaining).toBe(generalCallsPerMinute - 3);
  });

  test("that refuses tells of itself over tRPC too, also in a batch", async () => {
    const user = await api.register();
    await useUp(`${user.id}:general`, generalCallsPerMinute - 1);
    const answer = await ask(user, "auth.me,auth.me", "?batch=1&input={}");
    const results = (await answer.json()) as { error?: { data: { code: string; details: unknown } } }[];
    const [refusal] = results.flatMap(({ error }) => error ?? []);
    const seconds = Number(answer.headers.get("retry-after"));
    expect(results.filter(({ error }) => !error)).toHaveLength(1);
    expect(refusal?.data).toMatchObject({
      code: "RATE_LIMITED",
      details: { limit: generalCallsPerMinute, remaining: 0, retry_after_seconds: seconds },
    });
    expect(toldBy(Object.fromEntries(answer.headers))).toEqual({ limit: generalCallsPerMinute, remaining: 0 });
  });

  test("is not told of what nobody counts", async () => {
    const user = await api.register();
    for (const request of ["GET /health", "GET /nowhere", "GET //.well-known/jwks.json"]) {
      const answer = await api.call(request, { token: user.token });
      expect(answer.headers).not.toHaveProperty("ratelimit-limit");
    }
    expect((await api.call("GET /projects")).headers).not.toHaveProperty("ratelimit-limit");
  });
});

describe("the limit on previews", () => {
  const limit = tierLimits.Free.previewsPerMinute;

  test("is told where a preview was accepted, being the tighter one; where it was not, the general one is", async () => {
    const user = await api.register();
    const project = await createProject(api, user);
    const page = { "a.html": newId() };
    const body = { project_id: project.id, files: manifestOf(page) };
    const request = () => api.call("POST /preview/request", { token: user.token, body });
    const missing = await request();
    expectError(missing, "FILES_MISSING");
    expect(told(missing).limit).toBe(generalCallsPerMinute);
    await uploadMissing(missing, page);
    expect(told(await request())).toEqual({ limit, remaining: limit - 1 });
    const afterwards = await api.call("GET /auth/me", { token: user.token });
    expect(told(afterwards).limit).toBe(generalCallsPerMinute);
    await useUp(`${user.id}:preview_request`, limit);
    const refused = await request();
    expectError(refused, "RATE_LIMITED");
    expect(told(refused)).toEqual({ limit, remaining: 0 });
  });
});

describe("before anyone is signed in", () => {
  const login = (body: object, ip = "203.0.113.1") => api.call("POST /auth/login", { body, ip });

  test("a wrong password tells how many tries are left, a good one that there are all", async () => {
    const { email } = await api.register();
    const limit = loginFailures.perAccountAndAddress;
    const wrong = await login({ email, password: "wrong wrong" });
    expectError(wrong, "AUTH_INVALID");
    expect(told(wrong)).toEqual({ limit, remaining: limit - 1 });
    expect(told(await login({ email, password: testPassword }))).toEqual({ limit, remaining: limit });
    for (let left = limit; left > 0; left -= 1) await login({ email, password: "wrong wrong" });
    const refused = await login({ email, password: testPassword });
    expectError(refused, "RATE_LIMITED");
    expect(told(refused)).toEqual({ limit, remaining: 0 });
  });

  test("an address that tried many accounts is told of its own limit", async () => {
    const ip = "203.0.113.2";
    const limit = loginFailures.perAddress;
    const tries = Array.from({ length: limit }, () => login({ email: `${newId()}@example.com`, password: "x" }, ip));
    const remaining = (await Promise.all(tries)).map((answer) => told(answer).remaining);
    expect(Math.min(...remaining)).toBe(0);
    const refused = await login({ email: `${newId()}@example.com`, password: "x" }, ip);
    expectError(refused, "RATE_LIMITED");
    expect(told(refused)).toEqual({ limit, remaining: 0 });
  });

  test("registering tells how often the address may", async () => {
    const register = () => {
      const username = newId();
      const body = { email: `${username}@example.com`, username, password: testPassword };
      return api.call("POST /auth/register", { body, ip: "203.0.113.3" });
    };
    const limit = registrationsPerHour;
    expect(told(await register())).toEqual({ limit, remaining: limit - 1 });
    await useUp("ip:203.0.113.3:register", limit);
    expectError(await register(), "RATE_LIMITED");
  });

  test("refreshing tells how often the session may", async () => {
    const user = await api.register();
    const body = { refresh_token: user.refreshToken };
    expect(told(await api.call("POST /auth/refresh", { body }))).toEqual({ limit: 60, remaining: 59 });
  });
});
