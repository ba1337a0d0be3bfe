import type { LiveWorker } from "@hivesync/contracts/operator";
import { newId } from "@hivesync/platform/ids";
import { removeHeartbeat, writeHeartbeat, type Heartbeat } from "@hivesync/platform/worker-heartbeat";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { setTier } from "#testing/arrange.ts";
import { expectError, expectRefusal } from "#testing/expect-refusal.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());
const [site, user] = await Promise.all([api.register("site"), api.register("user")]);
await setTier(api, site, "Admin");
const { redis } = api.deps;
const { redisPrefix } = api.stack;
beforeEach(async () => {
  await redis.del(`${redisPrefix}workers`);
});

const cpu: Heartbeat = {
  id: newId(),
  kind: "cpu",
  host: "one",
  pid: 4321,
  queues: ["preview-cpu", "ai-cpu"],
  concurrency: 2,
  active: 1,
  version: "1.2.3",
  last_seen: "2026-11-22T10:00:00.000Z",
};
const gpuFacts = {
  mode: "cuda" as const,
  name: "NVIDIA H100",
  memory_total_mb: 81_559,
  memory_used_mb: 12,
  utilization: 0.25,
};

async function list(): Promise<LiveWorker[]> {
  const answer = await api.call("GET /admin/workers", { token: site.token });
  expect(answer.status).toBe(200);
  return (answer.body.data as { items: LiveWorker[] }).items;
}

describe("200", () => {
  test("nobody is there", async () => {
    expect(await list()).toEqual([]);
  });

  test("what each worker says of itself, without its process id; null where it says nothing", async () => {
    const software = {
      mode: "software" as const,
      name: null,
      memory_total_mb: null,
      memory_used_mb: null,
      utilization: null,
    };
    const workers: Heartbeat[] = [
      cpu,
      { ...cpu, id: newId(), kind: "gpu", queues: ["preview-gpu", "ai-gpu"], gpu: gpuFacts },
      { ...cpu, id: newId(), kind: "gpu", gpu: software, walls: "none" },
      { ...cpu, id: newId(), walls: "namespace" },
    ];
    for (const worker of workers.toReversed()) await writeHeartbeat(redis, redisPrefix, worker);
    expect(await list()).toEqual(workers.map(({ pid: _pid, ...shown }) => ({ gpu: null, walls: null, ...shown })));
  });

  test("a worker that has taken its leave, and one that gave no sign for ten seconds, are gone", async () => {
    const [leaving, silent] = [newId(), newId()];
    for (const id of [leaving, silent, cpu.id]) await writeHeartbeat(redis, redisPrefix, { ...cpu, id });
    await removeHeartbeat(redis, redisPrefix, leaving);
    await redis.zadd(`${redisPrefix}workers`, Date.now() - 11_000, silent);
    expect((await list()).map(({ id }) => id)).toEqual([cpu.id]);
  });
});

describe("403", () => {
  test("only the site's admins see them", async () => {
    await expectRefusal(api, "GET /admin/workers", { token: user.token, code: "FORBIDDEN" });
  });
});

describe("503", () => {
  test("without Redis it is not known who is there, and said so", async () => {
    await using alone = await startTestApi({ HIVESYNC_REDIS_URL: "redis://127.0.0.1:1" }, api.stack);
    expectError(await alone.call("GET /admin/workers", { token: site.token }), "SERVICE_UNAVAILABLE");
  });
});
