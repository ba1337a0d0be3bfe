import { blobs } from "@hivesync/db/schema/blobs";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { sha256Hex } from "@hivesync/platform/ids";
import { keyOfObjectUrl, objectKeys } from "@hivesync/platform/storage/object-keys";
import { waitUntil } from "@hivesync/testing/wait-until";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { claimJob } from "#job/claim-job.ts";
import type { CallbackAnswer } from "#testing/callback-receiver.ts";
import { createWorkerBench, type BenchWorker, type WorkerBench } from "#testing/worker-bench.ts";

let bench: WorkerBench;
let worker: BenchWorker;

beforeAll(async () => {
  bench = await createWorkerBench();
  worker = await bench.startWorker();
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
  await bench.dispatch(jobId);
  await waitUntil(
    async () => (await bench.queueJob(jobId)).finishedOn,
    (finished) => finished !== undefined,
  );
}

const page = { "index.html": "<!doctype html><title>Hello</title><h1>Hello, preview</h1>" };

async function objectText(url: string | null | undefined): Promise<string> {
  const key = keyOfObjectUrl(bench.storage.bucket, url ?? "");
  const bytes = key === undefined ? undefined : await bench.storage.get(key);
  return Buffer.from(bytes ?? []).toString("utf8");
}

test("a published folder is built, uploaded under its attempt and reported once, signed", async () => {
  const jobId = await bench.publish({ ...page, "style.css": "h1 { color: teal }" });
  await run(jobId);
  expect(bench.api.received).toHaveLength(1);
  const [callback] = bench.api.received;
  expect(callback).toMatchObject({
    path: "/api/v1/preview/callback",
    body: { job_id: jobId, status: "SUCCESS", attempt: 1, artifacts: [{ name: "source_map" }, { name: "manifest" }] },
  });
  const prefix = objectKeys.attempt({ teamId: bench.team.teamId, kind: "previews", jobId, attempt: 1 });
  expect(callback?.body.bundle_url).toBe(`s3://${bench.storage.bucket}/${prefix}index.html`);
  expect(await objectText(callback?.body.bundle_url)).toContain("Hello, preview");
  expect(await objectText(callback?.body.logs_url)).toContain("done:");
  expect(JSON.parse(await objectText(callback?.body.artifacts?.[1]?.url))).toMatchObject({ entry: "index.html" });
  expect(await bench.row(jobId)).toMatchObject({ status: "RUNNING", attempt: 1, started_at: expect.any(String) });
});

test("an error in the user's code is reported with file, line and text, and is not tried again", async () => {
  const jobId = await bench.publish({
    "index.html": '<script type="module" src="main.ts"></script>',
    "main.ts": "let a = ;",
  });
  await run(jobId);
  expect(bench.api.received).toHaveLength(1);
  const body = bench.api.received[0]?.body;
  expect(body).toMatchObject({ status: "FAIL", error_code: "PREVIEW_BUILD_FAILED", attempt: 1 });
  expect(body?.error_details).toContainEqual(
    expect.objectContaining({ file: "main.ts", line: 1, text: expect.any(String), line_text: "let a = ;" }),
  );
  expect(body?.bundle_url).toBeUndefined();
  expect(await objectText(body?.logs_url)).toContain("main.ts:1");
  expect((await bench.queueJob(jobId)).attemptsMade).toBe(1);
});

test("what the compiler quotes from a file is reported without bytes that the database cannot hold", async () => {
  const jobId = await bench.publish({
    "index.html": '<script type="module" src="main.ts"></script>',
    "main.ts": "let a = ;\0",
  });
  await run(jobId);
  const body = bench.api.received[0]?.body;
  expect(body).toMatchObject({ status: "FAIL" });
  expect(body?.error_details).toContainEqual(expect.objectContaining({ line_text: "let a = ;\uFFFD" }));
});

async function blobRow(sha256: string) {
  const [row] = await bench.db.select().from(blobs).where(eq(blobs.sha256, sha256));
  return row;
}

test.each([
  { damage: "missing", spoil: (key: string) => bench.storage.delete([key]) },
  { damage: "another of the same size", spoil: (key: string) => bench.storage.put(key, "<p>ZZZ", "text/html") },
  { damage: "longer than it should be", spoil: (key: string) => bench.storage.put(key, "<p>AAAA", "text/html") },
  { damage: "cut off", spoil: (key: string) => bench.storage.put(key, "<p>A", "text/html") },
])("a blob that is $damage fails the job with what to do, and is forgotten with its row", async ({ spoil }) => {
  const text = "<p>AAA";
  const sha256 = sha256Hex(text);
  const key = objectKeys.blob(bench.team.teamId, sha256);
  const jobId = await bench.publish({ "index.html": text });
  expect(await blobRow(sha256)).toBeDefined();
  await spoil(key);
  await run(jobId);
  expect(bench.api.received).toHaveLength(1);
  expect(bench.api.received[0]?.body).toMatchObject({
    status: "FAIL",
    error_code: "PREVIEW_BUILD_FAILED",
    error: expect.stringContaining("Publish again"),
  });
  expect(await bench.storage.head(key)).toBeUndefined();
  expect(await blobRow(sha256)).toBeUndefined();
});

test("a job whose list of files is gone or not readable fails with what to do", async () => {
  const gone = await bench.publish(page);
  await bench.storage.delete([(await bench.row(gone)).input_key]);
  const broken = await bench.publish({ "index.html": "<p>broken" });
  await bench.storage.put((await bench.row(broken)).input_key, "{", "application/json");
  for (const jobId of [gone, broken]) await run(jobId);
  expect(bench.api.received.map(({ body }) => [body.status, body.error])).toEqual([
    ["FAIL", "The list of files is no longer in storage. Publish again."],
    ["FAIL", "The list of files is no longer in storage. Publish again."],
  ]);
});

test("a callback that meets errors and a cut connection is posted again, freshly signed, until it is accepted", async () => {
  const unavailable: CallbackAnswer = { status: 503, body: { ok: false } };
  bench.api.nextAnswers.push(unavailable, "cut", { status: 429, body: {} });
  const jobId = await bench.publish(page);
  await run(jobId);
  const { received } = bench.api;
  expect(received).toHaveLength(4);
  expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(4);
  expect(new Set(received.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await (await bench.queueJob(jobId)).getState()).toBe("completed");
});

test("a run that could not report leaves its outcome behind: the next one builds nothing and only reports it", async () => {
  const refusals = Array.from({ length: 200 }, (): CallbackAnswer => ({ status: 500, body: {} }));
  bench.api.nextAnswers.push(...refusals);
  const jobId = await bench.publish(page);
  await bench.dispatch(jobId);
  await waitUntil(
    async () => (await bench.queueJob(jobId)).attemptsMade,
    (made) => made === 1,
  );
  bench.api.nextAnswers.length = 0;
  await waitUntil(
    async () => (await bench.queueJob(jobId)).getState(),
    (state) => state === "completed",
  );
  expect(bench.api.received.at(-1)?.body).toMatchObject({ status: "SUCCESS", attempt: 1 });
  expect((await bench.row(jobId)).attempt).toBe(1);
});

test("a callback that the API refuses is not repeated, and the queue job fails for good", async () => {
  bench.api.nextAnswers.push({ status: 400, body: { ok: false, error: { code: "VALIDATION_ERROR" } } });
  const jobId = await bench.publish(page);
  await run(jobId);
  expect(bench.api.received).toHaveLength(1);
  expect(await (await bench.queueJob(jobId)).getState()).toBe("failed");
});

test("a job that was cancelled or deleted while it waited is neither built nor reported", async () => {
  const cancelled = await bench.publish(page);
  await bench.db
    .update(previewSessions)
    .set({ status: "CANCELLED", completed_at: new Date().toISOString() })
    .where(eq(previewSessions.id, cancelled));
  const deleted = await bench.publish(page);
  await bench.db.delete(previewSessions).where(eq(previewSessions.id, deleted));
  for (const jobId of [cancelled, deleted]) {
    await run(jobId);
    expect(await (await bench.queueJob(jobId)).getState()).toBe("completed");
  }
  expect(bench.api.received).toEqual([]);
  expect((await bench.row(cancelled)).attempt).toBe(0);
});

test("a job that has come to be another queue's is left to that one", async () => {
  const jobId = await bench.publish(page);
  const claim = (queue: "preview-cpu" | "preview-gpu") => claimJob(worker.deps, { kind: "preview", jobId, queue });
  expect(await claim("preview-gpu")).toBeUndefined();
  expect((await bench.row(jobId)).status).toBe("QUEUED");
  expect(await claim("preview-cpu")).toMatchObject({ jobId, attempt: 1, teamId: bench.team.teamId });
});
