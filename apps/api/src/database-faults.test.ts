import type { Project } from "@hivesync/contracts/resources/projects";
import { createTestStack } from "@hivesync/testing/test-stack";
import { startTcpProxy } from "@hivesync/testing/tcp-proxy";
import { afterAll, describe, expect, test } from "vitest";
import { createProject } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi, type TestUser } from "#testing/start-test-api.ts";

const stack = await createTestStack();
const proxy = await startTcpProxy(new URL(stack.databaseUrls.api));
const proxied = new URL(stack.databaseUrls.api);
proxied.host = `127.0.0.1:${proxy.port}`;
const api = await startTestApi({ HIVESYNC_DATABASE_URL: proxied.href }, stack);
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});
const user = await api.register();
const project = await createProject(api, user);

/** More calls at once than the pool has connections, each of which takes one. */
function callAll(count = 12) {
  return Promise.all(Array.from({ length: count }, () => api.call("GET /projects", { token: user.token })));
}

async function countProjects(of: TestUser): Promise<number> {
  const page = (await api.call("GET /projects", { token: of.token })).body.data as { items: Project[] };
  return page.items.length;
}

describe("a database", () => {
  test("that is gone without a word gives 503 and no hanging request, and the pool heals by itself", async () => {
    await callAll();
    proxy.freeze();
    const frozen = callAll();
    const write = api.call("POST /projects", { token: user.token, body: { name: "lost" } });
    for (const answer of [...(await frozen), await write]) expectError(answer, "SERVICE_UNAVAILABLE");
    proxy.thaw();
    for (const { status } of await callAll()) expect(status).toBe(200);
    // What was answered 503 was not done later either.
    expect(await countProjects(user)).toBe(1);
  });

  test("that breaks every connection is connected to again at once", async () => {
    await callAll();
    proxy.cut();
    const during = await callAll();
    for (const { status } of during) expect([200, 503]).toContain(status);
    for (const { status } of await callAll()) expect(status).toBe(200);
  });

  test("that ends a backend in mid-statement gives 503, and what it was told stays undone", async () => {
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const holding = api.sql.begin(async (transaction) => {
      await transaction`SELECT 1 FROM projects WHERE id = ${project.id} FOR UPDATE`;
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    // Nobody lets go: the statement ends by its own limit on locks.
    const request = `PATCH /projects/${project.id}`;
    await expectRefusal(api, request, { token: user.token, body: { name: "late" }, code: "SERVICE_UNAVAILABLE" });
    held.resolve();
    await holding;
    expect((await api.call(request, { token: user.token, body: { name: "in time" } })).status).toBe(200);
  });
});
