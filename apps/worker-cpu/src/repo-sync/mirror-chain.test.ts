import { randomBytes } from "node:crypto";
import { repoLimits } from "@hivesync/contracts/jobs/repo-sync";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import type { ServedRepository } from "@hivesync/git-mirror/testing/served-repository";
import type { Team } from "@hivesync/worker/testing/publish";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { EndedSync } from "#testing/end-sync.ts";
import { createRepoBench, type RepoBench } from "#testing/repo-bench.ts";
import { expectWhole } from "#testing/expect-whole.ts";
import type { RunningWorkerCpu } from "#testing/start-worker-cpu.ts";

const settings = { env: { HIVESYNC_TIERS: JSON.stringify({ Pro: { repoBytes: 2_000_000 } }) } };
let repos: RepoBench;
let worker: RunningWorkerCpu;

beforeAll(async () => {
  repos = await createRepoBench();
  worker = await repos.startWorker(settings);
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await repos[Symbol.asyncDispose]();
});

// What does not compress, so that sizes are what they seem.
const bulk = (bytes: number): Buffer => randomBytes(bytes);

interface Mirrored {
  team: Team;
  name: string;
  repository: ServedRepository;
  sync: () => Promise<EndedSync>;
}

/** A repository with a mirror of its first commit, of about so many bytes. */
async function mirrored(name: string, bytes = 100_000): Promise<Mirrored> {
  const team = await repos.newTeam();
  const repository = await repos.server.create(name);
  await repository.commit({ files: { "bulk.bin": bulk(bytes), "a.txt": "a0" } });
  const sync = () => repos.sync({ team, name });
  await sync();
  return { team, name, repository, sync };
}

/** What the server sent while the work went on. */
async function fetchedBytes(work: () => Promise<unknown>): Promise<number> {
  repos.server.forget();
  await work();
  return repos.server.seen.bytesSent;
}

const forgetLocal = ({ team }: Mirrored): Promise<void> => worker.deps.repos.mirrors.forget(team.projectId);

describe("a mirror in storage", () => {
  test("a worker with an empty cache goes on from the bundles: the host sends only what is new", async () => {
    const mirror = await mirrored("empty-cache.git");
    await mirror.repository.commit({ files: { "a.txt": "a1" } });
    await mirror.sync();
    await forgetLocal(mirror);
    await mirror.repository.commit({ files: { "a.txt": "a2" } });
    const bytes = await fetchedBytes(async () => {
      const ended = await mirror.sync();
      expect(ended.log).toContain("read from storage: 2 bundles");
      expect(ended.row.mirror).toHaveLength(3);
      await expectWhole(repos, mirror, ended);
    });
    expect(bytes).toBeLessThan(10_000);
  });

  test("a worker whose copy is behind reads only the bundles that it lacks", async () => {
    const mirror = await mirrored("behind.git");
    await mirror.repository.commit({ files: { "a.txt": "elsewhere" } });
    await worker[Symbol.asyncDispose]();
    const other = await repos.startWorker();
    const elsewhere = await mirror.sync();
    expect(elsewhere.log).toContain("read from storage: 1 bundles");
    await other[Symbol.asyncDispose]();
    worker = await repos.startWorker({ ...settings, dataDirectory: worker.dataDirectory });
    await mirror.repository.commit({ files: { "a.txt": "here" } });
    const here = await mirror.sync();
    expect(here.log).toContain("read from storage: 1 bundles");
    await expectWhole(repos, mirror, here);
  });

  test("is written anew as one bundle when it has reached the limit of them, and can be gone on from", async () => {
    const mirror = await mirrored("many.git");
    const pieces = Array.from({ length: repoLimits.maxBundles - 1 }, (_, index) => `piece ${index}`);
    for (const text of pieces) {
      await mirror.repository.commit({ files: { "a.txt": text } });
      await mirror.sync();
    }
    await mirror.repository.commit({ files: { "a.txt": "one more" } });
    const anew = await mirror.sync();
    expect(anew.metrics).toMatchObject({ extends: null });
    expect(anew.metrics?.mirror_lost).toBeUndefined();
    expect(anew.row.mirror).toHaveLength(1);
    await forgetLocal(mirror);
    await mirror.repository.commit({ files: { "a.txt": "afterwards" } });
    const next = await mirror.sync();
    expect(next.metrics).toMatchObject({ extends: anew.id });
    await expectWhole(repos, mirror, next);
  }, 90_000);

  test("is written anew when its increments outweigh its beginning", async () => {
    const mirror = await mirrored("heavy.git", 20_000);
    await mirror.repository.commit({ files: { "more.bin": bulk(40_000) } });
    expect((await mirror.sync()).row.mirror).toHaveLength(2);
    await mirror.repository.commit({ files: { "a.txt": "a1" } });
    expect((await mirror.sync()).row.mirror).toHaveLength(1);
  });

  test.each([
    { damage: "missing", how: "gone", spoil: (key: string) => repos.bench.storage.delete([key]) },
    {
      damage: "corrupted",
      how: "of one flipped bit",
      spoil: async (key: string) => {
        const bytes = Buffer.from((await repos.bench.storage.get(key)) ?? []);
        const middle = Math.floor(bytes.length / 2);
        bytes[middle] = (bytes[middle] ?? 0) ^ 1;
        await repos.bench.storage.put(key, bytes, "application/octet-stream");
      },
    },
    {
      damage: "corrupted",
      how: "cut off",
      spoil: (key: string) => repos.bench.storage.put(key, "cut", "application/octet-stream"),
    },
  ])("that is $how is made anew from the host, and the end says that it was $damage", async ({ damage, spoil }) => {
    const mirror = await mirrored(`lost-${randomBytes(4).toString("hex")}.git`);
    await mirror.repository.commit({ files: { "a.txt": "a1" } });
    const before = await mirror.sync();
    await spoil(before.row.mirror?.[0]?.key ?? "");
    await forgetLocal(mirror);
    await mirror.repository.commit({ files: { "a.txt": "a2" } });
    const ended = await mirror.sync();
    expect(ended.metrics).toMatchObject({ extends: null, mirror_lost: damage, forced: [], deleted: [] });
    expect(ended.row.mirror).toHaveLength(1);
    await expectWhole(repos, mirror, ended);
  });

  test("that is missing is written again out of a worker's own copy, without asking the host for all of it", async () => {
    const mirror = await mirrored("own-copy.git");
    const [row] = await repos.bench.db
      .select({ mirror: repoSyncs.mirror })
      .from(repoSyncs)
      .where(eq(repoSyncs.project_id, mirror.team.projectId));
    await repos.bench.storage.delete([row?.mirror?.[0]?.key ?? ""]);
    const bytes = await fetchedBytes(async () => {
      const ended = await mirror.sync();
      expect(ended.metrics).toMatchObject({ extends: null, mirror_lost: "missing" });
      expect(ended.metrics?.bundle?.bytes).toBeGreaterThan(100_000);
    });
    expect(bytes).toBeLessThan(10_000);
  });
});

describe("a repository whose history changes", () => {
  test("is not held to be too large for what only its past holds, be that on this disk or in storage", async () => {
    const team = await repos.newTeam("Pro");
    const repository = await repos.server.create("outgrown.git");
    const rewritten = {
      team,
      name: "outgrown.git",
      repository,
      sync: () => repos.sync({ team, name: "outgrown.git" }),
    };
    await repository.commit({ files: { "bulk.bin": bulk(1_200_000) } });
    await rewritten.sync();
    for (const prepare of [() => undefined, () => forgetLocal(rewritten)]) {
      await repository.commit({ from: null, files: { "bulk.bin": bulk(1_200_000) } });
      await prepare();
      const ended = await rewritten.sync();
      expect(ended.metrics).toMatchObject({ extends: null, forced: ["refs/heads/main"] });
      expect(ended.metrics?.mirror_lost).toBeUndefined();
      expect(ended.row.mirror).toHaveLength(1);
      await expectWhole(repos, rewritten, ended);
    }
    await repository.commit({ files: { "more.bin": bulk(1_200_000) } });
    expect((await rewritten.sync()).body).toMatchObject({ status: "FAIL", error_details: { reason: "too_large" } });
  });

  test("a rewritten branch and a moved tag are told, a branch that is gone is pruned, and the next worker can read it all", async () => {
    const mirror = await mirrored("rewritten.git");
    const { repository } = mirror;
    await repository.commit({ branch: "side", files: { "side.txt": "1" } });
    await repository.git(["tag", "v1", "main"]);
    await mirror.sync();
    const head = await repository.commit({ from: null, files: { "a.txt": "rewritten" } });
    await repository.git(["tag", "--force", "v1", "main"]);
    await repository.git(["update-ref", "-d", "refs/heads/side"]);
    const ended = await mirror.sync();
    expect(ended.metrics).toMatchObject({ forced: ["refs/heads/main", "refs/tags/v1"], deleted: ["refs/heads/side"] });
    expect(ended.manifest?.refs).toEqual({ "refs/heads/main": head, "refs/tags/v1": head });
    expect(ended.log).toContain('history rewritten: "refs/heads/main"');
    await forgetLocal(mirror);
    await repository.commit({ files: { "b.txt": "next" } });
    const next = await mirror.sync();
    expect(next.metrics).toMatchObject({ extends: ended.id, forced: [], deleted: [] });
    await expectWhole(repos, mirror, next);
  });
});
