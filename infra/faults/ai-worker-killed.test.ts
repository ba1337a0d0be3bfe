import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startObjectStore } from "@hivesync/dev-services/object-store";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { registerRestUser, type RestUser } from "./rest-user.ts";
import { prepareProcesses } from "./start-processes.ts";

const directory = await mkdtemp(path.join(tmpdir(), "hivesync-slow-store-"));
const shared = await createTestStack();
// A store of its own, so that reading files can be made slow and a job be met in its midst.
const store = await startObjectStore({ directory, port: 0, ...shared.storage });
const stack = { ...shared, storage: { ...shared.storage, endpoint: store.endpoint } };
const processes = await prepareProcesses(stack, 2_000);
const sql = postgres(stack.databaseUrls.superuser, { max: 1 });
let user: RestUser;

beforeAll(async () => {
  await processes.startApi();
});
beforeEach(async () => {
  user = await registerRestUser(processes.apiUrl);
});
afterAll(async () => {
  await processes[Symbol.asyncDispose]();
  await sql.end();
  await store.stop();
  await shared[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const code = (name: string) => ({
  "code.ts": `export function ${name}(count: number): number {\n  return count;\n}\n`,
});

interface Workers {
  workers?: { gpu: number };
}

function rowOf(jobId: string) {
  return async () => {
    const [row] = await sql<{ status: string; queue: string; attempt: number }[]>`
      SELECT status, queue, attempt FROM ai_jobs WHERE id = ${jobId}`;
    return row;
  };
}

/** A job that its worker has begun and cannot go on with. */
async function beginJob(name: string): Promise<string> {
  store.faults.set({ mode: "slow", delayMs: 60_000, method: "GET" });
  const jobId = await user.submitAiJob(code(name));
  await waitUntil(rowOf(jobId), (row) => row?.status === "RUNNING");
  return jobId;
}

async function expectDoneOnce(jobId: string, name: string): Promise<void> {
  const ended = await waitUntil(rowOf(jobId), (row) => row?.status !== "RUNNING" && row?.status !== "QUEUED", {
    seconds: 60,
  });
  expect(ended).toMatchObject({ status: "COMPLETED", queue: "ai-cpu", attempt: 2 });
  const notices = await sql`SELECT type FROM notifications WHERE data ->> 'job_id' = ${jobId}`;
  expect(notices.map(({ type }) => type as string)).toEqual(["ai_ready"]);
  const job = await user.call(`GET /ai/jobs/${jobId}`);
  expect(job.data["result"]).toMatchObject({ engine: "static", diff: expect.stringContaining(name) });
}

test("a worker killed in the middle of an AI job loses nothing: another does the job, with one result and one notification", async () => {
  const doomed = await processes.startWorker();
  const jobId = await beginJob("survivor");
  doomed.kill("SIGKILL");
  await doomed.exited;
  store.faults.clear();
  await using _next = await processes.startWorker().then((worker) => ({
    [Symbol.asyncDispose]: () => worker.stop(),
  }));
  await expectDoneOnce(jobId, "survivor");
}, 90_000);

test("when the last GPU worker is killed, its job and those that waited behind it are done by the CPU workers", async () => {
  const doomed = await processes.startWorker("gpu");
  // Whoever registers now, for a session knows its user's tier for two seconds.
  await sql`ALTER TABLE users ALTER tier SET DEFAULT 'Premium'`;
  user = await registerRestUser(processes.apiUrl);
  const liveGpuWorkers = async () => {
    const answer = await fetch(`${processes.apiUrl}/health/deep`);
    const { data, error } = (await answer.json()) as { data: Workers | null; error: { details: Workers } | null };
    // Without a CPU worker the site counts as down, and tells the same as details.
    return (data ?? error?.details)?.workers?.gpu;
  };
  await waitUntil(liveGpuWorkers, (count) => count === 1);
  const begun = await beginJob("begun");
  const waiting = await user.submitAiJob(code("waiting"));
  expect([(await rowOf(begun)())?.queue, (await rowOf(waiting)())?.queue]).toEqual(["ai-gpu", "ai-gpu"]);
  doomed.kill("SIGKILL");
  await doomed.exited;
  store.faults.clear();
  await processes.startWorker();
  await expectDoneOnce(begun, "begun");
  const second = await waitUntil(rowOf(waiting), (row) => row?.status === "COMPLETED");
  expect(second).toMatchObject({ queue: "ai-cpu", attempt: 1 });
}, 120_000);
