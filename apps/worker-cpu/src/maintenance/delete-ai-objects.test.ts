import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { projects } from "@hivesync/db/schema/projects";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { attemptKeys } from "@hivesync/worker/job/attempt-keys";
import { createWorkerBench, type WorkerBench } from "@hivesync/worker/testing/worker-bench";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deleteAiObjects } from "#maintenance/delete-ai-objects.ts";
import { deleteObjects } from "#maintenance/delete-objects.ts";
import { dropOldRows } from "#maintenance/drop-old-rows.ts";
import { startWorkerCpu } from "#testing/start-worker-cpu.ts";

let bench: WorkerBench;
let worker: Awaited<ReturnType<typeof startWorkerCpu>>;

beforeAll(async () => {
  bench = await createWorkerBench();
  worker = await startWorkerCpu(bench);
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

const context = () => ({ ...worker.deps, signal: new AbortController().signal });

async function storedOf(keys: readonly string[]): Promise<string[]> {
  const heads = await Promise.all(keys.map((key) => bench.storage.head(key)));
  return keys.filter((_, index) => heads[index] !== undefined);
}

interface Done {
  id: string;
  inputKey: string;
  keys: string[];
}

/** An AI job that was done in its second attempt, after a first one that was killed while it uploaded. */
async function insertDone(input: string, projectId = bench.team.projectId): Promise<Done> {
  const { teamId } = bench.team;
  const id = newId();
  const inputKey = objectKeys.input(teamId, sha256Hex(input));
  const keys = attemptKeys({ kind: "ai", teamId, jobId: id, attempt: 2 });
  const [result = "", log = ""] = keys.slice(2);
  await bench.db.insert(aiJobs).values({
    id,
    project_id: projectId,
    job_type: "explain",
    queue: "ai-cpu",
    priority: 8,
    attempt: 2,
    input_key: inputKey,
    status: "COMPLETED",
    result_url: result,
    logs_key: log,
    completed_at: new Date().toISOString(),
  });
  await Promise.all([...keys, inputKey].map((key) => bench.storage.put(key, key, "text/plain")));
  return { id, inputKey, keys };
}

/** Deletes the objects as it happens minutes after the rows. */
async function cleanLater(): Promise<void> {
  await bench.db.execute(sql`UPDATE deleted_ai_jobs SET deleted_at = deleted_at - interval '3 minutes'`);
  await deleteObjects(context());
}

test("a job that has had its 90 days goes with its objects, those of killed attempts and its input included", async () => {
  const old = await insertDone("old");
  const young = await insertDone("young");
  await bench.db
    .update(aiJobs)
    .set({ created_at: sql`now() - interval '91 days'` })
    .where(eq(aiJobs.id, old.id));
  await dropOldRows(context());
  await cleanLater();
  expect(await storedOf([...old.keys, old.inputKey])).toEqual([]);
  expect(await storedOf([...young.keys, young.inputKey])).toHaveLength(5);
  expect(await bench.db.select().from(aiJobs).where(eq(aiJobs.id, young.id))).toHaveLength(1);
});

test("one that has not ended is not dropped, however old", async () => {
  const { id } = await insertDone("open");
  await bench.db
    .update(aiJobs)
    .set({ status: "QUEUED", completed_at: null, result_url: null, created_at: sql`now() - interval '91 days'` })
    .where(eq(aiJobs.id, id));
  await dropOldRows(context());
  expect(await bench.db.select().from(aiJobs).where(eq(aiJobs.id, id))).toHaveLength(1);
});

test("an input that a retry works on too stays until that one goes", async () => {
  const first = await insertDone("shared");
  const retry = await insertDone("shared");
  await bench.db.delete(aiJobs).where(eq(aiJobs.id, first.id));
  await cleanLater();
  expect(await storedOf([...first.keys, first.inputKey])).toEqual([first.inputKey]);
  await bench.db.delete(aiJobs).where(eq(aiJobs.id, retry.id));
  await cleanLater();
  expect(await storedOf([...retry.keys, retry.inputKey])).toEqual([]);
});

test("a deleted project's jobs leave nothing in storage, and what was deleted just now is left for a moment", async () => {
  const projectId = newId();
  await bench.db.insert(projects).values({ id: projectId, team_id: bench.team.teamId, name: "gone" });
  const done = await insertDone("of a deleted project", projectId);
  await bench.db.delete(projects).where(eq(projects.id, projectId));
  expect(await deleteAiObjects(context())).toBe(0);
  expect(await storedOf(done.keys)).toHaveLength(4);
  await cleanLater();
  expect(await storedOf([...done.keys, done.inputKey])).toEqual([]);
});

test("a job without an input in the store leaves no note", async () => {
  const { id } = await insertDone("odd");
  await bench.db.update(aiJobs).set({ input_key: "-" }).where(eq(aiJobs.id, id));
  await bench.db.delete(aiJobs).where(eq(aiJobs.id, id));
  expect(await bench.db.execute(sql`SELECT id FROM deleted_ai_jobs WHERE id = ${id}`)).toHaveLength(0);
});
