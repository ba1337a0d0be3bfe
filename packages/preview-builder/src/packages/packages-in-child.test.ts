import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openBuildChildren, runBuildInChild } from "#run-build-in-child.ts";
import { createPackageBench } from "#testing/package-bench.ts";
import { processesIn } from "#testing/processes-in.ts";
import { writeBlobs } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const bench = await createPackageBench();
const folders: string[] = [];
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

async function written(project: TestProject) {
  const { files, blobDirectory } = await writeBlobs(project);
  folders.push(blobDirectory);
  const { runtimeCacheDirectory } = bench;
  return { files, blobDirectory, runtimeCacheDirectory, options: { platform: "web" } as const };
}

const app = (names: readonly string[]): TestProject => ({
  "index.html": `<script type="module" src="main.js"></script>`,
  "package.json": JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "*"])) }),
  "main.js": `${names.map((name, index) => `import m${index} from "${name}";`).join("\n")}
console.log(${names.map((_, index) => `m${index}`).join(", ")});`,
});

test("a confined build gets three packages through its parent, and the next one needs neither registry nor bundling", async () => {
  for (const name of ["one", "two", "three"]) {
    bench.registry.publish({ name, version: "1.0.0", files: { "index.js": `export default "from-${name}";` } });
  }
  const request = await written(app(["one", "two", "three"]));
  const source = await bench.source();
  const first = await runBuildInChild({ ...request, packages: () => source });
  expect(first.ok && Buffer.from(first.html).toString()).toContain("from-three");
  expect(bench.registry.requests).toHaveLength(6);
  const asked: string[] = [];
  const counting = {
    manifests: () => Promise.reject(new Error(`asked ${asked.push("manifests")}`)),
    packs: () => Promise.reject(new Error(`asked ${asked.push("packs")}`)),
  };
  const second = await runBuildInChild({ ...request, packages: () => counting });
  expect(second.ok && first.ok && Buffer.from(second.html).equals(Buffer.from(first.html))).toBe(true);
  expect(asked).toEqual([]);
});

test("a package that is refused is a row of the build's result", async () => {
  const request = await written(app(["not-there"]));
  const source = await bench.source();
  const result = await runBuildInChild({ ...request, packages: () => source });
  expect(result).toMatchObject({
    ok: false,
    details: [{ file: "main.js", line: 1, text: expect.stringContaining(`"not-there"`) }],
  });
});

test("a store that fails is an error of the worker, not of the project", async () => {
  const request = await written(app(["broken"]));
  const broken = { ...(await bench.source()), manifests: () => Promise.reject(new Error("the disk is full")) };
  await expect(runBuildInChild({ ...request, packages: () => broken })).rejects.toThrow("the disk is full");
});

test("a cancelled build stops waiting for its packages", async () => {
  const request = await written(app(["never"]));
  const controller = new AbortController();
  const reason = new Error("cancelled");
  const never = {
    ...(await bench.source()),
    manifests: () => {
      controller.abort(reason);
      return new Promise<never>(() => undefined);
    },
  };
  const build = runBuildInChild({ ...request, packages: () => never, signal: controller.signal });
  await expect(build).rejects.toBe(reason);
});

test("a build that is made again in another process gets its packages there", async () => {
  for (const name of ["pad", "trim"])
    bench.registry.publish({ name, version: "1.0.0", files: { "index.js": `export default "from-${name}";` } });
  const roomsDirectory = await mkdtemp(join(tmpdir(), "hivesync-rooms-"));
  folders.push(roomsDirectory);
  const settings = { runtimeCacheDirectory: bench.runtimeCacheDirectory, roomsDirectory, warm: { projects: 1 } };
  await using children = await openBuildChildren(settings, 0);
  const build = async (project: TestProject): Promise<string> => {
    using place = await children.open({ options: { platform: "web" }, project: "project" });
    const { files } = await writeBlobs(project, place.directory);
    for (const { sha256 } of files) place.files.add(sha256);
    const result = await place.build({ files, packages: bench.sourceFor });
    return result.ok ? Buffer.from(result.html).toString() : result.log;
  };
  expect(await build(app(["pad"]))).toContain("from-pad");
  const [, bundler = 0] = (await processesIn(bench.runtimeCacheDirectory)).toSorted((a, b) => a - b);
  process.kill(bundler, "SIGKILL");
  expect(await build(app(["pad", "trim"]))).toContain("from-trim");
});
