import { rm } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { runBuildInChild } from "#run-build-in-child.ts";
import { createPackageBench } from "#testing/package-bench.ts";
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
  const first = await runBuildInChild({ ...request, packages: await bench.source() });
  expect(first.ok && Buffer.from(first.html).toString()).toContain("from-three");
  expect(bench.registry.requests).toHaveLength(6);
  const asked: string[] = [];
  const counting = {
    manifests: () => Promise.reject(new Error(`asked ${asked.push("manifests")}`)),
    packs: () => Promise.reject(new Error(`asked ${asked.push("packs")}`)),
  };
  const second = await runBuildInChild({ ...request, packages: counting });
  expect(second.ok && first.ok && Buffer.from(second.html).equals(Buffer.from(first.html))).toBe(true);
  expect(asked).toEqual([]);
});

test("a package that is refused is a row of the build's result", async () => {
  const request = await written(app(["not-there"]));
  const result = await runBuildInChild({ ...request, packages: await bench.source() });
  expect(result).toMatchObject({
    ok: false,
    details: [{ file: "main.js", line: 1, text: expect.stringContaining(`"not-there"`) }],
  });
});

test("a store that fails is an error of the worker, not of the project", async () => {
  const request = await written(app(["broken"]));
  const broken = { ...(await bench.source()), manifests: () => Promise.reject(new Error("the disk is full")) };
  await expect(runBuildInChild({ ...request, packages: broken })).rejects.toThrow("the disk is full");
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
  const build = runBuildInChild({ ...request, packages: never, signal: controller.signal });
  await expect(build).rejects.toBe(reason);
});
