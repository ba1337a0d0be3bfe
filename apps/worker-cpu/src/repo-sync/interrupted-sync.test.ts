import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { blobs } from "@hivesync/db/schema/blobs";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import type { Fault } from "@hivesync/dev-services/object-store";
import type { ServedRepository } from "@hivesync/git-mirror/testing/served-repository";
import { everyone } from "@hivesync/platform/events/topics";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { Team } from "@hivesync/worker/testing/publish";
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { expectWhole } from "#testing/expect-whole.ts";
import { alive, descendants, processesIn } from "#testing/process-tree.ts";
import { createRepoBench, type RepoBench } from "#testing/repo-bench.ts";
import { startWorkerProcess } from "#testing/start-worker-process.ts";

let repos: RepoBench;

beforeAll(async () => {
  repos = await createRepoBench();
});
afterAll(() => repos[Symbol.asyncDispose]());
afterEach(() => repos.store.faults.clear());

const shortLock = { HIVESYNC_WORKER_LOCK_MS: "2000" };

interface Begun {
  team: Team;
  name: string;
  repository: ServedRepository;
  id: string;
}

async function prepare(): Promise<Begun> {
  const team = await repos.newTeam();
  const name = `${randomBytes(4).toString("hex")}.git`;
  const repository = await repos.server.create(name);
  await repository.commit({ files: { "bulk.bin": randomBytes(400_000), "a.txt": "first", "b.txt": randomBytes(64) } });
  return { team, name, repository, id: await repos.request({ team, name }) };
}

const stall = (keyPrefix: string): Fault => ({ mode: "slow", delayMs: 60_000, method: "PUT", keyPrefix });
const attemptPrefix = ({ team, id }: Begun): string => `t/${team.teamId}/repos/${id}/1/`;
const isStored = async (key: string): Promise<boolean> => (await repos.bench.storage.head(key)) !== undefined;

/** Where a worker is held, and how it is known to be there. */
const places: { where: string; hold: (begun: Begun) => void; isThere: (begun: Begun) => Promise<boolean> | boolean }[] =
  [
    {
      where: "the fetch",
      hold: ({ name }) => repos.server.behave(name, { bytesPerSecond: 20_000 }),
      isThere: () => repos.server.seen.bytesSent > 20_000,
    },
    {
      where: "the upload of files",
      hold: ({ team }) => repos.store.faults.set(stall(`t/${team.teamId}/blobs/`)),
      isThere: async ({ team }) => {
        const announced = await repos.bench.db.select().from(blobs).where(eq(blobs.team_id, team.teamId));
        return announced.length > 0;
      },
    },
    {
      where: "the upload of the mirror",
      hold: (begun) => repos.store.faults.set(stall(`${attemptPrefix(begun)}mirror.bundle`)),
      isThere: async ({ id }) => (await repos.row(id)).progress?.ratio === 1,
    },
    {
      where: "the upload of the manifest",
      hold: (begun) => repos.store.faults.set(stall(`${attemptPrefix(begun)}manifest.json`)),
      isThere: (begun) => isStored(`${attemptPrefix(begun)}mirror.bundle`),
    },
    {
      where: "what is last before its callback",
      hold: (begun) => repos.store.faults.set(stall(`${attemptPrefix(begun)}sync.log`)),
      isThere: (begun) => isStored(`${attemptPrefix(begun)}manifest.json`),
    },
  ];

describe("a worker that is killed", () => {
  test.each(places)(
    "in $where leaves no process and names nothing; the next attempt mirrors what the host has then",
    async ({ hold, isThere }) => {
      const { bench, server, environment } = repos;
      const begun = await prepare();
      const { team, name, repository, id } = begun;
      server.forget();
      hold(begun);
      const dataDirectory = await bench.dataDirectory();
      const env = { ...bench.environment(dataDirectory), ...environment, ...shortLock };
      const { worker } = await startWorkerProcess(env);
      await repos.dispatch(id);
      await waitUntil(() => isThere(begun), Boolean);
      const children = await descendants(worker.pid ?? 0);
      worker.kill("SIGKILL");
      await once(worker, "exit");
      await waitUntil(
        () => alive(children),
        (pids) => pids.length === 0,
      );
      expect(await repos.row(id)).toMatchObject({ status: "RUNNING", attempt: 1, manifest_key: null, mirror: null });
      const named = and(eq(blobs.team_id, team.teamId), isNotNull(blobs.stored_at));
      expect(await bench.db.select().from(blobs).where(named)).toEqual([]);

      server.behave(name, {});
      repos.store.faults.clear();
      const head = await repository.commit({ files: { "a.txt": "second", "c.txt": "new" } });
      await using _next = await repos.startWorker({ dataDirectory, env: shortLock });
      const ended = await repos.ended(id, team);
      expect(ended.body).toMatchObject({ status: "SUCCESS", attempt: 2 });
      expect(ended.manifest?.head).toBe(head);
      await expectWhole(repos, begun, ended);
      expect(bench.api.received.filter(({ body }) => body.job_id === id)).toHaveLength(1);
    },
    40_000,
  );

  test("after its end was told has done its work: the next sync goes on from it", async () => {
    const { bench, environment } = repos;
    const begun = await prepare();
    const { team, name, repository, id } = begun;
    const { worker } = await startWorkerProcess({
      ...bench.environment(await bench.dataDirectory()),
      ...environment,
      ...shortLock,
    });
    await repos.dispatch(id);
    const first = await repos.ended(id, team);
    worker.kill("SIGKILL");
    await once(worker, "exit");
    await repository.commit({ files: { "a.txt": "second" } });
    await using _next = await repos.startWorker({ env: shortLock });
    const second = await repos.sync({ team, name });
    expect(second.metrics).toMatchObject({ extends: first.id, forced: [] });
    await expectWhole(repos, begun, second);
  });
});

test("a cancelled sync stops within moments, leaves no git and no file, reports nothing, and the worker takes the next", async () => {
  const { bench, server } = repos;
  await using worker = await repos.startWorker();
  const begun = await prepare();
  const { team, name, id } = begun;
  server.forget();
  server.behave(name, { bytesPerSecond: 20_000 });
  await repos.dispatch(id);
  await waitUntil(
    () => server.seen.bytesSent,
    (bytes) => bytes > 20_000,
  );
  const jobs = path.join(worker.dataDirectory, "jobs");
  expect(await processesIn(jobs)).not.toEqual([]);
  await bench.db
    .update(repoSyncs)
    .set({ status: "CANCELLED", completed_at: sql`now()` })
    .where(eq(repoSyncs.id, id));
  worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: id } }]);
  const job = await waitUntil(
    () => bench.queueJob(id, "repo-sync"),
    ({ finishedOn }) => finishedOn !== undefined,
    { seconds: 2 },
  );
  expect(await job.getState()).toBe("completed");
  expect(await processesIn(jobs)).toEqual([]);
  expect(await readdir(jobs)).toEqual([]);
  expect(bench.api.received.filter(({ body }) => body.job_id === id)).toEqual([]);
  server.behave(name, {});
  const next = await repos.sync({ team, name });
  await expectWhole(repos, begun, next);
});

test.each(places.slice(1))("a cancelled sync that waits for the store in $where stops as well", async (place) => {
  const { bench } = repos;
  await using worker = await repos.startWorker();
  const begun = await prepare();
  const { id } = begun;
  place.hold(begun);
  await repos.dispatch(id);
  await waitUntil(() => place.isThere(begun), Boolean);
  worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: id } }]);
  await waitUntil(
    () => bench.queueJob(id, "repo-sync"),
    ({ finishedOn }) => finishedOn !== undefined,
    { seconds: 2 },
  );
  expect(await readdir(path.join(worker.dataDirectory, "jobs"))).toEqual([]);
});

test("a host that dies in the middle is asked again, and the sync succeeds", async () => {
  const { server } = repos;
  await using _worker = await repos.startWorker();
  const begun = await prepare();
  const { team, name, id } = begun;
  server.forget();
  server.behave(name, { diesAfterBytes: 50_000 });
  await repos.dispatch(id);
  await waitUntil(
    async () => (await repos.row(id)).attempt,
    (attempt) => attempt > 1,
  );
  server.behave(name, {});
  const ended = await repos.ended(id, team);
  expect(ended.body.attempt).toBeGreaterThan(1);
  await expectWhole(repos, begun, ended);
});

test("two workers share the syncs of many projects: each is done once, by one of them", async () => {
  const { bench } = repos;
  await using _one = await repos.startWorker();
  await using _other = await repos.startWorker();
  const all = await Promise.all(Array.from({ length: 6 }, prepare));
  await Promise.all(all.map(({ id }) => repos.dispatch(id)));
  for (const begun of all) {
    const ended = await repos.ended(begun.id, begun.team);
    expect(ended.body).toMatchObject({ status: "SUCCESS", attempt: 1 });
    await expectWhole(repos, begun, ended);
    expect(bench.api.received.filter(({ body }) => body.job_id === begun.id)).toHaveLength(1);
  }
});
