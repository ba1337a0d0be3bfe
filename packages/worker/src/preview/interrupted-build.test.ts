import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { startObjectStore } from "@hivesync/dev-services/object-store";
import { waitUntil } from "@hivesync/testing/wait-until";
import { everyone } from "@hivesync/platform/events/topics";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { heldProject, holdBuilds } from "#testing/hold-builds.ts";
import { createWorkerBench, type WorkerBench } from "#testing/worker-bench.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await createWorkerBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

async function untilBuilding(jobId: string): Promise<void> {
  await waitUntil(
    async () => (await bench.row(jobId)).progress?.phase,
    (phase) => phase === "building",
  );
}

test("what a later attempt holds is not touched by an earlier one, which reports under its own number", async () => {
  const folder = await bench.dataDirectory();
  const held = await holdBuilds(folder, bench.team.teamId);
  await using _worker = await bench.startWorker(folder);
  const jobId = await bench.publish(heldProject);
  await bench.dispatch(jobId);
  await untilBuilding(jobId);
  const progress = { phase: "fetching", ratio: 0.01 } as const;
  await bench.db.update(previewSessions).set({ attempt: 2, progress }).where(eq(previewSessions.id, jobId));
  await held.release();
  await waitUntil(
    () => bench.api.received,
    (received) => received.some(({ body }) => body.job_id === jobId),
  );
  expect(bench.api.received.find(({ body }) => body.job_id === jobId)?.body).toMatchObject({ attempt: 1 });
  expect(await bench.row(jobId)).toMatchObject({ attempt: 2, progress });
});

test("a shutdown ends a long build, reports nothing, and the next worker takes the job as if it were new", async () => {
  const folder = await bench.dataDirectory();
  await holdBuilds(folder, bench.team.teamId);
  await using first = await bench.startWorker(folder);
  const jobId = await bench.publish(heldProject);
  await bench.dispatch(jobId);
  await untilBuilding(jobId);
  await first.stop(10);
  expect(await readdir(path.join(folder, "rooms"))).toEqual([]);
  expect(bench.api.received.filter(({ body }) => body.job_id === jobId)).toEqual([]);
  await using _second = await bench.startWorker();
  const job = await waitUntil(
    () => bench.queueJob(jobId),
    ({ finishedOn }) => finishedOn !== undefined,
  );
  expect(await job.getState()).toBe("completed");
  expect(job.attemptsMade).toBe(1);
  const reports = bench.api.received.filter(({ body }) => body.job_id === jobId);
  expect(reports.map(({ body }) => [body.status, body.attempt])).toEqual([["SUCCESS", 2]]);
});

test("a cancelled build is stopped at once, reports nothing, is not run again, and the worker takes the next job", async () => {
  const folder = await bench.dataDirectory();
  await holdBuilds(folder, bench.team.teamId);
  await using worker = await bench.startWorker(folder);
  const jobId = await bench.publish(heldProject);
  await bench.dispatch(jobId);
  await untilBuilding(jobId);
  await bench.db
    .update(previewSessions)
    .set({ status: "CANCELLED", completed_at: sql`now()` })
    .where(eq(previewSessions.id, jobId));
  worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: jobId } }]);
  const job = await waitUntil(
    () => bench.queueJob(jobId),
    ({ finishedOn }) => finishedOn !== undefined,
  );
  expect(await job.getState()).toBe("completed");
  const files = await waitUntil(
    () => readdir(path.join(folder, "rooms"), { recursive: true }),
    (names) => names.every((name) => !name.includes(path.sep)),
  );
  // The rooms of those that wait for the next builds.
  expect(files.every((name) => name.startsWith("room-"))).toBe(true);
  const next = await bench.publish({ "index.html": "<p>next" });
  await bench.dispatch(next);
  await waitUntil(
    () => bench.api.received,
    (received) => received.some(({ body }) => body.job_id === next),
  );
  expect(bench.api.received.filter(({ body }) => body.job_id === jobId)).toEqual([]);
});

test("a build tells whoever is watching how it comes along: the preview's streams, and those of whoever asked for it", async () => {
  const folder = await bench.dataDirectory();
  const held = await holdBuilds(folder, bench.team.teamId);
  await using worker = await bench.startWorker(folder);
  const jobId = await bench.publish(heldProject);
  const told = new Map<string, string[]>();
  const listen = (name: "preview" | "user", key: string): Promise<void> => {
    const phases: string[] = [];
    told.set(name, phases);
    return worker.deps.events.subscribe({ name, key }, (message) => {
      if (message.type === "progress" && message.job_id === jobId) phases.push(message.progress?.phase ?? "");
    }).ready;
  };
  await Promise.all([listen("preview", jobId), listen("user", bench.team.userId)]);
  await bench.dispatch(jobId);
  const heard = await waitUntil(
    () => [...told.values()],
    (all) => all.every((phases) => phases.includes("building")),
  );
  expect(heard).toHaveLength(2);
  await held.release();
});

test("while the store is away a job is tried again, and at the last try reported as failed with a reason", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-store-"));
  const login = { accessKeyId: "key", secretAccessKey: "secret", bucket: "outage", region: "us-east-1" };
  const store = await startObjectStore({ directory, port: 0, ...login });
  await using outage = await createWorkerBench({ storage: { ...login, endpoint: store.endpoint } });
  onTestFinished(async () => {
    await store.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const jobId = await outage.publish({ "index.html": "<p>stored" });
  store.faults.set({ mode: "down" });
  await using _worker = await outage.startWorker();
  await outage.dispatch(jobId);
  const job = await waitUntil(
    () => outage.queueJob(jobId),
    ({ finishedOn }) => finishedOn !== undefined,
  );
  expect(await job.getState()).toBe("completed");
  expect(outage.api.received.map(({ body }) => body)).toEqual([
    expect.objectContaining({
      job_id: jobId,
      status: "FAIL",
      attempt: 3,
      error: expect.stringContaining("on our side"),
    }),
  ]);
});
