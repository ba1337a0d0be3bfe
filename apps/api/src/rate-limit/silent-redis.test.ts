import { newId } from "@hivesync/platform/ids";
import { createTestStack } from "@hivesync/testing/test-stack";
import { startTcpProxy } from "@hivesync/testing/tcp-proxy";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { expectError } from "#testing/expect-refusal.ts";
import { publish } from "#testing/publish.ts";
import { startTestApi, testPassword, type Answer, type TestUser } from "#testing/start-test-api.ts";

const stack = await createTestStack();
const proxy = await startTcpProxy(new URL(stack.redisUrl));
const api = await startTestApi({ HIVESYNC_REDIS_URL: `redis://127.0.0.1:${proxy.port}` }, stack);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const isCounted = ({ headers }: Answer): boolean => "ratelimit-remaining" in headers;

/** Calls until Redis counts again. */
async function redisIsBack(user: TestUser): Promise<void> {
  await waitUntil(() => api.call("GET /auth/me", { token: user.token }), isCounted);
}

const user = await api.register();
const project = await createProject(api, user);
await redisIsBack(user);

afterEach(async () => {
  proxy.thaw();
  proxy.delay(0);
  // Or the frozen connection would be waited for until it is replaced.
  proxy.cut();
  await redisIsBack(user);
});

test("with Redis slow, and not beyond use, the limits go on to hold", async () => {
  const someone = await api.register();
  proxy.delay(50);
  const login = (password: string) => api.call("POST /auth/login", { body: { email: someone.email, password } });
  const left: unknown[] = [];
  for (let failures = 0; failures < 5; failures += 1)
    left.push((await login("wrong wrong")).headers["ratelimit-remaining"]);
  expect(left).toEqual(["4", "3", "2", "1", "0"]);
  expectError(await login(testPassword), "RATE_LIMITED");
  expect(isCounted(await api.call("GET /auth/me", { token: someone.token }))).toBe(true);
});

// One has Redis gone without a word, the other has it slower than anyone waits for.
describe.each([
  ["frozen", () => proxy.freeze()],
  ["slow beyond use", () => proxy.delay(2_000)],
])("with Redis %s", (_, begin) => {
  test("signing in goes on, and falls back to the strict count of the process", async () => {
    const someone = await api.register();
    begin();
    const login = (password: string) => api.call("POST /auth/login", { body: { email: someone.email, password } });
    expect((await login(testPassword)).status).toBe(200);
    expectError(await login("wrong wrong"), "AUTH_INVALID");
    const refused = await login(testPassword);
    expectError(refused, "RATE_LIMITED");
    expect(refused.headers).toMatchObject({ "ratelimit-limit": "1", "ratelimit-remaining": "0" });
  });

  test("every other call is let through, and says nothing of a limit that nobody counts", async () => {
    begin();
    const calls = ["GET /auth/me", "GET /projects", `GET /projects/${project.id}`, "GET /notifications"];
    const answers = await Promise.all(calls.map((request) => api.call(request, { token: user.token })));
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 200));
    expect(answers.filter(isCounted)).toEqual([]);
  });

  test("a preview is accepted, waits, and is dispatched once Redis is back", async () => {
    const someone = await api.register();
    const { id: projectId } = await createProject(api, someone);
    begin();
    const { job_id: id, status } = await publish(api, { token: someone.token, projectId }, { "a.html": newId() });
    expect(status).toBe("QUEUED");
    await expect(api.deps.dispatcher.dispatchOnce()).rejects.toThrow("timed out");
    const isDispatched = async (): Promise<boolean> => {
      const rows = await api.sql`SELECT id FROM preview_sessions WHERE id = ${id} AND dispatched_at IS NOT NULL`;
      return rows.length > 0;
    };
    expect(await isDispatched()).toBe(false);
    proxy.thaw();
    proxy.delay(0);
    await waitUntil(
      () => api.deps.dispatcher.dispatchOnce().catch(() => 0),
      (count) => count > 0,
    );
    expect(await isDispatched()).toBe(true);
  });
});
