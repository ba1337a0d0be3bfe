import { randomBytes } from "node:crypto";
import { startGitServer } from "@hivesync/git-mirror/testing/git-server";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { registerRestUser, type RestUser } from "./rest-user.ts";
import { prepareProcesses } from "./start-processes.ts";

const hostName = "git.example.com";
const server = await startGitServer({ names: [hostName] });
const host = `${hostName}:${server.port}`;
const stack = await createTestStack();
const settings = {
  HIVESYNC_REPO_HOSTS: host,
  HIVESYNC_TIERS: JSON.stringify({ Free: { repoSyncs: { count: 100, perSeconds: 60 } } }),
};
const processes = await prepareProcesses(stack, 2_000, {
  api: settings,
  worker: { ...settings, HIVESYNC_REPO_LOOPBACK_HOSTS: host, HIVESYNC_REPO_CA_FILE: server.caFile },
  loopbackNames: [hostName],
});
const sql = postgres(stack.databaseUrls.superuser, { max: 1 });
const redis = new Redis(stack.redisUrl);
let user: RestUser;

beforeAll(async () => {
  await processes.startApi();
});
beforeEach(async () => {
  user = await registerRestUser(processes.apiUrl);
});
afterAll(async () => {
  await processes[Symbol.asyncDispose]();
  redis.disconnect();
  await sql.end();
  await stack[Symbol.asyncDispose]();
  await server.close();
});

const urlOf = (name: string): string => `https://${host}/${name}`;

async function request(name: string): Promise<string> {
  const answer = await user.call("POST /repos/sync", { project_id: user.projectId, repo_url: urlOf(name) });
  expect(answer).toMatchObject({ status: 202, error: null });
  return String(answer.data["sync_id"]);
}

interface SyncRow extends Record<string, unknown> {
  sync_id: string;
  status: string;
}

async function ended(syncId: string): Promise<SyncRow> {
  const read = async (): Promise<SyncRow | undefined> => {
    const page = await user.call(`GET /repos/${user.projectId}/sync`);
    return (page.data["items"] as SyncRow[]).find(({ sync_id }) => sync_id === syncId);
  };
  const isOver = (row: SyncRow | undefined): boolean => ["COMPLETED", "FAILED"].includes(row?.status ?? "");
  const row = await waitUntil(read, isOver, { seconds: 40 });
  if (!row) throw new Error(`no sync ${syncId}`);
  return row;
}

/** The page of a preview of the project's mirror. */
async function previewPage(): Promise<string> {
  const requested = await user.call("POST /preview/request", { project_id: user.projectId, source: { mirror: true } });
  expect(requested).toMatchObject({ status: 202, error: null });
  const preview = await waitUntil(
    () => user.call(`GET /preview/${String(requested.data["job_id"])}`),
    ({ data }) => ["COMPLETED", "FAILED"].includes(String(data["status"])),
  );
  return (await fetch(String(preview.data["bundle_url"]))).text();
}

const noticesOf = (jobId: string) =>
  sql<{ type: string }[]>`SELECT type FROM notifications WHERE data ->> 'job_id' = ${jobId}`;

test("a repository is mirrored, its preview opens without an upload, and what is pushed next is in the next one", async () => {
  await using _worker = await processes.startWorker().then((worker) => ({ [Symbol.asyncDispose]: worker.stop }));
  const repository = await server.create("todo.git");
  const head = await repository.commit({ files: { "index.html": "<h1>Mirrored</h1>", "aux.txt": "x" } });
  const first = await ended(await request("todo.git"));
  expect(first).toMatchObject({ status: "COMPLETED", head, head_ref: "refs/heads/main", files: 1 });
  expect(first["left_out"]).toEqual([{ path: "aux.txt", reason: "reserved_name" }]);
  expect((await noticesOf(first.sync_id)).map(({ type }) => type)).toEqual(["repo_synced"]);
  expect(await previewPage()).toContain("Mirrored");

  await repository.commit({ files: { "index.html": "<h1>Pushed later</h1>" } });
  const second = await ended(await request("todo.git"));
  expect(second).toMatchObject({ status: "COMPLETED", forced: [] });
  expect(await previewPage()).toContain("Pushed later");

  await repository.commit({ from: null, files: { "index.html": "<h1>Rewritten</h1>" } });
  const third = await ended(await request("todo.git"));
  expect(third).toMatchObject({ status: "COMPLETED", forced: ["refs/heads/main"] });
  const audits =
    await sql`SELECT 1 FROM audit_logs WHERE event_type = 'repo_force_pushed' AND project_id = ${user.projectId}`;
  expect(audits).toHaveLength(1);
  const same = await ended(await request("todo.git"));
  expect(same).toMatchObject({ status: "COMPLETED", head: third["head"], files: 1 });
  expect(await previewPage()).toContain("Rewritten");
}, 90_000);

test("a worker killed in the middle of a fetch loses nothing: another mirrors the repository, with one notification", async () => {
  const doomed = await processes.startWorker();
  const repository = await server.create("killed.git");
  await repository.commit({ files: { "index.html": "<h1>Survivor</h1>", "bulk.bin": randomBytes(400_000) } });
  server.forget();
  server.behave("killed.git", { bytesPerSecond: 20_000 });
  const syncId = await request("killed.git");
  await waitUntil(
    () => server.seen.bytesSent,
    (bytes) => bytes > 20_000,
  );
  doomed.kill("SIGKILL");
  await doomed.exited;
  server.behave("killed.git", {});
  await using _worker = await processes.startWorker().then((worker) => ({ [Symbol.asyncDispose]: worker.stop }));
  expect(await ended(syncId)).toMatchObject({ status: "COMPLETED", files: 2 });
  expect((await noticesOf(syncId)).map(({ type }) => type)).toEqual(["repo_synced"]);
  expect(await previewPage()).toContain("Survivor");
}, 90_000);

async function everyText(): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const rows = await Promise.all(
    tables.map(({ name }) => sql<{ text: string }[]>`SELECT t::text AS text FROM ${sql(name)} t`),
  );
  const keys = await redis.keys(`${stack.redisPrefix}*`);
  const values = await Promise.all(
    keys.map(async (key) => {
      const type = await redis.type(key);
      if (type === "hash") return JSON.stringify(await redis.hgetall(key));
      return type === "stream" ? JSON.stringify(await redis.xrange(key, "-", "+")) : "";
    }),
  );
  return [...rows.flat().map(({ text }) => text), ...values, ...processes.logLines()];
}

test("a private repository is mirrored by its token, which stands in no log line, no row and no job, taken or refused", async () => {
  await using _worker = await processes.startWorker().then((worker) => ({ [Symbol.asyncDispose]: worker.stop }));
  const token = `canary-${randomBytes(12).toString("hex")}`;
  await (await server.create("private.git")).commit({ files: { "index.html": "<h1>Private</h1>" } });
  server.behave("private.git", { login: { username: "git", password: token } });
  const closed = await ended(await request("private.git"));
  expect(closed).toMatchObject({ status: "FAILED", error: { code: "REPO_SYNC_FAILED" } });
  const set = await user.call(`PUT /projects/${user.projectId}/repo_token`, { token });
  expect(set).toMatchObject({ status: 200, data: { host } });
  const opened = await ended(await request("private.git"));
  expect(opened).toMatchObject({ status: "COMPLETED", files: 1 });
  server.behave("private.git", { login: { username: "git", password: "another" } });
  expect(await ended(await request("private.git"))).toMatchObject({ status: "FAILED" });
  const forms = [token, Buffer.from(token).toString("hex"), Buffer.from(`git:${token}`).toString("base64")];
  const texts = await everyText();
  expect(texts.length).toBeGreaterThan(50);
  expect(texts.filter((text) => forms.some((form) => text.includes(form)))).toEqual([]);
}, 90_000);
