import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { spawnTethered } from "@hivesync/dev-services/spawn-tethered";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./instance-lock.ts";
import { processStart } from "./process-start.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hivesync-lock-"));
  file = path.join(folder, "dev.lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

const leave = (holder: Record<string, unknown>): void => writeFileSync(file, JSON.stringify(holder));

test("a lock that a living process holds is refused with its id and where it runs", async () => {
  const lock = await takeLock(file);
  await expect(takeLock(file)).rejects.toThrow(`HiveSync already starts here (process ${process.pid})`);
  lock.note({ api_url: "http://127.0.0.1:4000", pids: {} });
  await expect(takeLock(file)).rejects.toThrow(
    `HiveSync already runs at http://127.0.0.1:4000 (process ${process.pid})`,
  );
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock whose process has ended is taken over, and the children that it named are told", async () => {
  const ended = await spawnTethered(process.execPath, ["-e", ""]);
  await ended.exited;
  leave({ pid: ended.pid, started: "1", api_url: null, pids: { api: 11, redis: 12 } });
  const lock = await takeLock(file);
  expect(lock.leftBehind).toEqual([11, 12]);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ pid: process.pid });
  expect(readdirSync(folder)).toEqual(["dev.lock"]);
});

test("a lock whose process id now belongs to another process is taken over", async () => {
  leave({ pid: process.pid, started: "long ago", api_url: null, pids: {} });
  expect((await takeLock(file)).leftBehind).toEqual([]);
});

test.each(["", "{", "[]", '{"pid":"x"}'])("a file that is no lock (%j) is taken over", async (text) => {
  writeFileSync(file, text);
  (await takeLock(file)).release();
  expect(existsSync(file)).toBe(false);
});

test("of many processes that find the same stale lock, one takes it", async () => {
  leave({ pid: process.pid, started: "long ago", api_url: null, pids: {} });
  const script = `
    import { takeLock } from ${JSON.stringify(path.join(import.meta.dirname, "instance-lock.ts"))};
    try { await takeLock(${JSON.stringify(file)}); console.log("taken"); } catch { console.log("refused"); }
    setInterval(() => {}, 1000);`;
  const said: string[] = [];
  const racers = await Promise.all(
    Array.from({ length: 4 }, () =>
      spawnTethered(process.execPath, ["--input-type=module", "-e", script], { output: (line) => said.push(line) }),
    ),
  );
  await expect.poll(() => said.length, { timeout: 20_000 }).toBe(4);
  expect(said.toSorted()).toEqual(["refused", "refused", "refused", "taken"]);
  await Promise.all(racers.map((racer) => racer.stop("SIGKILL")));
});

test("a take-over that broke off in its middle is told with what to delete", async () => {
  leave({ pid: process.pid, started: "long ago", api_url: null, pids: {} });
  writeFileSync(`${file}.takeover`, "");
  await expect(takeLock(file)).rejects.toThrow(`${file}.takeover`);
});

test("a process has one start for its whole life, and none after its end", async () => {
  const child = await spawnTethered(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const started = processStart(child.pid);
  expect(started).toBeDefined();
  expect(processStart(child.pid)).toBe(started);
  await child.stop("SIGKILL");
  expect(processStart(child.pid)).toBeUndefined();
});
