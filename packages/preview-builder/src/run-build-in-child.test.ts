import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { openBuildChildren, runBuildInChild } from "#run-build-in-child.ts";
import type { BuildChildren, BuildLimits } from "#run-build-in-child.ts";
import { processesIn } from "#testing/processes-in.ts";
import { NATIVE_TODO, createTestBuilder, writeBlobs } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
const { runtimeCacheDirectory } = builder;
const blobDirectories: string[] = [];
afterAll(async () => {
  await builder[Symbol.asyncDispose]();
  await Promise.all(blobDirectories.map((directory) => rm(directory, { recursive: true, force: true })));
});

async function written(project: TestProject) {
  const { files, blobDirectory } = await writeBlobs(project);
  blobDirectories.push(blobDirectory);
  return { files, blobDirectory, runtimeCacheDirectory, options: { platform: "web" } as const };
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "hivesync-rooms-"));
  blobDirectories.push(folder);
  return folder;
}

async function buildNative(children: BuildChildren) {
  using place = await children.open({ options: { platform: "web" } });
  const { files } = await writeBlobs(NATIVE_TODO, place.directory);
  return await place.build({ files });
}

/** A project with a script that never ends: a named pipe that nobody writes to. The bundler is running by the time it is read. */
async function endless() {
  const request = await written({
    "index.html": `<script type="module" src="main.js"></script>`,
    // What a page starts is read before the bundler runs; what that imports is not.
    "main.js": `import "./a.js";`,
    "a.js": "// endless",
  });
  const path = join(request.blobDirectory, request.files.find((file) => file.path === "a.js")?.sha256 ?? "");
  await rm(path);
  await promisify(execFile)("mkfifo", [path]);
  return request;
}

/** Waits until as many processes run; gives their ids. */
function processesAre(count: number): Promise<number[]> {
  const check = async (): Promise<number[]> => {
    const found = await processesIn(runtimeCacheDirectory);
    expect(found).toHaveLength(count);
    return found;
  };
  return vi.waitFor(check, { timeout: 10_000 });
}

test("a build in a child gives what the build itself gives, and leaves no process", async () => {
  const request = await written(NATIVE_TODO);
  const phases = new Set<string>();
  const result = await runBuildInChild({ ...request, onProgress: ({ phase }) => phases.add(phase) });
  const direct = await builder.page(NATIVE_TODO);
  expect(result.ok && Buffer.from(result.html).equals(Buffer.from(direct.html))).toBe(true);
  expect([...phases]).toEqual(["reading", "bundling", "writing"]);
  await processesAre(0);
});

test("large files that many pages of a site show take no more memory for each page", async () => {
  const images = Array.from({ length: 20 }, (_, index) => `${index}.png`);
  const shown = images.map((name) => `<img src="${name}">`).join("");
  const pages = Array.from({ length: 50 }, (_, index) => `page-${index}.html`);
  const request = await written({
    ...Object.fromEntries(images.map((name, index) => [name, Buffer.alloc(1_000_000, index)])),
    ...Object.fromEntries(pages.map((name) => [name, shown])),
    "index.html": pages.map((name) => `<a href="${name}">${name}</a>`).join(""),
  });
  const result = await runBuildInChild({ ...request, limits: { maxResidentMb: 1_500 } });
  expect(result).toMatchObject({ ok: true, warnings: [] });
});

test("errors of a project come back as rows", async () => {
  const result = await runBuildInChild(await written({ "index.html": `<script type="module">let = ;</script>` }));
  expect(result).toMatchObject({ ok: false, details: [{ file: "index.html", line: 1 }] });
});

test("a blob that is missing is an error of the worker, not of the project", async () => {
  const request = await written({ "index.html": "<p>hi</p>" });
  await rm(request.blobDirectory, { recursive: true });
  await expect(runBuildInChild(request)).rejects.toThrow(/ENOENT/);
  await processesAre(0);
});

test("a child has no environment", async () => {
  const request = await endless();
  const controller = new AbortController();
  const build = runBuildInChild({ ...request, signal: controller.signal });
  const ended = build.catch((error: unknown) => error);
  // The bundler's service is the second process: once it runs, both have their environment.
  const pids = await processesAre(2);
  for (const pid of pids) {
    const names = (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0").map((row) => row.split("=")[0] ?? "");
    const own = names.filter((name) => !/^(?:|PWD|OLDPWD|SHLVL|_|NODE_CHANNEL_\w+)$/.test(name));
    expect(own).toEqual([]);
  }
  controller.abort();
  expect(await ended).toBe(controller.signal.reason);
  await processesAre(0);
});

const limitRows: [limit: string, limits: Partial<BuildLimits>, project: () => ReturnType<typeof written>][] = [
  ["time", { timeoutMs: 700 }, endless],
  ["output", { maxOutputBytes: 200_000 }, () => written({ "index.html": `<p>${"flood ".repeat(100_000)}</p>` })],
  ["input", { maxInputBytes: 1_000 }, () => written({ "index.html": "x".repeat(10_000) })],
  // Nothing but parentheses: the bundler's parser recurses until it is stopped.
  ["memory", { maxResidentMb: 400 }, () => written({ "index.js": "(".repeat(20_000_000) })],
  [
    "cpu",
    { cpuSeconds: 1, maxResidentMb: 8_000 },
    () => written({ "index.js": "let a = () => { [1, { b: 2 }] };\n".repeat(1_500_000) }),
  ],
];
test.each(limitRows)(
  "a build that goes over its limit of %s ends with that reason, and leaves no process",
  async (limit, limits, project) => {
    const result = await runBuildInChild({ ...(await project()), limits });
    expect(result).toMatchObject({ ok: false, limit });
    await processesAre(0);
  },
);

test("an abort ends the child and its bundler, with the reason", async () => {
  const controller = new AbortController();
  const build = runBuildInChild({ ...(await endless()), signal: controller.signal });
  const ended = build.catch((error: unknown) => error);
  await processesAre(2);
  const reason = new Error("cancelled by the user");
  controller.abort(reason);
  expect(await ended).toBe(reason);
  await processesAre(0);
});

test("children started ahead run one build each and end with their owner", async () => {
  {
    await using children = await openBuildChildren(
      { runtimeCacheDirectory, roomsDirectory: await newFolder(), warm: { projects: 0 } },
      1,
    );
    const ahead = await processesAre(2);
    expect((await buildNative(children)).ok).toBe(true);
    // The next child is started, and the first is gone.
    const isReplaced = async () => {
      const found = await processesIn(runtimeCacheDirectory);
      expect([found.length, found.filter((pid) => ahead.includes(pid))]).toEqual([2, []]);
    };
    await vi.waitFor(isReplaced, { timeout: 10_000 });
    expect((await buildNative(children)).ok).toBe(true);
  }
  await processesAre(0);
});

test("as many are kept ready as was said last", async () => {
  {
    await using children = await openBuildChildren(
      { runtimeCacheDirectory, roomsDirectory: await newFolder(), warm: { projects: 0 } },
      1,
    );
    await processesAre(2);
    children.keepReady(3);
    expect(await processesAre(6)).toHaveLength(6);
    children.keepReady(0);
    await processesAre(0);
    children.keepReady(1);
    await processesAre(2);
  }
  await processesAre(0);
});

test("one build may have less time than the others", async () => {
  const result = await runBuildInChild({ ...(await endless()), timeoutMs: 700 });
  expect(result).toMatchObject({
    ok: false,
    limit: "time",
    message: expect.stringMatching(/^The build took longer than 0.7 s\. /),
  });
});

test("a starter that is killed takes its build with it", async () => {
  const request = await endless();
  const command = fileURLToPath(new URL("./testing/start-build-command.ts", import.meta.url));
  const starter = fork(command, [JSON.stringify(request)], { execArgv: [] });
  await processesAre(2);
  starter.kill("SIGKILL");
  expect(await once(starter, "exit")).toEqual([null, "SIGKILL"]);
  await processesAre(0);
});
