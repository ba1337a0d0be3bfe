import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, readdir, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import postgres from "postgres";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "./object-store/test-store.ts";
import { startPostgres, type PostgresOptions } from "./postgres.ts";

const password = "pass word:@/?";

const start = async (options: Pick<PostgresOptions, "directory"> & Partial<PostgresOptions>) => {
  const server = await startPostgres({ port: 0, persistent: true, durable: false, password, ...options });
  onTestFinished(server.stop);
  return server;
};

const query = async (url: string, text: string) => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end();
  }
};

test("data is kept over a stop, and over a kill that leaves a lock whose process id another program has now", async () => {
  const directory = path.join(await temporaryDirectory(), "data");
  const first = await start({ directory });
  await query(first.url, "CREATE TABLE kept (value text); INSERT INTO kept VALUES ('kept')");
  expect(await query(first.url, "SHOW max_connections")).toEqual([{ max_connections: "200" }]);
  expect(await query(first.url, "SHOW fsync")).toEqual([{ fsync: "off" }]);
  await first.stop();
  await expect(query(first.url, "SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  expect(await readdir(directory)).not.toContain("postmaster.pid");

  await writeFile(path.join(directory, "postmaster.pid"), `${process.pid}\n${directory}\n`);
  const second = await start({ directory });
  expect(await query(second.url, "SELECT value FROM kept")).toEqual([{ value: "kept" }]);
  process.kill(second.pid, "SIGKILL");
  expect(await second.exited).toEqual({ code: null, signal: "SIGKILL" });
  const third = await start({ directory });
  expect(await query(third.url, "SELECT value FROM kept")).toEqual([{ value: "kept" }]);
});

test("a server whose supervisor was killed ends, and the next supervisor starts one on the same data at once", async () => {
  const directory = path.join(await temporaryDirectory(), "data");
  const script = `
    const { startPostgres } = await import(${JSON.stringify(path.join(import.meta.dirname, "postgres.ts"))});
    const options = ${JSON.stringify({ directory, port: 0, persistent: true, durable: false, password })};
    console.log((await startPostgres(options)).url);`;
  const supervisor = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void supervisor.kill("SIGKILL"));
  const [url] = (await once(createInterface({ input: supervisor.stdout }), "line")) as [string];
  await query(url, "CREATE TABLE kept (value text)");
  supervisor.kill("SIGKILL");
  const next = await start({ directory });
  expect(await query(next.url, "SELECT count(*)::int FROM kept")).toEqual([{ count: 0 }]);
  await expect(query(url, "SELECT 1")).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("a wrong password is refused, and a directory that is not to be kept is gone after the stop", async () => {
  const parent = await temporaryDirectory();
  // A folder that every user can pass through; in the other tests the server's user, if it is not ours, cannot.
  await chmod(parent, 0o755);
  const directory = path.join(parent, "data");
  const server = await start({ directory, persistent: false });
  const url = new URL(server.url);
  url.password = "wrong";
  await expect(query(url.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
  await expect(start({ directory: `${directory}2`, port: server.port })).rejects.toThrow(/address already in use/i);
  await server.stop();
  await expect(stat(directory)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a directory with other content is refused and left as it is", async () => {
  const directory = path.join(await temporaryDirectory(), "data");
  await mkdir(directory);
  await writeFile(path.join(directory, "letter.txt"), "dear reader");
  await expect(start({ directory })).rejects.toThrow("not a Postgres data directory");
  expect(await readdir(directory)).toEqual(["letter.txt"]);
});
