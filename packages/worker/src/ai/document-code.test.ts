import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { blobs } from "@hivesync/db/schema/blobs";
import { sha256Hex } from "@hivesync/platform/ids";
import { everyone } from "@hivesync/platform/events/topics";
import { keyOfObjectUrl, objectKeys } from "@hivesync/platform/storage/object-keys";
import { waitUntil } from "@hivesync/testing/wait-until";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { createWorkerBench, type BenchWorker, type WorkerBench } from "#testing/worker-bench.ts";

// Stands in for an engine that goes wrong in the way that the first file names; any other text is its result.
const writerCommand = fileURLToPath(new URL("../testing/stubborn-writer-command.ts", import.meta.url));

let bench: WorkerBench;
let worker: BenchWorker;
let folder: string;

beforeAll(async () => {
  bench = await createWorkerBench();
  folder = await bench.dataDirectory();
  worker = await bench.startWorker(folder, {
    writerCommand,
    env: { HIVESYNC_AI_JOB_SECONDS: "20", HIVESYNC_AI_MEMORY_MB: "400" },
  });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});
beforeEach(() => {
  bench.api.received.length = 0;
  bench.api.nextAnswers.length = 0;
});

async function run(jobId: string): Promise<void> {
  await bench.dispatch(jobId, "ai-cpu");
  await waitUntil(
    async () => (await bench.queueJob(jobId, "ai-cpu")).finishedOn,
    (finished) => finished !== undefined,
    { seconds: 40 },
  );
}

async function objectText(url: string | null | undefined): Promise<string> {
  const key = keyOfObjectUrl(bench.storage.bucket, url ?? "");
  const bytes = key === undefined ? undefined : await bench.storage.get(key);
  return Buffer.from(bytes ?? []).toString("utf8");
}

function untilWriting(jobId: string): Promise<unknown> {
  return waitUntil(
    async () => (await bench.aiRow(jobId)).progress,
    // Half of the writing is done when the engine says so.
    (progress) => progress?.phase === "writing" && progress.ratio > 0.5,
  );
}

test("a job's result and log are uploaded under its attempt and reported once, signed", async () => {
  const jobId = await bench.submitAi({ "a.ts": "the words" }, { job_type: "explain", context: { "b.ts": "beside" } });
  await run(jobId);
  expect(bench.api.received).toHaveLength(1);
  const [callback] = bench.api.received;
  const prefix = objectKeys.attempt({ teamId: bench.team.teamId, kind: "ai", jobId, attempt: 1 });
  expect(callback).toMatchObject({
    path: "/api/v1/ai/callback",
    body: {
      job_id: jobId,
      status: "SUCCESS",
      attempt: 1,
      bundle_url: `s3://${bench.storage.bucket}/${prefix}result.json`,
      logs_url: `s3://${bench.storage.bucket}/${prefix}job.log`,
      metrics: { timings: { fetch: expect.any(Number), write: expect.any(Number), upload: expect.any(Number) } },
    },
  });
  expect(JSON.parse(await objectText(callback?.body.bundle_url))).toEqual({
    engine: "stubborn",
    markdown: "the words",
    notes: [],
  });
  const log = await objectText(callback?.body.logs_url);
  expect(log).toContain("explain: 1 selected, 1 of context");
  expect(log).toContain("engine: stubborn");
  expect(await bench.aiRow(jobId)).toMatchObject({ status: "RUNNING", attempt: 1, started_at: expect.any(String) });
});

test.each([
  { way: "refuse", error: "The model's server cannot be reached." },
  { way: "swell", error: "Writing needed more memory than it may use (400 MB). Select fewer files." },
  { way: "flood", error: /^The result is larger than \d+ bytes/ },
])("an engine that goes wrong ($way) fails the job with a reason, once, and with a log", async ({ way, error }) => {
  const jobId = await bench.submitAi({ "a.ts": way });
  await run(jobId);
  expect(bench.api.received).toHaveLength(1);
  const body = bench.api.received[0]?.body;
  expect(body).toMatchObject({ status: "FAIL", error_code: "AI_JOB_FAILED", attempt: 1 });
  expect(body?.error).toMatch(error);
  expect(body?.bundle_url ?? null).toBeNull();
  expect(await objectText(body?.logs_url)).toContain("failed: ");
  expect((await bench.queueJob(jobId, "ai-cpu")).attemptsMade).toBe(1);
});

test("an engine that breaks down is tried again, and at the last try the job fails for a reason on our side", async () => {
  const jobId = await bench.submitAi({ "a.ts": "break" });
  await run(jobId);
  expect(bench.api.received.map(({ body }) => body)).toEqual([
    expect.objectContaining({ status: "FAIL", attempt: 3, error: expect.stringContaining("on our side") }),
  ]);
});

test("an engine that never answers is ended at the limit of time", async () => {
  const own = await bench.dataDirectory();
  await worker.stop(0);
  worker = await bench.startWorker(own, { writerCommand, env: { HIVESYNC_AI_JOB_SECONDS: "3" } });
  folder = own;
  const jobId = await bench.submitAi({ "a.ts": "hang" });
  await run(jobId);
  expect(bench.api.received.map(({ body }) => [body.status, body.error])).toEqual([
    ["FAIL", "Writing took longer than 3 s. Select fewer files."],
  ]);
  await worker.stop(0);
  worker = await bench.startWorker(own, { writerCommand });
});

test.each([
  { damage: "missing", spoil: (key: string) => bench.storage.delete([key]) },
  { damage: "another of the same size", spoil: (key: string) => bench.storage.put(key, "WORDS", "text/plain") },
  { damage: "cut off", spoil: (key: string) => bench.storage.put(key, "wo", "text/plain") },
])("a file that is $damage in storage fails the job with what to do, and is forgotten", async ({ damage, spoil }) => {
  const text = `words of ${damage}`;
  const sha256 = sha256Hex(text);
  const key = objectKeys.blob(bench.team.teamId, sha256);
  const jobId = await bench.submitAi({ "a.ts": "whole" }, { context: { "b.ts": text } });
  await spoil(key);
  await run(jobId);
  expect(bench.api.received.map(({ body }) => [body.status, body.error_code, body.error])).toEqual([
    ["FAIL", "AI_JOB_FAILED", expect.stringContaining("Send the job again to upload what is missing.")],
  ]);
  expect(await bench.storage.head(key)).toBeUndefined();
  expect(await bench.db.select().from(blobs).where(eq(blobs.sha256, sha256))).toEqual([]);
});

test("a job whose list of files is gone or not readable fails with what to do", async () => {
  const gone = await bench.submitAi({ "a.ts": "gone" });
  await bench.storage.delete([(await bench.aiRow(gone)).input_key]);
  const broken = await bench.submitAi({ "a.ts": "broken" });
  await bench.storage.put((await bench.aiRow(broken)).input_key, "{", "application/json");
  for (const jobId of [gone, broken]) await run(jobId);
  const reason = "The list of files is no longer in storage. Send the job again.";
  expect(bench.api.received.map(({ body }) => [body.status, body.error])).toEqual([
    ["FAIL", reason],
    ["FAIL", reason],
  ]);
});

test("a cancelled job is stopped though its engine listens to nobody, reports nothing, and the next one runs", async () => {
  const jobId = await bench.submitAi({ "a.ts": "hang" });
  await bench.dispatch(jobId, "ai-cpu");
  await untilWriting(jobId);
  await bench.db
    .update(aiJobs)
    .set({ status: "CANCELLED", completed_at: sql`now()` })
    .where(eq(aiJobs.id, jobId));
  worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: jobId } }]);
  const job = await waitUntil(
    () => bench.queueJob(jobId, "ai-cpu"),
    ({ finishedOn }) => finishedOn !== undefined,
  );
  expect(await job.getState()).toBe("completed");
  expect(await readdir(path.join(folder, "jobs"))).toEqual([]);
  const next = await bench.submitAi({ "a.ts": "next" });
  await run(next);
  expect(bench.api.received.map(({ body }) => body.job_id)).toEqual([next]);
});

test("whoever asked for a job is told how it comes along, and its row too", async () => {
  const jobId = await bench.submitAi({ "a.ts": "hang" });
  const heard: { progress: { phase: string } | null }[] = [];
  await worker.deps.events.subscribe({ name: "user", key: bench.team.userId }, (message) => {
    if (message.type === "progress" && message.job_id === jobId) heard.push(message);
  }).ready;
  await bench.dispatch(jobId, "ai-cpu");
  await untilWriting(jobId);
  onTestFinished(() => worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: jobId } }]));
  // The row is written first.
  await waitUntil(
    () => heard,
    (all) => all.some(({ progress }) => progress?.phase === "writing"),
  );
  expect(heard).toContainEqual({
    type: "progress",
    kind: "ai",
    job_id: jobId,
    project_id: bench.team.projectId,
    status: "RUNNING",
    progress: { phase: "writing", ratio: expect.any(Number) },
  });
});

test("what a later attempt holds is not touched by an earlier one", async () => {
  const jobId = await bench.submitAi({ "a.ts": "hang" });
  await bench.dispatch(jobId, "ai-cpu");
  await untilWriting(jobId);
  onTestFinished(() => worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: jobId } }]));
  const progress = { phase: "fetching", ratio: 0.01 } as const;
  await bench.db.update(aiJobs).set({ attempt: 2, progress }).where(eq(aiJobs.id, jobId));
  worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: jobId } }]);
  await waitUntil(
    () => bench.queueJob(jobId, "ai-cpu"),
    ({ finishedOn }) => finishedOn !== undefined,
  );
  expect(await bench.aiRow(jobId)).toMatchObject({ attempt: 2, progress });
});
