import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createMemoryStore } from "@hivesync/sdk";
import { createHiveSync } from "@hivesync/sdk/node";
import { sha256Hex } from "@hivesync/platform/ids";
import { launchChromium } from "@hivesync/testing/chromium";
import "@hivesync/testing/test-stack";
import { afterAll, expect, inject, test } from "vitest";
import { createBenchStack } from "#bench/bench-stack.ts";
import { insertProjects } from "#bench/calls.ts";
import { heapBytes, inspectable } from "#bench/inspector.ts";
import { settledBytes } from "#bench/settled-memory.ts";
import { largeProject, writeProject } from "./large-project.ts";

const mebibyte = 1_024 * 1_024;
const fileCount = 10_000;
const modules = 1_500;
const groupsEntryAndPage = 33;
const contents = 100;
const files = largeProject({
  modules,
  assets: 4_000,
  unreached: fileCount - 4_000 - modules - groupsEntryAndPage,
  contents,
});
const total = ((modules - 1) * modules) / 2;

const folder = await mkdtemp(path.join(tmpdir(), "hivesync-large-"));
const stack = await createBenchStack({
  services: inject("hivesync"),
  rounds: 1,
  seconds: 1,
  scale: 1,
  say: () => undefined,
  watchPostgresLog: () => () => undefined,
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const api = await stack.startApi({
  node: inspectable,
  environment: { HIVESYNC_TIERS: JSON.stringify({ Pro: { previewsPerMinute: 1_000 } }) },
});
await stack.startWorker({ HIVESYNC_WORKER_DATA_DIRECTORY: path.join(folder, "worker") });

async function signIn() {
  const [caller] = await stack.insertCallers(1);
  if (!caller) throw new Error("there is no caller");
  await stack.sql`UPDATE users SET tier = 'Pro' WHERE id = ${caller.userId}`;
  const credentials = createMemoryStore();
  const login = { accessToken: caller.token, refreshToken: "none", expiresAtMs: Date.now() + 3_600_000 };
  await credentials.save(api.origin, login);
  const projectId = (await insertProjects(stack.sql, [caller], 1))(caller);
  return { hive: createHiveSync({ baseUrl: api.origin, credentials, desktop: "off" }), projectId };
}

const { hive, projectId } = await signIn();

const manifest = Object.entries(files).map(([file, text]) => ({
  path: file,
  sha256: sha256Hex(text),
  size: Buffer.byteLength(text),
}));
const pictures = manifest.filter((file) => file.path.startsWith("public/"));

/** Asks for previews of the project, each with one picture in another's place, and calls them off: what is looked at is the API. */
async function request(from: number, to: number): Promise<void> {
  for (let turn = from; turn < to; turn += 1) {
    const [picture, other] = pictures.slice(turn);
    const changed = manifest.map((file) => (file === picture ? { ...file, ...other, path: file.path } : file));
    const { job_id: id, status } = await hive.api.previews.request.mutate({ project_id: projectId, files: changed });
    expect(status).toBe("QUEUED");
    await hive.api.previews.cancel.mutate({ id });
  }
}

test("a project of 10,000 files is published, built within its limits and opens; and again with one file changed", async () => {
  expect(Object.keys(files)).toHaveLength(fileCount);
  const directory = path.join(folder, "app");
  await writeProject(directory, files);
  const first = await hive.previews.publish({ project_id: projectId, directory });
  expect(first).toMatchObject({ status: "COMPLETED", warnings: [], skipped: [], secrets: [] });
  expect(first.uploaded.files).toBe(new Set(Object.values(files)).size);

  await writeFile(
    path.join(directory, "src", "part-7.tsx"),
    (files["src/part-7.tsx"] ?? "").replace("= 7;", "= 1007;"),
  );
  const second = await hive.previews.publish({ project_id: projectId, directory });
  expect(second).toMatchObject({ status: "COMPLETED", uploaded: { files: 1 } });

  await using browser = await launchChromium();
  const page = await browser.newPage();
  for (const [{ bundle_url: url }, shown] of [
    [first, total],
    [second, total + 1_000],
  ] as const) {
    await page.goto(url ?? "");
    expect(await page.locator("h1").textContent()).toBe(`Total ${shown}`);
    expect(await page.locator("[data-part]").count()).toBe(modules);
  }
}, 120_000);

test("what such requests need is given back: the API holds no more after twenty of them than after three", async () => {
  await request(0, 3);
  const before = { resident: await settledBytes(api), heap: await heapBytes(api.process) };
  await request(3, 23);
  const after = { resident: await settledBytes(api), heap: await heapBytes(api.process) };
  // One manifest takes 1.3 MiB as text alone, and several times that as objects: kept, twenty of them would be far beyond either bound.
  expect(after.heap - before.heap).toBeLessThan(5 * mebibyte);
  expect(after.resident - before.resident).toBeLessThan(40 * mebibyte);
}, 120_000);
