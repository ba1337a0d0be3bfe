import { projects } from "@hivesync/db/schema/projects";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { newId } from "@hivesync/platform/ids";
import { attemptKeys } from "@hivesync/worker/job/attempt-keys";
import { createWorkerBench, type WorkerBench } from "@hivesync/worker/testing/worker-bench";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deleteObjects } from "#maintenance/delete-objects.ts";
import { deleteRepoObjects } from "#maintenance/delete-repo-objects.ts";
import { dropOldRows } from "#maintenance/drop-old-rows.ts";
import { startWorkerCpu, type RunningWorkerCpu } from "#testing/start-worker-cpu.ts";

let bench: WorkerBench;
let worker: RunningWorkerCpu;
let projectId: string;

const url = "https://github.com/example/todo.git";

beforeAll(async () => {
  bench = await createWorkerBench();
  worker = await startWorkerCpu(bench);
});
beforeEach(async () => {
  projectId = newId();
  const settings = { repo: { url } };
  await bench.db.insert(projects).values({ id: projectId, team_id: bench.team.teamId, name: projectId, settings });
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

interface Synced {
  id: string;
  /** Of all attempts. */
  keys: string[];
  mirror: NonNullable<typeof repoSyncs.$inferSelect.mirror>;
  manifestKey: string;
}

/** A sync that was done in its second attempt, after a first one that was killed while it uploaded. */
async function insertSynced(
  extended?: Synced,
  fields: { daysAgo?: number; repo_url?: string; unchanged?: boolean } = {},
): Promise<Synced> {
  const id = newId();
  const keys = attemptKeys({ kind: "repo", teamId: bench.team.teamId, jobId: id, attempt: 2 });
  const [ownManifest = "", bundle = "", log = ""] = keys.slice(3);
  const at = new Date(Date.now() - (fields.daysAgo ?? 0) * 86_400_000).toISOString();
  const own = fields.unchanged === true ? [] : [{ sync_id: id, key: bundle, bytes: 1, sha256: "" }];
  const manifestKey = fields.unchanged === true ? (extended?.manifestKey ?? "") : ownManifest;
  const mirror = [...(extended?.mirror ?? []), ...own];
  await bench.db.insert(repoSyncs).values({
    id,
    project_id: projectId,
    repo_url: fields.repo_url ?? url,
    priority: 8,
    attempt: 2,
    input_key: `t/${bench.team.teamId}/repos/${id}/`,
    status: "COMPLETED",
    created_at: at,
    started_at: at,
    completed_at: at,
    manifest_key: manifestKey,
    logs_key: log,
    mirror,
  });
  await Promise.all(keys.map((key) => bench.storage.put(key, key, "text/plain")));
  return { id, keys, mirror, manifestKey };
}

const deleteRow = ({ id }: Synced) => bench.db.delete(repoSyncs).where(eq(repoSyncs.id, id));

/** Deletes the objects as it happens hours after the rows. */
async function cleanLater(): Promise<void> {
  await bench.db.execute(sql`UPDATE deleted_repo_syncs SET deleted_at = deleted_at - interval '7 hours'`);
  await deleteObjects(context());
}

describe("a deleted sync", () => {
  test("leaves nothing in storage, of killed attempts neither, and is left for as long as it might still be writing", async () => {
    const done = await insertSynced();
    await deleteRow(done);
    await bench.db.execute(sql`UPDATE deleted_repo_syncs SET deleted_at = deleted_at - interval '1 hour'`);
    expect(await deleteRepoObjects(context())).toBe(0);
    expect(await storedOf(done.keys)).toHaveLength(6);
    await cleanLater();
    expect(await storedOf(done.keys)).toEqual([]);
  });

  test("whose bundle a later one needs stays until that one goes", async () => {
    const first = await insertSynced();
    const second = await insertSynced(first);
    await deleteRow(first);
    await cleanLater();
    expect(await storedOf(first.keys)).toEqual(first.keys);
    await deleteRow(second);
    await cleanLater();
    expect(await storedOf([...first.keys, ...second.keys])).toEqual([]);
  });

  test("whose manifest a later one took over, or the project reads, stays", async () => {
    const first = await insertSynced();
    const same = await insertSynced(first, { unchanged: true });
    await bench.db.update(projects).set({ mirror_manifest_key: first.manifestKey }).where(eq(projects.id, projectId));
    await deleteRow(first);
    await cleanLater();
    expect(await storedOf([first.manifestKey])).toHaveLength(1);
    await deleteRow(same);
    await cleanLater();
    expect(await storedOf([first.manifestKey])).toHaveLength(1);
    await bench.db.update(projects).set({ mirror_manifest_key: null }).where(eq(projects.id, projectId));
    await cleanLater();
    expect(await storedOf([...first.keys, ...same.keys])).toEqual([]);
  });

  test("of a deleted project goes with all of its chain", async () => {
    const first = await insertSynced();
    const second = await insertSynced(first);
    await bench.db.delete(projects).where(eq(projects.id, projectId));
    await cleanLater();
    expect(await storedOf([...first.keys, ...second.keys])).toEqual([]);
  });

  test("does not hold up others, however many of them still have to stay", async () => {
    for (let index = 0; index < 101; index += 1) {
      const kept = await insertSynced();
      await insertSynced(kept);
      await deleteRow(kept);
    }
    const done = await insertSynced();
    await deleteRow(done);
    await cleanLater();
    expect(await storedOf(done.keys)).toEqual([]);
  });
});

describe("after 30 days", () => {
  const idsLeft = async (): Promise<string[]> => {
    const rows = await bench.db.select({ id: repoSyncs.id }).from(repoSyncs).where(eq(repoSyncs.project_id, projectId));
    return rows.map(({ id }) => id).toSorted();
  };

  test("syncs are dropped, but not the last one that was done, from which the next goes on", async () => {
    const old = await insertSynced(undefined, { daysAgo: 60 });
    const last = await insertSynced(old, { daysAgo: 40 });
    const failed = await insertSynced(undefined, { daysAgo: 35 });
    const error = { code: "REPO_SYNC_FAILED" as const, message: "no", details: null };
    await bench.db
      .update(repoSyncs)
      .set({ status: "FAILED", error, manifest_key: null, mirror: null })
      .where(eq(repoSyncs.id, failed.id));
    await dropOldRows(context());
    expect(await idsLeft()).toEqual([last.id]);
    await cleanLater();
    expect(await storedOf(failed.keys)).toEqual([]);
    expect(await storedOf(last.mirror.map(({ key }) => key))).toHaveLength(2);
  });

  test("those of an address that the project has no longer are all dropped, and younger ones are kept", async () => {
    await insertSynced(undefined, { daysAgo: 31, repo_url: "https://github.com/example/former.git" });
    const young = await insertSynced(undefined, { daysAgo: 29, repo_url: "https://github.com/example/former.git" });
    await dropOldRows(context());
    expect(await idsLeft()).toEqual([young.id]);
  });
});
