import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { briefLines } from "./brief-lines.ts";
import { openChildLog } from "./child-log.ts";
import { loadSecrets } from "./secrets.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "hivesync-folder-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("secrets are made once, for their owner only; one that a later version adds joins them", () => {
  const file = path.join(folder, "secrets.json");
  const first = loadSecrets(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(Buffer.from(first.master_key, "base64")).toHaveLength(32);
  expect(new Set(Object.values(first)).size).toBe(Object.keys(first).length);
  const { master_key: _, ...older } = first;
  writeFileSync(file, JSON.stringify(older));
  const second = loadSecrets(file);
  expect(second).toEqual({ ...first, master_key: second.master_key });
  expect(loadSecrets(file)).toEqual(second);
});

test("damaged secrets are an error: new ones would lock the data", () => {
  const file = path.join(folder, "secrets.json");
  writeFileSync(file, "{");
  expect(() => loadSecrets(file)).toThrow(`${file} cannot be read`);
  expect(readFileSync(file, "utf8")).toBe("{");
});

test("a log begins anew with each run and keeps the run before; only its owner reads it", () => {
  openChildLog(folder, "api").write("first run");
  const log = openChildLog(folder, "api");
  log.write("second run");
  expect(readFileSync(log.file, "utf8")).toBe("second run\n");
  expect(readFileSync(`${log.file}.1`, "utf8")).toBe("first run\n");
  expect(statSync(log.file).mode & 0o777).toBe(0o600);
});

test("a log grows no further than its limit and one file before it", () => {
  const log = openChildLog(folder, "api");
  const megabyte = "x".repeat(1_000_000);
  for (let written = 0; written < 45; written += 1) log.write(megabyte);
  expect(statSync(log.file).size).toBeLessThan(22_000_000);
  expect(statSync(`${log.file}.1`).size).toBeLessThan(22_000_000);
  expect(log.lastLines()).toHaveLength(20);
});

test("of a log's end the last error is shown, without its stack, and our own lines as sentences", () => {
  const crash = ["listening", "node:net:1940", "Error: listen EADDRINUSE: address already in use", "    at new Server"];
  expect(briefLines(crash).trim()).toBe("Error: listen EADDRINUSE: address already in use");
  const ours = { severity: "ERROR", event_type: "shutdown_failed", metadata: { error: { message: "no Redis" } } };
  expect(briefLines(["{", JSON.stringify(ours)]).trim()).toBe("shutdown_failed: no Redis");
  expect(briefLines(["one", "two"])).toBe("    one\n    two");
});
