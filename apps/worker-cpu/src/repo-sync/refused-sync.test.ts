import { blobs } from "@hivesync/db/schema/blobs";
import { repoCredentials } from "@hivesync/db/schema/repo-credentials";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { newId, sha256Hex } from "@hivesync/platform/ids";
import { sealRepoToken } from "@hivesync/platform/repo-tokens";
import type { Team } from "@hivesync/worker/testing/publish";
import { eq, sql } from "drizzle-orm";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRepoBench, type RepoBench } from "#testing/repo-bench.ts";
import type { RunningWorkerCpu } from "#testing/start-worker-cpu.ts";

let repos: RepoBench;
let worker: RunningWorkerCpu;

// Small enough to be met by small repositories.
const small = { maxFiles: 3, maxBytes: 1_000, storageBytes: 1_500, repoBytes: 2_000_000, repoSyncSeconds: 20 };

beforeAll(async () => {
  repos = await createRepoBench();
  worker = await repos.startWorker({
    env: { HIVESYNC_TIERS: JSON.stringify({ Free: small, Pro: { repoSyncSeconds: 2 } }) },
  });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await repos[Symbol.asyncDispose]();
});

describe("a repository that is too much for its tier", () => {
  test.each([
    { what: "files", files: { a: "1", b: "2", c: "3", d: "4" }, numbers: { limit: 3, requested: 4 } },
    { what: "bytes", files: { a: "x".repeat(600), b: "y".repeat(600) }, numbers: { limit: 1_000, requested: 1_200 } },
  ])("by its $what ends with what the tier holds, and uploads nothing", async ({ what, files, numbers }) => {
    const team = await repos.newTeam("Free");
    await (await repos.server.create(`too-many-${what}.git`)).commit({ files });
    const { body, log } = await repos.sync({ team, name: `too-many-${what}.git` });
    expect(body).toMatchObject({
      status: "FAIL",
      error_code: "QUOTA_EXCEEDED",
      error_details: { quota: what, ...numbers },
    });
    expect(body.error).toContain(`Your tier holds ${numbers.limit}`);
    expect(log).toContain(body.error);
    expect(await repos.bench.db.select().from(blobs).where(eq(blobs.team_id, team.teamId))).toEqual([]);
  });

  test("by files without end, named by a few small trees, is ended soon", async () => {
    const team = await repos.newTeam("Free");
    const repository = await repos.server.create("bomb.git");
    let oid = await repository.git(["hash-object", "-w", "--stdin"], "x");
    let kind = "100644 blob";
    for (let level = 0; level < 12; level += 1) {
      const entries = Array.from({ length: 10 }, (_, index) => `${kind} ${oid}\t${index}\n`).join("");
      oid = await repository.git(["mktree"], entries);
      kind = "040000 tree";
    }
    await repository.git(["update-ref", "refs/heads/main", await repository.git(["commit-tree", oid, "-m", "bomb"])]);
    const { body } = await repos.sync({ team, name: "bomb.git" });
    expect(body).toMatchObject({ error_code: "QUOTA_EXCEEDED", error_details: { quota: "files", limit: 3 } });
  });

  test("by the team's storage ends with what it holds; what is there already does not count twice", async () => {
    const team = await repos.newTeam("Free");
    const shared = "s".repeat(900);
    const held = [shared, "h".repeat(500)].map((text) => ({ sha256: sha256Hex(text), size: text.length }));
    for (const blob of held)
      await repos.bench.db.insert(blobs).values({ team_id: team.teamId, ...blob, stored_at: sql`now()` });
    const repository = await repos.server.create("storage.git");
    await repository.commit({ files: { "shared.txt": shared, "b.txt": "b".repeat(50) } });
    expect((await repos.sync({ team, name: "storage.git" })).body.status).toBe("SUCCESS");
    await repository.commit({ files: { "b.txt": "c".repeat(99) } });
    const { body } = await repos.sync({ team, name: "storage.git" });
    const tooMuch = { quota: "storage", limit: 1_500, requested: 1_549 };
    expect(body).toMatchObject({ status: "FAIL", error_code: "QUOTA_EXCEEDED", error_details: tooMuch });
  });

  test("is not fetched again by the next try, which finds what the last one left on the disk", async () => {
    const team = await repos.newTeam("Free");
    const repository = await repos.server.create("again.git");
    await repository.commit({ files: { "former.bin": randomBytes(200_000) } });
    await repository.commit({ files: { "former.bin": null, "too-large.txt": "x".repeat(2_000) } });
    const bytes: number[] = [];
    for (let attempt = 0; attempt < 2; attempt += 1) {
      repos.server.forget();
      const { body } = await repos.sync({ team, name: "again.git" });
      expect(body.error_code).toBe("QUOTA_EXCEEDED");
      bytes.push(repos.server.seen.bytesSent);
    }
    expect(bytes[0]).toBeGreaterThan(200_000);
    expect(bytes[1]).toBeLessThan(10_000);
  });

  test("by its history on disk is not mirrored", async () => {
    const team = await repos.newTeam("Free");
    const repository = await repos.server.create("history.git");
    await repository.commit({ files: { "bulk.bin": randomBytes(4_000_000) } });
    await repository.commit({ files: { "bulk.bin": "small now" } });
    const { body } = await repos.sync({ team, name: "history.git" });
    expect(body).toMatchObject({
      status: "FAIL",
      error_code: "REPO_SYNC_FAILED",
      error_details: { reason: "too_large" },
    });
  });

  test("by the time that it takes is ended, and says so", async () => {
    const team = await repos.newTeam("Pro");
    const repository = await repos.server.create("slow.git");
    await repository.commit({ files: { "bulk.bin": randomBytes(500_000) } });
    repos.server.behave("slow.git", { bytesPerSecond: 20_000 });
    const { body } = await repos.sync({ team, name: "slow.git" });
    expect(body).toMatchObject({
      status: "FAIL",
      error_code: "REPO_SYNC_FAILED",
      error_details: { reason: "too_slow" },
    });
  });
});

describe("what is wrong with the repository or its address", () => {
  test("ends the sync at once with a sentence for people, and is not tried again", async () => {
    const team = await repos.newTeam();
    await repos.server.create("empty.git");
    const { body, id } = await repos.sync({ team, name: "empty.git" });
    expect(body).toMatchObject({
      status: "FAIL",
      attempt: 1,
      error_code: "REPO_SYNC_FAILED",
      error_details: { reason: "empty" },
    });
    expect(body.error).toMatch(/^The repository .*\.$/);
    expect((await repos.bench.queueJob(id, "repo-sync")).attemptsMade).toBe(1);
  });

  test("is not said of a host that goes away at each of several tries: that is told, and when to try again", async () => {
    const team = await repos.newTeam();
    await (await repos.server.create("away.git")).commit({ files: { "a.txt": "1" } });
    repos.server.behave("away.git", { diesAfterBytes: 0 });
    const { body } = await repos.sync({ team, name: "away.git" });
    expect(body).toMatchObject({ status: "FAIL", attempt: 3, error_code: "REPO_SYNC_FAILED" });
    expect(body.error).toMatch(/host could not be reached.*sync again in a few minutes\.$/);
  });

  test("includes a host that the operator does not allow, which is never asked", async () => {
    const team = await repos.newTeam();
    const id = newId();
    await repos.bench.db.insert(repoSyncs).values({
      id,
      project_id: team.projectId,
      repo_url: `https://127.0.0.1:${repos.server.port}/any.git`,
      priority: 8,
      input_key: `t/${team.teamId}/repos/${id}/`,
    });
    repos.server.forget();
    await repos.dispatch(id);
    const { body } = await repos.ended(id, team);
    expect(body).toMatchObject({ status: "FAIL", error_details: { reason: "host_not_allowed" } });
    expect(repos.server.seen.connections).toBe(0);
  });
});

describe("a ref", () => {
  test("may be a branch, a tag, a full name or a commit; HEAD when none is given", async () => {
    const team = await repos.newTeam();
    const repository = await repos.server.create("refs.git");
    const first = await repository.commit({ files: { "a.txt": "1" } });
    await repository.git(["tag", "-a", "v1", "-m", "first", first]);
    const side = await repository.commit({ branch: "side/way", from: first, files: { "a.txt": "2" } });
    const main = await repository.commit({ files: { "a.txt": "3" } });
    const asked = [undefined, "side/way", "v1", "refs/heads/main", first];
    const got: (string | undefined)[][] = [];
    for (const ref of asked) {
      const { manifest } = await repos.sync({ team, name: "refs.git", ...(ref !== undefined && { ref }) });
      got.push([manifest?.head_ref, manifest?.head]);
    }
    expect(got).toEqual([
      ["refs/heads/main", main],
      ["refs/heads/side/way", side],
      ["refs/tags/v1", first],
      ["refs/heads/main", main],
      [first, first],
    ]);
  });

  test("that the repository has not ends the sync with a sentence that names it", async () => {
    const team = await repos.newTeam();
    await (await repos.server.create("no-ref.git")).commit({ files: { "a.txt": "1" } });
    const { body } = await repos.sync({ team, name: "no-ref.git", ref: "nowhere" });
    expect(body).toMatchObject({ status: "FAIL", error_details: { reason: "ref_not_found" } });
    expect(body.error).toContain("nowhere");
  });
});

describe("a token", () => {
  const token = `canary-${randomBytes(12).toString("hex")}`;
  const keep = async (team: Team, kept: { host: string; username: string | null; key?: Buffer }): Promise<void> => {
    const key = kept.key ?? Buffer.from(repos.bench.stack.repoKey, "base64");
    const { host, username } = kept;
    const row = sealRepoToken([key], { project_id: team.projectId, host, username, token });
    await repos.bench.db.insert(repoCredentials).values({ project_id: team.projectId, ...row });
  };

  test("opens a private repository, under the name that its host wants, and stands in no log, row, job or object", async () => {
    const { bench, server } = repos;
    const team = await repos.newTeam();
    const repository = await server.create("private.git");
    await repository.commit({ files: { "a.txt": "private" } });
    server.behave("private.git", { login: { username: "git", password: token } });
    const closed = await repos.sync({ team, name: "private.git" });
    expect(closed.body).toMatchObject({ status: "FAIL", error_details: { reason: "not_found_or_private" } });
    await keep(team, { host: server.host, username: null });
    const opened = await repos.sync({ team, name: "private.git" });
    expect(opened.body.status).toBe("SUCCESS");
    server.behave("private.git", { login: { username: "git", password: "another" } });
    const refused = await repos.sync({ team, name: "private.git" });
    expect(refused.body).toMatchObject({ status: "FAIL", error_details: { reason: "token_refused" } });

    const texts = [closed, opened, refused].map((ended) => JSON.stringify(ended));
    const jobs = await Promise.all([closed, opened, refused].map(({ id }) => bench.queueJob(id, "repo-sync")));
    texts.push(...jobs.map((job) => JSON.stringify(job)));
    const keys = [closed, opened, refused].flatMap(({ body }) => [
      body.logs_url,
      ...(body.artifacts ?? []).map(({ url }) => url),
    ]);
    for (const url of keys) {
      const key = (url ?? "").slice(`s3://${bench.storage.bucket}/`.length);
      texts.push(Buffer.from((await bench.storage.get(key)) ?? []).toString("latin1"));
    }
    expect(texts.every((text) => text.length > 0)).toBe(true);
    const forms = [token, Buffer.from(`git:${token}`).toString("base64")];
    expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
  });

  test("of another host is not sent", async () => {
    const { server } = repos;
    const team = await repos.newTeam();
    await (await server.create("other-host.git")).commit({ files: { "a.txt": "1" } });
    server.behave("other-host.git", { login: { username: "git", password: token } });
    await keep(team, { host: "github.com", username: null });
    server.forget();
    const { body } = await repos.sync({ team, name: "other-host.git" });
    expect(body).toMatchObject({ status: "FAIL", error_details: { reason: "not_found_or_private" } });
    expect(server.seen.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
  });

  test("that cannot be decrypted ends the sync with what to do, before the host is asked", async () => {
    const { server } = repos;
    const team = await repos.newTeam();
    await (await server.create("lost-key.git")).commit({ files: { "a.txt": "1" } });
    await keep(team, { host: server.host, username: null, key: randomBytes(32) });
    server.forget();
    const { body } = await repos.sync({ team, name: "lost-key.git" });
    expect(body).toMatchObject({ status: "FAIL", attempt: 1, error_details: { reason: "token_unreadable" } });
    expect(body.error).toContain("Set the token again");
    expect(server.seen.connections).toBe(0);
  });
});
