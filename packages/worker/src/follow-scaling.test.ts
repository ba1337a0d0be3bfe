import { aiDocument } from "@hivesync/contracts/jobs/ai-document";
import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { scalingRules } from "@hivesync/db/schema/scaling-rules";
import { everyone } from "@hivesync/platform/events/topics";
import { readEnvironment } from "@hivesync/platform/env";
import { newId } from "@hivesync/platform/ids";
import { createLogger } from "@hivesync/platform/logger";
import { connectRedis } from "@hivesync/platform/queue/connection";
import type { RunningJob, RunningWorker } from "@hivesync/platform/queue/run-worker";
import { startTcpProxy } from "@hivesync/testing/tcp-proxy";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { createWorkerDeps, type WorkerKind } from "./deps.ts";
import { workerVariables } from "./env.ts";
import { jobRow, startJobs } from "./job-table.ts";
import { createWorkerBench, type WorkerBench } from "./testing/worker-bench.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await createWorkerBench();
});
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(async () => {
  await bench.db.delete(scalingRules);
});

type Rule = Partial<typeof scalingRules.$inferInsert>;

/** As the API stores it. Nobody is told. */
async function setRule(queue: QueueName, rule: Rule): Promise<void> {
  const set = { max_workers: 4, min_workers: 0, concurrency: 1, paused: false, ...rule };
  await bench.db
    .insert(scalingRules)
    .values({ queue, ...set })
    .onConflictDoUpdate({ target: scalingRules.queue, set });
}

interface Started {
  preview: RunningWorker;
  ai: RunningWorker;
  /** The ids of jobs that were begun. */
  begun: string[];
  /** Lets one job end, and every later one of its id. */
  letGo: (...ids: string[]) => void;
  lines: string[];
  /** Tells that a rule has changed, as the API does. */
  tell: (queue: QueueName) => void;
  sparesKept: number[];
}

/** A worker whose jobs last until they are let go. */
async function startWorker(options: WorkerKind & { databaseUrl?: string }): Promise<Started> {
  const environment = bench.environment(await bench.dataDirectory());
  const url = options.databaseUrl ?? environment["HIVESYNC_DATABASE_URL"];
  const env = readEnvironment(z.object(workerVariables), { ...environment, HIVESYNC_DATABASE_URL: url });
  const made = await createWorkerDeps(env, options);
  const lines: string[] = [];
  const log = createLogger({ level: "info", service: "test", destination: { write: (line) => lines.push(line) } });
  const sparesKept: number[] = [];
  const keepReady = (spare: number): void => void sparesKept.push(spare);
  const deps = { ...made, log, builders: { ...made.builders, keepReady } };
  const begun: string[] = [];
  const held = new Map<string, PromiseWithResolvers<void>>();
  const holdOf = (id: string): PromiseWithResolvers<void> => {
    const hold = held.get(id) ?? Promise.withResolvers<void>();
    held.set(id, hold);
    return hold;
  };
  const handler = async (_: unknown, { payload }: RunningJob<{ job_id: string }>): Promise<void> => {
    begun.push(payload.job_id);
    await holdOf(payload.job_id).promise;
  };
  const [preview, ai] = startJobs(deps, [
    jobRow({ queue: "preview-cpu", job: previewBuild, handler, concurrency: 2 }),
    jobRow({ queue: "ai-cpu", job: aiDocument, handler, concurrency: 2 }),
  ]);
  if (!preview || !ai) throw new Error("two rows make two workers");
  onTestFinished(async () => {
    for (const hold of held.values()) hold.resolve();
    await Promise.all([preview.close(0), ai.close(0)]);
    await made.close();
  });
  return {
    preview,
    ai,
    begun,
    letGo: (...ids) => ids.forEach((id) => holdOf(id).resolve()),
    lines,
    tell: (queue) => made.events.publish([{ topic: "scaling", key: everyone, message: { queue } }]),
    sparesKept,
  };
}

async function dispatch(count: number, queue: "preview-cpu" | "ai-cpu" = "preview-cpu"): Promise<string[]> {
  const ids = Array.from({ length: count }, () => newId());
  for (const id of ids) await bench.dispatch(id, queue);
  return ids;
}

/** As when Redis was flushed: every key of this stack is gone. */
async function forgetQueues(): Promise<void> {
  const redis = connectRedis({ url: bench.stack.redisUrl, use: "worker", onError: () => undefined });
  const keys = await redis.keys(`${bench.stack.redisPrefix}*`);
  await redis.del(...keys);
  redis.disconnect();
}

const becomes = (worker: RunningWorker, pace: { concurrency: number; paused: boolean }) =>
  waitUntil(worker.pace, (found) => found.concurrency === pace.concurrency && found.paused === pace.paused, {
    seconds: 5,
  });

const areDone = (ids: readonly string[], queue: "preview-cpu" | "ai-cpu" = "preview-cpu") =>
  waitUntil(
    () => Promise.all(ids.map(async (id) => (await bench.queueJob(id, queue)).isCompleted())),
    (all) => all.every(Boolean),
  );

test("without a rule a worker does as it was set up; with one as the rule says, also where nobody was told of it", async () => {
  const worker = await startWorker({ kind: "cpu" });
  await becomes(worker.preview, { concurrency: 2, paused: false });
  await setRule("preview-cpu", { concurrency: 5 });
  await becomes(worker.preview, { concurrency: 5, paused: false });
  expect(worker.sparesKept.at(-1)).toBe(5);
  expect(worker.ai.pace()).toEqual({ concurrency: 2, paused: false });
  await bench.db.delete(scalingRules);
  await becomes(worker.preview, { concurrency: 2, paused: false });
});

test("concurrency that is raised begins what waits while the first job goes on", async () => {
  await setRule("preview-cpu", { concurrency: 1 });
  const worker = await startWorker({ kind: "cpu" });
  await becomes(worker.preview, { concurrency: 1, paused: false });
  const ids = await dispatch(3);
  await waitUntil(
    () => worker.begun.length,
    (count) => count === 1,
  );
  await setRule("preview-cpu", { concurrency: 3 });
  worker.tell("preview-cpu");
  await waitUntil(worker.preview.activeCount, (count) => count === 3);
  expect(worker.begun.toSorted()).toEqual(ids.toSorted());
  worker.letGo(...ids);
  await areDone(ids);
});

test("a queue that is paused lets its jobs end and starts none; resumed, every one is done, once", async () => {
  const worker = await startWorker({ kind: "cpu" });
  await becomes(worker.preview, { concurrency: 2, paused: false });
  const running = await dispatch(1);
  await waitUntil(worker.preview.activeCount, (count) => count === 1);
  await setRule("preview-cpu", { paused: true });
  worker.tell("preview-cpu");
  await becomes(worker.preview, { concurrency: 1, paused: true });
  const waiting = await dispatch(4);
  worker.letGo(...running, ...waiting);
  await areDone(running);
  // The other queue of the same process goes on, after all of that.
  const other = await dispatch(1, "ai-cpu");
  worker.letGo(...other);
  await areDone(other, "ai-cpu");
  expect(worker.begun).toEqual([...running, ...other]);
  await setRule("preview-cpu", { paused: false });
  worker.tell("preview-cpu");
  await areDone(waiting);
  expect(worker.begun.toSorted()).toEqual([...running, ...waiting, ...other].toSorted());
});

test("a worker that starts while its queue is paused takes nothing, nor when Redis has lost everything", async () => {
  await setRule("preview-cpu", { paused: true });
  const lost = await dispatch(2);
  const worker = await startWorker({ kind: "cpu" });
  const other = await dispatch(1, "ai-cpu");
  worker.letGo(...other, ...lost);
  await areDone(other, "ai-cpu");
  await forgetQueues();
  const again = await dispatch(2);
  worker.letGo(...again);
  const more = await dispatch(1, "ai-cpu");
  worker.letGo(...more);
  await areDone(more, "ai-cpu");
  expect(worker.begun).toEqual([...other, ...more]);
  await setRule("preview-cpu", { paused: false });
  await areDone(again);
});

test("while the database is away what was read last holds, and what changed meanwhile is followed when it is back", async () => {
  const databaseUrl = new URL(bench.stack.databaseUrls.worker);
  const proxy = await startTcpProxy(new URL(databaseUrl));
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  databaseUrl.port = String(proxy.port);
  await setRule("preview-cpu", { paused: true });
  const worker = await startWorker({ kind: "cpu", databaseUrl: databaseUrl.href });
  await waitUntil(
    () => worker.lines.join(""),
    (text) => text.includes("scaling_followed"),
  );
  await proxy.refuse();
  await setRule("preview-cpu", { paused: false });
  worker.tell("preview-cpu");
  await waitUntil(
    () => worker.lines.join(""),
    (text) => text.includes("scaling_unreadable"),
  );
  expect(worker.preview.pace()).toEqual({ concurrency: 1, paused: true });
  await proxy.accept();
  await becomes(worker.preview, { concurrency: 1, paused: false });
  expect(worker.lines.filter((line) => line.includes("scaling_unreadable"))).toHaveLength(1);
});

test("a worker never runs more AI jobs at once than it has GPUs, whatever the rule says", async () => {
  await setRule("ai-cpu", { concurrency: 8 });
  const worker = await startWorker({ kind: "gpu", gpus: ["GPU-a", "GPU-b", "GPU-c"] });
  await becomes(worker.ai, { concurrency: 3, paused: false });
  const ids = await dispatch(5, "ai-cpu");
  await waitUntil(worker.ai.activeCount, (count) => count === 3);
  worker.letGo(...ids.slice(0, 3));
  await waitUntil(
    () => worker.begun.length,
    (count) => count === 5,
  );
  expect(worker.ai.activeCount()).toBeLessThanOrEqual(3);
  await setRule("ai-cpu", { concurrency: 1 });
  await becomes(worker.ai, { concurrency: 1, paused: false });
});
