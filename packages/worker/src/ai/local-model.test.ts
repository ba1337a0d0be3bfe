import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { aiResult } from "@hivesync/contracts/jobs/ai-result";
import { writeTinyGguf } from "@hivesync/doc-writer/models/testing/tiny-gguf";
import { everyone } from "@hivesync/platform/events/topics";
import { keyOfObjectUrl } from "@hivesync/platform/storage/object-keys";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorkerBench, type WorkerBench } from "#testing/worker-bench.ts";

let bench: WorkerBench;
let folder: string;
// One that babbles on, and one that comes to an end.
let endless: string;
let brief: string;

beforeAll(async () => {
  bench = await createWorkerBench();
  folder = await mkdtemp(path.join(tmpdir(), "hivesync-model-"));
  endless = path.join(folder, "endless.gguf");
  brief = path.join(folder, "brief.gguf");
  await writeTinyGguf(endless, { closes: false });
  await writeTinyGguf(brief);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await bench[Symbol.asyncDispose]();
});

function startWorker(modelPath: string) {
  return bench.startWorker(undefined, {
    env: { HIVESYNC_AI_ENGINE: "local", HIVESYNC_AI_MODEL_PATH: modelPath, HIVESYNC_AI_MAX_TOKENS: "2000" },
  });
}

/** The processes that were given one of our models. */
async function modelProcesses(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, index) => lines[index]?.includes(folder));
}

test("a model on this machine is loaded for a job, and gone with it when the job is cancelled", async () => {
  await using worker = await startWorker(endless);
  const jobId = await bench.submitAi({ "add.ts": "export const add = (a: number, b: number) => a + b;\n" });
  await bench.dispatch(jobId, "ai-cpu");
  await waitUntil(modelProcesses, (pids) => pids.length > 0);
  worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: jobId } }]);
  expect(await waitUntil(modelProcesses, (pids) => pids.length === 0)).toEqual([]);
  const job = await waitUntil(
    () => bench.queueJob(jobId, "ai-cpu"),
    ({ finishedOn }) => finishedOn !== undefined,
  );
  expect(await job.getState()).toBe("completed");
  expect(bench.api.received).toEqual([]);
});

test("the model's words are the result, which names the engine; its process is gone by then", async () => {
  await using _worker = await startWorker(brief);
  const jobId = await bench.submitAi({ "add.ts": "export const add = (a: number, b: number) => a + b;\n" });
  await bench.dispatch(jobId, "ai-cpu");
  const [report] = await waitUntil(
    () => bench.api.received.filter(({ body }) => body.job_id === jobId),
    (reports) => reports.length > 0,
    { seconds: 60 },
  );
  const key = keyOfObjectUrl(bench.storage.bucket, report?.body.bundle_url ?? "") ?? "";
  const bytes = await bench.storage.get(key);
  expect(aiResult.parse(JSON.parse(Buffer.from(bytes ?? []).toString("utf8")))).toMatchObject({ engine: "local" });
  expect(await modelProcesses()).toEqual([]);
}, 90_000);
