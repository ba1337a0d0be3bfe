import { Worker } from "bullmq";
import { tierLimits } from "@hivesync/contracts/tiers";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { createEnqueuer, queuePrefix } from "@hivesync/platform/queue/enqueue";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createProject, setTier } from "#testing/arrange.ts";
import { claim } from "#testing/publish.ts";
import { startTestApi } from "#testing/start-test-api.ts";
import { insertWaiting, tableOf } from "#testing/waiting-jobs.ts";
import { createDispatcher } from "./dispatcher.ts";
import { leaveGpuQueues } from "./gpu-fallback.ts";
import type { JobName } from "./job-kinds.ts";

const api = await startTestApi();
const { db, log: ownLog, redis } = api.deps;
const log = { ...ownLog, warn: () => undefined };
const { redisPrefix } = api.stack;
const enqueuer = createEnqueuer({ connection: redis, redisPrefix, onError: () => undefined });
const dispatcher = createDispatcher({ db, enqueuer, tiers: tierLimits, log });
const user = await api.register();
await setTier(api, user, "Premium");
const project = await createProject(api, user);
let wakes = 0;

afterAll(async () => {
  await enqueuer.close();
  await api[Symbol.asyncDispose]();
});
beforeEach(async () => {
  wakes = 0;
  await api.sql`TRUNCATE preview_sessions, ai_jobs, scaling_rules`;
  for (const name of ["preview-gpu", "preview-cpu", "ai-gpu", "ai-cpu"] as const)
    await enqueuer.queue(name).obliterate({ force: true });
});

function leave(queues: readonly string[] = []): Promise<number> {
  const readWorkers = () => Promise.resolve([{ queues: [...queues] }]);
  return leaveGpuQueues({ db, enqueuer, log, readWorkers, onMoved: () => (wakes += 1) });
}

async function waitingForGpu(kind: JobName): Promise<string> {
  const [id = ""] = await insertWaiting(api, { user, projectId: project.id, kind }, 1);
  await api.sql`UPDATE ${api.sql(tableOf(kind))} SET queue = ${`${kind}-gpu`} WHERE id = ${id}`;
  return id;
}

async function readRow(kind: JobName, id: string) {
  const [row] = await api.sql`
    SELECT status, queue, attempt, dispatches, dispatched_at FROM ${api.sql(tableOf(kind))} WHERE id = ${id}`;
  return row;
}

describe.each(["preview", "ai"] as const)("when no worker takes the GPU queue of %s", (kind) => {
  const [gpu, cpu] = [`${kind}-gpu`, `${kind}-cpu`] as const;

  test("a job that is not dispatched yet goes to the CPU queue", async () => {
    const id = await waitingForGpu(kind);
    expect(await leave()).toBe(1);
    expect(await readRow(kind, id)).toMatchObject({ status: "QUEUED", queue: cpu, dispatched_at: null });
    expect(wakes).toBe(1);
  });

  test("a job that waits in the queue leaves it and is dispatched to the other, once", async () => {
    const id = await waitingForGpu(kind);
    await dispatcher.dispatchOnce();
    expect(await enqueuer.queue(gpu).getJobState(`${id}-1`)).toBe("prioritized");
    expect(await leave()).toBe(1);
    expect(await enqueuer.queue(gpu).getJobState(`${id}-1`)).toBe("unknown");
    expect(await dispatcher.dispatchOnce()).toBe(1);
    expect(await enqueuer.queue(cpu).getJobState(`${id}-2`)).toBe("prioritized");
    expect(await leave()).toBe(0);
  });

  test("a job that another worker of the queue may take stays", async () => {
    const id = await waitingForGpu(kind);
    expect(await leave([gpu])).toBe(0);
    expect(await readRow(kind, id)).toMatchObject({ queue: gpu });
  });

  test("it waits where the scaling rule says so", async () => {
    await api.sql`INSERT INTO scaling_rules (queue, gpu_fallback) VALUES (${gpu}, 'wait')`;
    const id = await waitingForGpu(kind);
    await dispatcher.dispatchOnce();
    expect(await leave()).toBe(0);
    expect(await readRow(kind, id)).toMatchObject({ queue: gpu, dispatches: 1 });
    expect(wakes).toBe(0);
  });
});

test("a job in the middle of its run is left to its worker while that one's lock holds, and moves when it is over", async () => {
  const id = await waitingForGpu("preview");
  await dispatcher.dispatchOnce();
  const connection = connectRedis({ url: api.stack.redisUrl, use: "worker", onError: () => undefined });
  // Takes the job and then says nothing any more, as a worker that is frozen.
  const worker = new Worker("preview-gpu", null, { connection, prefix: queuePrefix(redisPrefix), lockDuration: 1_500 });
  const job = await worker.getNextJob("token");
  expect(job?.id).toBe(`${id}-1`);
  await claim(api, id);
  expect(await leave()).toBe(0);
  expect(await readRow("preview", id)).toMatchObject({ status: "RUNNING", queue: "preview-gpu" });
  expect(await waitUntil(leave, (count) => count === 1)).toBe(1);
  expect(await readRow("preview", id)).toMatchObject({ status: "QUEUED", queue: "preview-cpu", attempt: 1 });
  // The next claim is another attempt: what the frozen worker says after all is fenced off.
  expect(await claim(api, id)).toBe(2);
  await worker.close(true);
  connection.disconnect();
});

test("a job that has ended stays where it was", async () => {
  const id = await waitingForGpu("preview");
  await api.sql`UPDATE preview_sessions SET status = 'CANCELLED', completed_at = now() WHERE id = ${id}`;
  expect(await leave()).toBe(0);
});

test("while nobody can say which workers live, nothing moves", async () => {
  const id = await waitingForGpu("preview");
  const readWorkers = () => Promise.reject(new Error("Redis is away"));
  await expect(leaveGpuQueues({ db, enqueuer, log, readWorkers, onMoved: () => undefined })).rejects.toThrow("away");
  expect(await readRow("preview", id)).toMatchObject({ queue: "preview-gpu" });
});
