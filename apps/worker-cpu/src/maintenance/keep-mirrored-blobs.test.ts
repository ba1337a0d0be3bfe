import type { MirrorManifest } from "@hivesync/contracts/jobs/repo-sync";
import { blobs } from "@hivesync/db/schema/blobs";
import { projects } from "@hivesync/db/schema/projects";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { seedTeam, type Team } from "@hivesync/worker/testing/publish";
import { createWorkerBench, type WorkerBench } from "@hivesync/worker/testing/worker-bench";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { collectBlobs } from "#maintenance/collect-blobs.ts";
import { startWorkerCpu, type RunningWorkerCpu } from "#testing/start-worker-cpu.ts";

let bench: WorkerBench;
let worker: RunningWorkerCpu;

beforeAll(async () => {
  bench = await createWorkerBench();
  worker = await startWorkerCpu(bench);
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

const context = () => ({ ...worker.deps, signal: new AbortController().signal });

async function storeIdle(team: Team, text: string): Promise<void> {
  const sha256 = sha256Hex(text);
  await bench.storage.put(objectKeys.blob(team.teamId, sha256), text, "application/octet-stream");
  const at = sql`now() - interval '31 days'`;
  await bench.db
    .insert(blobs)
    .values({ team_id: team.teamId, sha256, size: text.length, stored_at: at, last_used_at: at });
}

async function setMirror(projectId: string, team: Team, texts: readonly string[]): Promise<string> {
  const oid = "1".repeat(40);
  const manifest: MirrorManifest = {
    head: oid,
    head_ref: "refs/heads/main",
    refs: { "refs/heads/main": oid },
    files: texts.map((text) => ({ path: text, sha256: sha256Hex(text), size: text.length, oid })),
    left_out: [],
  };
  const key = `t/${team.teamId}/repos/${newId()}/1/manifest.json`;
  await bench.storage.put(key, JSON.stringify(manifest), "application/json");
  await bench.db.update(projects).set({ mirror_manifest_key: key }).where(eq(projects.id, projectId));
  return key;
}

async function textsLeft({ teamId }: Team, texts: readonly string[]): Promise<string[]> {
  const rows = await bench.db.select({ sha256: blobs.sha256 }).from(blobs).where(eq(blobs.team_id, teamId));
  const heads = await Promise.all(texts.map((text) => bench.storage.head(objectKeys.blob(teamId, sha256Hex(text)))));
  const named = new Set(rows.map(({ sha256 }) => sha256));
  return texts.filter((text, index) => named.has(sha256Hex(text)) && heads[index] !== undefined);
}

test("blobs of a project's mirror are not collected, however long nobody used them; the team's others are", async () => {
  const team = await seedTeam(bench.db);
  const second = newId();
  await bench.db.insert(projects).values({ id: second, team_id: team.teamId, name: "second" });
  const texts = ["of the first", "of both", "of the second", "of none"];
  for (const text of texts) await storeIdle(team, text);
  await setMirror(team.projectId, team, ["of the first", "of both"]);
  await setMirror(second, team, ["of both", "of the second"]);
  expect(await collectBlobs(context())).toBe(1);
  expect(await textsLeft(team, texts)).toEqual(texts.slice(0, 3));
});

test("another team's mirror keeps nothing, and one whose manifest is gone keeps nobody from collecting", async () => {
  const [team, other] = [await seedTeam(bench.db), await seedTeam(bench.db)];
  await storeIdle(team, "shared");
  await storeIdle(other, "shared");
  await setMirror(other.projectId, other, ["shared"]);
  const gone = await setMirror(team.projectId, team, ["shared"]);
  await bench.storage.delete([gone]);
  expect(await collectBlobs(context())).toBe(1);
  expect([await textsLeft(team, ["shared"]), await textsLeft(other, ["shared"])]).toEqual([[], ["shared"]]);
});

test("while no team has idle blobs, no manifest is read", async () => {
  const team = await seedTeam(bench.db);
  await storeIdle(team, "young");
  await bench.db
    .update(blobs)
    .set({ last_used_at: sql`now() - interval '10 days'` })
    .where(eq(blobs.team_id, team.teamId));
  await setMirror(team.projectId, team, ["young"]);
  const read: string[] = [];
  const { storage } = worker.deps;
  const noted = {
    ...storage,
    get: (...[key, signal]: Parameters<typeof storage.get>) => (read.push(key), storage.get(key, signal)),
  };
  await collectBlobs({ ...context(), storage: noted });
  expect(read.filter((key) => key.includes(team.teamId))).toEqual([]);
});
