import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, expect, onTestFinished, test } from "vitest";
import type { BuildResult } from "#build-result.ts";
import { openBuildChildren } from "#run-build-in-child.ts";
import type { BuildChildren, BuildLimits, BuildOf, RoomSettings } from "#run-build-in-child.ts";
import { processesIn } from "#testing/processes-in.ts";
import { createTestBuilder, writeBlobs } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
const { runtimeCacheDirectory } = builder;
afterAll(() => builder[Symbol.asyncDispose]());

const page: TestProject = {
  "index.html": `<script type="module" src="main.js"></script>`,
  "main.js": `import { name } from "./name"; document.title = name;`,
  "name.js": `export const name = "first";`,
};
const renamed: TestProject = { ...page, "name.js": `export const name = "second";` };
const own: BuildOf = { options: { platform: "web" }, scope: "team", project: "project" };

async function open(warm: RoomSettings["warm"], limits: Partial<BuildLimits> = {}) {
  const roomsDirectory = await mkdtemp(join(tmpdir(), "hivesync-rooms-"));
  const children = await openBuildChildren({ runtimeCacheDirectory, roomsDirectory, warm, limits }, 0);
  onTestFinished(async () => {
    await children[Symbol.asyncDispose]();
    expect(await processesIn(runtimeCacheDirectory)).toEqual([]);
    expect(await readdir(roomsDirectory)).toEqual([]);
    await rm(roomsDirectory, { recursive: true });
  });
  return children;
}

async function build(children: BuildChildren, of: BuildOf, project: TestProject = page): Promise<BuildResult> {
  using place = await children.open(of);
  const { files } = await writeBlobs(project, place.directory);
  for (const { sha256 } of files) place.files.add(sha256);
  return await place.build({ files });
}

/** The child and its bundler, once for each that is there. */
function running(): Promise<number[]> {
  return processesIn(runtimeCacheDirectory);
}

function untilRunning(count: number): Promise<number[]> {
  return waitUntil(running, (pids) => pids.length === count);
}

test("the process of a build stays for the next one of the same project and platform, and for no other", async () => {
  const children = await open({ projects: 10 });
  expect((await build(children, own)).ok).toBe(true);
  const first = await running();
  expect(first).toHaveLength(2);
  const { html } = (await build(children, own, renamed)) as { html: Uint8Array };
  expect(Buffer.from(html).toString()).toContain("second");
  expect(await running()).toEqual(first);
  const others: BuildOf[] = [
    { ...own, project: "another" },
    { ...own, scope: "another" },
    { ...own, options: { platform: "ios" } },
  ];
  for (const [index, other] of others.entries()) {
    expect((await build(children, other)).ok).toBe(true);
    expect(await running()).toHaveLength(4 + 2 * index);
  }
});

test("a build with errors leaves the process for the next one", async () => {
  const children = await open({ projects: 1 });
  expect(await build(children, own, { ...page, "name.js": "let a = ;" })).toMatchObject({ ok: false });
  const first = await running();
  expect((await build(children, own)).ok).toBe(true);
  expect(await running()).toEqual(first);
});

test("two builds of a project at once have a process each", async () => {
  const children = await open({ projects: 2 });
  const results = await Promise.all([build(children, own), build(children, own, renamed)]);
  expect(results.map(({ ok }) => ok)).toEqual([true, true]);
  expect(await running()).toHaveLength(4);
});

test("the files that a build wanted are there for the next one; others are gone", async () => {
  const children = await open({ projects: 1 });
  await build(children, own);
  await build(children, own, renamed);
  using place = await children.open(own);
  const { files } = await writeBlobs(renamed, await mkdtemp(join(tmpdir(), "hivesync-blobs-")));
  const hashes = files.map(({ sha256 }) => sha256).sort();
  expect([...place.files].sort()).toEqual(hashes);
  expect((await readdir(place.directory)).sort()).toEqual(hashes);
});

test("of more projects than stay, the one that was built longest ago goes", async () => {
  const children = await open({ projects: 1 });
  await build(children, own);
  const first = await running();
  await build(children, { ...own, project: "another" });
  const left = await untilRunning(2);
  expect(left.filter((pid) => first.includes(pid))).toEqual([]);
});

test("what is not used in time goes", async () => {
  const children = await open({ projects: 1, forMs: 500 });
  await build(children, own);
  expect(await untilRunning(0)).toEqual([]);
});

test("a process that holds much of what a build may use goes", async () => {
  const children = await open({ projects: 1 }, { maxResidentMb: 400 });
  expect((await build(children, own)).ok).toBe(true);
  expect(await untilRunning(0)).toEqual([]);
  expect((await build(children, own)).ok).toBe(true);
});

test.each([
  ["the process", (pids: readonly number[]) => Math.min(...pids)],
  ["its bundler", (pids: readonly number[]) => Math.max(...pids)],
])("when %s is killed between two builds, the second is made in another one", async (_, choose) => {
  const children = await open({ projects: 1 });
  await build(children, own);
  const first = await running();
  process.kill(choose(first), "SIGKILL");
  expect((await build(children, own, renamed)).ok).toBe(true);
  const left = await untilRunning(2);
  expect(left.filter((pid) => first.includes(pid))).toEqual([]);
});

test("a build that was called off leaves no process", async () => {
  const children = await open({ projects: 1 });
  const controller = new AbortController();
  const called = async () => {
    using place = await children.open(own);
    const { files } = await writeBlobs(page, place.directory);
    const { signal } = controller;
    await place.build({ files, signal, onProgress: () => controller.abort(new Error("called off")) });
  };
  await expect(called()).rejects.toThrow("called off");
  expect(await untilRunning(0)).toEqual([]);
});
