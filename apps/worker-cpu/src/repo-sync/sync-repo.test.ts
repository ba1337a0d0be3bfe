import { blobs } from "@hivesync/db/schema/blobs";
import { sha256Hex } from "@hivesync/platform/ids";
import { keyOfObjectUrl, objectKeys } from "@hivesync/platform/storage/object-keys";
import { waitUntil } from "@hivesync/testing/wait-until";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRepoBench, type RepoBench } from "#testing/repo-bench.ts";
import type { RunningWorkerCpu } from "#testing/start-worker-cpu.ts";

let repos: RepoBench;
let worker: RunningWorkerCpu;

beforeAll(async () => {
  repos = await createRepoBench();
  worker = await repos.startWorker();
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await repos[Symbol.asyncDispose]();
});

test("a first sync stores the files of HEAD, a manifest, the whole mirror and a log, and reports once", async () => {
  const { server, bench } = repos;
  const team = await repos.newTeam();
  const repository = await server.create("first.git");
  const head = await repository.commit({ files: { "src/app.ts": "export {};\n", "README.md": "# First\n" } });
  const { id, body, manifest, metrics, log } = await repos.sync({ team, name: "first.git" });
  const prefix = objectKeys.attempt({ teamId: team.teamId, kind: "repos", jobId: id, attempt: 1 });
  expect(body).toMatchObject({
    status: "SUCCESS",
    attempt: 1,
    bundle_url: null,
    logs_url: `s3://${bench.storage.bucket}/${prefix}sync.log`,
    artifacts: [
      { name: "manifest", url: `s3://${bench.storage.bucket}/${prefix}manifest.json` },
      { name: "mirror", url: `s3://${bench.storage.bucket}/${prefix}mirror.bundle` },
    ],
  });
  expect(manifest).toMatchObject({
    head,
    head_ref: "refs/heads/main",
    refs: { "refs/heads/main": head },
    left_out: [],
  });
  expect(manifest?.files.map(({ path, sha256, size }) => [path, sha256, size])).toEqual([
    ["README.md", sha256Hex("# First\n"), 8],
    ["src/app.ts", sha256Hex("export {};\n"), 11],
  ]);
  const blob = await bench.storage.get(objectKeys.blob(team.teamId, sha256Hex("# First\n")));
  expect(Buffer.from(blob ?? []).toString()).toBe("# First\n");
  expect(metrics).toMatchObject({ extends: null, forced: [], deleted: [], bundle: { bytes: expect.any(Number) } });
  expect(log).toContain(head);
  expect(repos.bench.api.received.filter((received) => received.body.job_id === id)).toHaveLength(1);
  expect(repos.bench.api.received.find((received) => received.body.job_id === id)?.path).toBe("/api/v1/repos/callback");
});

test("a sync that finds nothing new writes its log and nothing else, and fetches nothing", async () => {
  const team = await repos.newTeam();
  const repository = await repos.server.create("same.git");
  await repository.commit({ files: { "a.txt": "a" } });
  const first = await repos.sync({ team, name: "same.git" });
  repos.server.forget();
  const writes = await repos.countWrites(async () => {
    const { body, metrics } = await repos.sync({ team, name: "same.git" });
    expect(metrics).toMatchObject({ extends: first.id, unchanged: true, forced: [], deleted: [] });
    expect(body.artifacts).toBeUndefined();
  });
  expect(writes).toBe(1);
  expect(repos.server.seen.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
});

test("what was dropped from storage since the last sync is uploaded again, though nothing has changed in git", async () => {
  const { bench } = repos;
  const team = await repos.newTeam();
  const repository = await repos.server.create("dropped.git");
  await repository.commit({ files: { "a.txt": "dropped", "b.txt": "kept" } });
  await repos.sync({ team, name: "dropped.git" });
  const key = objectKeys.blob(team.teamId, sha256Hex("dropped"));
  await bench.storage.delete([key]);
  await bench.db.delete(blobs).where(eq(blobs.sha256, sha256Hex("dropped")));
  const { metrics, manifest } = await repos.sync({ team, name: "dropped.git" });
  expect(metrics?.unchanged).toBeUndefined();
  expect(manifest?.files).toHaveLength(2);
  expect(await bench.storage.head(key)).toMatchObject({ size: 7 });
});

test("a blob that collection would soon take is in use from the moment a sync needs it", async () => {
  const { bench } = repos;
  const team = await repos.newTeam();
  const repository = await repos.server.create("idle.git");
  await repository.commit({ files: { "a.txt": "idle" } });
  await repos.sync({ team, name: "idle.git" });
  const own = eq(blobs.team_id, team.teamId);
  await bench.db
    .update(blobs)
    .set({ last_used_at: sql`now() - interval '29 days 23 hours'` })
    .where(own);
  const id = await repos.request({ team, name: "idle.git" });
  await repos.dispatch(id);
  await waitUntil(
    () => bench.api.received,
    (received) => received.some(({ body }) => body.job_id === id),
  );
  const [row] = await bench.db
    .select({ isFresh: sql<boolean>`last_used_at > now() - interval '1 minute'` })
    .from(blobs)
    .where(own);
  expect(row).toEqual({ isFresh: true });
});

test("a changed file is the only content that is read and uploaded, and the mirror grows by a small bundle", async () => {
  const team = await repos.newTeam();
  const repository = await repos.server.create("grow.git");
  await repository.commit({ files: { "a.txt": "a".repeat(50_000), "b.txt": "b1" } });
  const first = await repos.sync({ team, name: "grow.git" });
  await repository.commit({ files: { "b.txt": "b2" } });
  const writes = await repos.countWrites(async () => {
    const second = await repos.sync({ team, name: "grow.git" });
    expect(second.metrics).toMatchObject({ extends: first.id, bundle: { bytes: expect.any(Number) } });
    expect(second.row.mirror).toHaveLength(2);
  });
  // Blob, manifest, bundle, log.
  expect(writes).toBe(4);
});

test("the callback's bundle is what it says: size and SHA-256", async () => {
  const team = await repos.newTeam();
  await (await repos.server.create("bundle.git")).commit({ files: { "a.txt": "a" } });
  const { body, metrics } = await repos.sync({ team, name: "bundle.git" });
  const url = body.artifacts?.find(({ name }) => name === "mirror")?.url ?? "";
  const bytes = await repos.bench.storage.get(keyOfObjectUrl(repos.bench.storage.bucket, url) ?? "");
  expect(metrics?.bundle).toEqual({ bytes: bytes?.length, sha256: sha256Hex(Buffer.from(bytes ?? [])) });
});
