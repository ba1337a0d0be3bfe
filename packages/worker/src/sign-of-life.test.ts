import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { waitUntil } from "@hivesync/testing/wait-until";
import { expect, onTestFinished, test } from "vitest";
import { keepSignOfLife } from "./sign-of-life.ts";

const command = fileURLToPath(new URL("health-command.ts", import.meta.url));

/** What the health check of a container would be told. */
function checkHealth(folder: string): Promise<number | null> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, folder], () => resolve(child.exitCode));
  });
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "hivesync-sign-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("a worker is alive from its start until its orderly end", async () => {
  const folder = await temporaryFolder();
  expect(await checkHealth(folder)).toBe(1);
  const sign = keepSignOfLife(folder);
  await waitUntil(
    () => checkHealth(folder),
    (code) => code === 0,
  );
  await sign.stop();
  expect(await checkHealth(folder)).toBe(1);
});

test("a worker whose loop stands still for twenty seconds is not alive", async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, "alive"), String(Date.now() - 5_000));
  expect(await checkHealth(folder)).toBe(0);
  await writeFile(path.join(folder, "alive"), String(Date.now() - 25_000));
  expect(await checkHealth(folder)).toBe(1);
});
