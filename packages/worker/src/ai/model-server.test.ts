import { readdir, readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { aiResult } from "@hivesync/contracts/jobs/ai-result";
import { everyone } from "@hivesync/platform/events/topics";
import { keyOfObjectUrl } from "@hivesync/platform/storage/object-keys";
import { waitUntil } from "@hivesync/testing/wait-until";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createWorkerBench, type WorkerBench } from "#testing/worker-bench.ts";

// A stand-in for a model's server, real but for the model. What it does with a request is set by each test.
let server: Server;
let asked: { authorization: string | undefined; closed: boolean }[] = [];
let answer: (response: ServerResponse) => void = () => undefined;
let bench: WorkerBench;

const key = "sk-of-the-worker-0123456789abcdef";

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  const seen = { authorization: request.headers.authorization, closed: false };
  asked.push(seen);
  request.resume();
  response.on("close", () => {
    seen.closed = true;
  });
  answer(response);
}

beforeAll(async () => {
  server = createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  bench = await createWorkerBench();
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await bench[Symbol.asyncDispose]();
});
beforeEach(() => {
  asked = [];
  bench.api.received.length = 0;
});

function startWorker(fallback: "static" | "fail") {
  return bench.startWorker(undefined, {
    env: {
      HIVESYNC_AI_ENGINE: "openai-compatible",
      HIVESYNC_AI_BASE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      HIVESYNC_AI_MODEL: "stand-in",
      HIVESYNC_AI_API_KEY: key,
      HIVESYNC_AI_FALLBACK: fallback,
    },
  });
}

async function begin(job_type: "explain" | "summarize" = "explain"): Promise<string> {
  const jobId = await bench.submitAi(
    { "add.ts": "export const add = (a: number, b: number) => a + b;\n" },
    { job_type },
  );
  await bench.dispatch(jobId, "ai-cpu");
  return jobId;
}

async function reportOf(jobId: string) {
  const received = await waitUntil(
    () => bench.api.received.filter(({ body }) => body.job_id === jobId),
    (reports) => reports.length > 0,
  );
  return received[0]?.body;
}

async function resultOf(jobId: string) {
  const url = (await reportOf(jobId))?.bundle_url ?? "";
  const bytes = await bench.storage.get(keyOfObjectUrl(bench.storage.bucket, url) ?? "");
  return aiResult.parse(JSON.parse(Buffer.from(bytes ?? []).toString("utf8")));
}

function streamed(text: string): (response: ServerResponse) => void {
  return (response) => {
    const choices = [{ index: 0, delta: { role: "assistant", content: text }, finish_reason: "stop" }];
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(
      `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 0, model: "m", choices })}\n\ndata: [DONE]\n\n`,
    );
  };
}

test("the chosen server writes, and is asked with the worker's key", async () => {
  await using _worker = await startWorker("fail");
  answer = streamed(JSON.stringify({ markdown: "It adds two numbers." }));
  const result = await resultOf(await begin());
  expect(result).toMatchObject({
    engine: "openai-compatible",
    markdown: expect.stringContaining("It adds two numbers."),
  });
  expect(asked.map(({ authorization }) => authorization)).toEqual([`Bearer ${key}`]);
});

test("where the server refuses, the static engine writes and says so, if the setting says so", async () => {
  await using _worker = await startWorker("static");
  answer = (response) =>
    response.writeHead(401, { "content-type": "application/json" }).end(`{"error":{"message":"${key}"}}`);
  const { notes, markdown } = await resultOf(await begin());
  expect(markdown).toContain("add");
  expect(notes).toContainEqual(expect.stringMatching(/refused the key.*static engine/));
});

test("else the job fails with a reason, which does not hold what the server said", async () => {
  await using _worker = await startWorker("fail");
  answer = (response) =>
    response.writeHead(401, { "content-type": "application/json" }).end(`{"error":{"message":"${key}"}}`);
  const body = await reportOf(await begin());
  expect(body).toMatchObject({
    status: "FAIL",
    error_code: "AI_JOB_FAILED",
    error: expect.stringContaining("refused the key"),
  });
  expect(JSON.stringify(body)).not.toContain(key);
});

/** The environments of all processes that we may read. */
async function environments(): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, "utf8").catch(() => "")));
}

test("a job that is cancelled while the server says nothing leaves it at once; no process had the key in its environment", async () => {
  await using worker = await startWorker("fail");
  answer = () => undefined;
  const jobId = await begin();
  await waitUntil(
    () => asked,
    (requests) => requests.length === 1,
  );
  expect((await environments()).filter((text) => text.includes(key))).toEqual([]);
  await bench.db
    .update(aiJobs)
    .set({ status: "CANCELLED", completed_at: sql`now()` })
    .where(eq(aiJobs.id, jobId));
  worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: jobId } }]);
  await waitUntil(
    () => asked[0]?.closed,
    (closed) => closed === true,
  );
  expect(bench.api.received).toEqual([]);
});
