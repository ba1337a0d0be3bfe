import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { startObjectStore } from "@hivesync/dev-services/object-store";
import { dumpDatabase } from "@hivesync/db/backup/dump";
import { restoreDatabase } from "@hivesync/db/backup/restore";
import { createTestStack, type TestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import postgres from "postgres";
import { afterAll, describe, expect, test } from "vitest";
import { repositoryRoot } from "#dev/env.ts";
import { callRest, registerRestUser } from "#faults/rest-user.ts";
import { prepareProcesses } from "#faults/start-processes.ts";

const directory = await mkdtemp(path.join(tmpdir(), "hivesync-backup-"));
const dump = path.join(directory, "dump");
const objects = path.join(directory, "objects");
const kept = path.join(directory, "objects-kept");
const shared = await createTestStack();
const first = await startObjectStore({ directory: objects, port: 0, ...shared.storage });
const stack = { ...shared, storage: { ...shared.storage, endpoint: first.endpoint } };
const name = `restored_${path.basename(directory).slice(-6).toLowerCase().replaceAll(/\W/g, "_")}`;
const superuser = postgres(stack.databaseUrls.superuser, { max: 1, onnotice: () => undefined });
const processes = await prepareProcesses(stack);
let restored: Awaited<ReturnType<typeof prepareProcesses>> | undefined;
let second: Awaited<ReturnType<typeof startObjectStore>> | undefined;

afterAll(async () => {
  await restored?.[Symbol.asyncDispose]();
  await processes[Symbol.asyncDispose]();
  await Promise.all([first.stop(), second?.stop()]);
  await superuser.unsafe(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await superuser.end();
  await shared[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

/** The stack with its database under another name. */
async function stackOnNewDatabase(): Promise<TestStack> {
  await superuser.unsafe(`CREATE DATABASE ${name} TEMPLATE template0`);
  const renamed = Object.entries(stack.databaseUrls).map(([role, href]) => {
    const url = new URL(href);
    url.pathname = `/${name}`;
    return [role, url.href] as const;
  });
  return { ...stack, databaseUrls: Object.fromEntries(renamed) as TestStack["databaseUrls"], redisPrefix: `${name}:` };
}

/** Runs `pnpm <script> <folder>` as its command line says it. */
async function runScript(script: string, databaseUrl: string): Promise<string> {
  const text = await readFile(path.join(repositoryRoot, "package.json"), "utf8");
  const { scripts } = JSON.parse(text) as { scripts: Record<string, string> };
  const [, ...args] = (scripts[script] ?? "").split(" ");
  const env = { HIVESYNC_DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)(process.execPath, [...args, dump], { cwd: repositoryRoot, env });
  return stdout;
}

async function rowsOf(databaseUrl: string): Promise<Record<string, string[]>> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined });
  const tables = await sql<{ name: string }[]>`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
  const rows: Record<string, string[]> = {};
  for (const table of tables) {
    if (table.name === "schema_migrations") continue;
    const found = await sql<{ text: string }[]>`SELECT t::text AS text FROM ${sql(table.name)} t ORDER BY 1`;
    rows[table.name] = found.map(({ text }) => text);
  }
  await sql.end();
  return rows;
}

describe("a backup as the operations guide describes it", () => {
  test("is restored into a new database and a new store, where its users sign in and open their previews", async () => {
    await processes.startApi();
    await processes.startWorker();
    const user = await registerRestUser(processes.apiUrl);
    const jobId = await user.requestPreview({ "index.html": "<h1>Kept</h1>\t\\ with odd bytes \u{1F41D}\r\n" });
    const { data } = await waitUntil(
      () => user.call(`GET /preview/${jobId}`),
      (answer) => answer.data["status"] === "COMPLETED",
    );
    await user.call(`POST /projects/${user.projectId}/tasks`, {
      title: "A line\nand another",
      description: "\\N is no null",
    });

    // The rows first: an object that came after them is only one too many.
    expect(await runScript("db:dump", stack.databaseUrls.superuser)).toMatch(/^\d+ rows of \d+ tables, at 00\d\d_/);
    expect((await stat(path.join(dump, "manifest.json"))).mode & 0o077).toBe(0);
    const rows = await rowsOf(stack.databaseUrls.superuser);
    await cp(objects, kept, { recursive: true });
    // The machine is lost.
    await processes[Symbol.asyncDispose]();
    await first.stop();

    const fresh = await stackOnNewDatabase();
    expect(await runScript("db:restore", fresh.databaseUrls.superuser)).toMatch(/^\d+ rows as of /);
    expect(await rowsOf(fresh.databaseUrls.superuser)).toEqual(rows);
    second = await startObjectStore({ directory: kept, port: first.port, ...shared.storage });
    restored = await prepareProcesses(fresh);
    await restored.startApi();
    const { apiUrl } = restored;
    const signedIn = await callRest(apiUrl, "POST /auth/login", {
      body: { username: user.username, password: user.password },
    });
    expect(signedIn.status).toBe(200);
    const token = String(signedIn.data["access_token"]);
    const preview = await callRest(apiUrl, `GET /preview/${jobId}`, { token });
    expect(preview.data).toMatchObject({ status: "COMPLETED" });
    expect(await (await fetch(String(preview.data["bundle_url"]))).text()).toContain("Kept");
    expect(preview.data["preview_url"]).not.toBe(data["preview_url"]);
    // Work goes on from there.
    const made = await callRest(apiUrl, "POST /projects", { token, body: { name: "afterwards" } });
    expect(made.status).toBe(201);
  });

  test("is refused where a database has tables already, and where a dump is not whole", async () => {
    await expect(restoreDatabase(stack.databaseUrls.superuser, dump)).rejects.toThrow("has tables already");
    await expect(dumpDatabase(stack.databaseUrls.superuser, dump)).rejects.toThrow("is not empty");
    const broken = path.join(directory, "broken");
    await cp(dump, broken, { recursive: true });
    await rm(path.join(broken, "manifest.json"));
    await expect(restoreDatabase(stack.databaseUrls.superuser, broken)).rejects.toThrow("no whole dump");
  });

  test("of a newer version is refused by an older one", async () => {
    const newer = path.join(directory, "newer");
    await cp(dump, newer, { recursive: true });
    const manifest = JSON.parse(await readFile(path.join(newer, "manifest.json"), "utf8")) as object;
    await writeFile(path.join(newer, "manifest.json"), JSON.stringify({ ...manifest, migration: "9999_future.sql" }));
    await superuser.unsafe(`CREATE DATABASE ${name}_empty TEMPLATE template0`);
    const url = new URL(stack.databaseUrls.superuser);
    url.pathname = `/${name}_empty`;
    await expect(restoreDatabase(url.href, newer)).rejects.toThrow("this is an older version");
    await superuser.unsafe(`DROP DATABASE ${name}_empty WITH (FORCE)`);
  });
});
