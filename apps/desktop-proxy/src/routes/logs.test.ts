import { stat, readdir } from "node:fs/promises";
import path from "node:path";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startTestDesktop, type TestDesktop } from "#testing/test-desktop.ts";

let desktop: TestDesktop;

beforeEach(async () => {
  desktop = await startTestDesktop({ upstream: "http://127.0.0.1:9" });
});
afterEach(() => desktop[Symbol.asyncDispose]());

interface Line {
  timestamp: string;
  severity: string;
  event_type: string;
  metadata: Record<string, unknown>;
}

const lastLines = async (count: number): Promise<Line[]> => {
  const { body } = await desktop.call(`GET /logs?lines=${count}`);
  return body.data["lines"] as Line[];
};

test("the last lines are told, the newest last, each a JSON object of the house's form", async () => {
  await desktop.call("POST /link", { body: { directory: desktop.folder } });
  const lines = await waitUntil(
    () => lastLines(50),
    (lines) => lines.some(({ metadata }) => metadata["route"] === "link"),
  );
  expect(lines[0]).toEqual({
    severity: "INFO",
    timestamp: expect.any(String),
    event_type: "listening",
    metadata: expect.objectContaining({ service: "desktop-proxy", port: desktop.proxy.port }),
  });
  expect(await lastLines(1)).toHaveLength(1);
});

test("the file is this user's alone, and the status says where it is", async () => {
  const { log_file } = await desktop.proxy.status();
  expect((await stat(log_file)).mode & 0o777).toBe(0o600);
  expect((await stat(path.dirname(log_file))).mode & 0o077).toBe(0);
});

test("it is rotated by size, keeps a few files, and lines are told across them", async () => {
  const filler = "x".repeat(40_000);
  for (let lines = 0; lines < 300; lines += 1) desktop.proxy.log.info("filler", { number: lines, filler });
  const files = await waitUntil(
    () => readdir(path.dirname(desktop.proxy.logFile)),
    (files) => files.length === 3,
  );
  expect(files.toSorted()).toEqual(["", ".1", ".2"].map((end) => path.basename(desktop.proxy.logFile) + end));
  for (const file of files) {
    expect((await stat(path.join(path.dirname(desktop.proxy.logFile), file))).mode & 0o777).toBe(0o600);
  }
  const lines = await lastLines(100);
  expect(lines).toHaveLength(100);
  const numbers = lines.flatMap(({ metadata }) => metadata["number"] ?? []);
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => 300 - numbers.length + index));
});

test.each(["0", "1001", "many"])("?lines=%s is VALIDATION_ERROR", async (lines) => {
  const answer = await desktop.call(`GET /logs?lines=${lines}`);
  expect([answer.status, answer.body.error?.code]).toEqual([400, "VALIDATION_ERROR"]);
});
