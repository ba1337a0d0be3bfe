import { findRedisServer, startRedis, type RunningRedis } from "@hivesync/dev-services/redis";
import { freePort } from "@hivesync/dev-services/free-port";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { registerRestUser, type RestUser } from "./rest-user.ts";
import { prepareProcesses } from "./start-processes.ts";

const directory = await mkdtemp(path.join(tmpdir(), "hivesync-redis-"));
const cacheDirectory = fileURLToPath(new URL("../../.hivesync/cache/redis", import.meta.url));
const port = await freePort();
const startOwnRedis = async (): Promise<RunningRedis> =>
  startRedis({ program: await findRedisServer({ cacheDirectory }), directory, port, persistent: true });

let redis = await startOwnRedis();
const shared = await createTestStack();
const processes = await prepareProcesses({ ...shared, redisUrl: redis.url });

afterAll(async () => {
  await processes[Symbol.asyncDispose]();
  await redis.stop();
  await shared[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const finished = (user: RestUser, jobId: string) =>
  waitUntil(
    () => user.call(`GET /preview/${jobId}`),
    ({ data }) => ["COMPLETED", "FAILED"].includes(String(data["status"])),
    { seconds: 60 },
  );

test("Redis killed between request and dispatch: the request is accepted, the job runs once Redis is back", async () => {
  await processes.startApi();
  await processes.startWorker();
  const user = await registerRestUser(processes.apiUrl);
  expect((await finished(user, await user.requestPreview({ "index.html": "before" }))).data["status"]).toBe(
    "COMPLETED",
  );

  process.kill(redis.pid, "SIGKILL");
  await redis.exited;
  const jobId = await user.requestPreview({ "index.html": "<h1>While Redis was away</h1>" });
  const waiting = await user.call(`GET /preview/${jobId}`);
  expect(waiting.data["status"]).toBe("QUEUED");

  redis = await startOwnRedis();
  const { data } = await finished(user, jobId);
  expect(data["status"]).toBe("COMPLETED");
  const notices = await user.call("GET /notifications");
  const items = notices.data["items"] as { data: { job_id: string } }[];
  expect(items.filter((item) => item.data.job_id === jobId)).toHaveLength(1);
});
