import { freePort } from "@hivesync/dev-services/free-port";
import { findRedisServer, startRedis } from "@hivesync/dev-services/redis";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { Redis } from "ioredis";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { callRest, registerRestUser, type RestUser } from "./rest-user.ts";
import { prepareProcesses } from "./start-processes.ts";

/** The promise: whatever Redis does, no request hangs longer. A call that does is given up, and fails its test. */
const longestMs = 2_000;
const resumeSeconds = 30;

const directory = await mkdtemp(path.join(tmpdir(), "hivesync-redis-faults-"));
const cacheDirectory = fileURLToPath(new URL("../../.hivesync/cache/redis", import.meta.url));
const program = await findRedisServer({ cacheDirectory });
const server = await startRedis({ program, directory, port: await freePort(), persistent: false });
const redis = new Redis(server.url);
const shared = await createTestStack();
const processes = await prepareProcesses({ ...shared, redisUrl: server.url });
await processes.startApi();
const worker = await processes.startWorker();
const user = await registerRestUser(processes.apiUrl, longestMs);

afterAll(async () => {
  process.kill(server.pid, "SIGCONT");
  redis.disconnect();
  await processes[Symbol.asyncDispose]();
  await server.stop();
  await shared[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function statusOf(jobId: string): Promise<string> {
  const { data } = await user.call(`GET /preview/${jobId}`);
  return String(data["status"]);
}

/** Waits for the end of a job that was accepted, and looks for its one notification. */
async function expectBuiltOnce(jobId: string): Promise<void> {
  const status = await waitUntil(
    () => statusOf(jobId),
    (current) => current !== "QUEUED" && current !== "RUNNING",
    { seconds: resumeSeconds },
  );
  expect(status).toBe("COMPLETED");
  const { data } = await user.call("GET /notifications");
  const items = data["items"] as { type: string; data: { job_id: string } }[];
  const about = items.filter((item) => item.data.job_id === jobId);
  expect(about.map(({ type }) => type)).toEqual(["preview_ready"]);
}

const signIn = ({ username, password }: RestUser) =>
  callRest(processes.apiUrl, "POST /auth/login", { body: { username, password }, timeoutMs: longestMs });

/** What goes on without Redis: signing in, reading, writing, and asking how things are. */
async function expectToGoOn(): Promise<void> {
  const answers = await Promise.all([
    signIn(user),
    user.call("GET /auth/me"),
    user.call("GET /projects"),
    user.call("POST /projects", { name: "meanwhile" }),
    user.call("GET /health"),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 201, 200]);
}

/** Builds once, so that every connection was used. */
async function expectAllWell(): Promise<void> {
  await expectBuiltOnce(await user.requestPreview({ "index.html": `<h1>${crypto.randomUUID()}</h1>` }));
}

describe("Redis", () => {
  test("frozen for ten seconds: no request hangs, what was accepted is built once it thaws, and its user told once", async () => {
    await expectAllWell();
    process.kill(server.pid, "SIGSTOP");
    const thawAt = performance.now() + 10_000;
    const jobId = await user.requestPreview({ "index.html": "<h1>While Redis was frozen</h1>" });
    expect(await statusOf(jobId)).toBe("QUEUED");
    await waitUntil(expectToGoOn, () => performance.now() > thawAt, { everyMs: 200 });
    const health = await callRest(processes.apiUrl, "GET /health/deep", { timeoutMs: longestMs });
    expect(health).toMatchObject({ status: 503, error: { details: { redis: "down" } } });
    process.kill(server.pid, "SIGCONT");
    await expectBuiltOnce(jobId);
    await expectAllWell();
  });

  test("flushed: what was in its queues is dispatched again and built, and its user told once", async () => {
    // The worker stands still, so that jobs are in the queue and not at its hands.
    worker.kill("SIGSTOP");
    const jobIds = [
      await user.requestPreview({ "index.html": "<h1>Flushed, one</h1>" }),
      await user.requestPreview({ "index.html": "<h1>Flushed, two</h1>" }),
    ];
    await waitUntil(
      () => redis.keys("*bull:preview-cpu:*-1"),
      (keys) => keys.length > 0,
    );
    await redis.flushall();
    worker.kill("SIGCONT");
    await expectToGoOn();
    for (const jobId of jobIds) await expectBuiltOnce(jobId);
  });

  test("out of memory: no request fails for it, what was accepted is built once there is room, and its user told once", async () => {
    await redis.config("SET", "maxmemory-policy", "noeviction");
    await redis.config("SET", "maxmemory", "1");
    await expect(redis.set("full", "?")).rejects.toThrow("OOM");
    const jobId = await user.requestPreview({ "index.html": "<h1>While Redis was full</h1>" });
    await expectToGoOn();
    expect(await statusOf(jobId)).toBe("QUEUED");
    await redis.config("SET", "maxmemory", "0");
    await expectBuiltOnce(jobId);
    await expectAllWell();
  });
});
