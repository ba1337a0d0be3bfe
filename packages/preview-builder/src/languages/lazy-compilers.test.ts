import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { NATIVE_TODO, createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const COMMAND = fileURLToPath(new URL("../testing/loaded-modules-command.ts", import.meta.url));
const COMPILER = /node_modules\/(?:@vue|svelte|@babel|babel-|sass|less|tailwindcss|@tailwindcss)[^/]*\//;

async function compilersOf(project: TestProject): Promise<{ isBuilt: boolean; names: string[] }> {
  const argv = [COMMAND, builder.runtimeCacheDirectory, JSON.stringify(project)];
  const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 1e8 });
  const { isBuilt, loaded } = JSON.parse(stdout) as { isBuilt: boolean; loaded: string[] };
  const found = loaded.flatMap((url) => COMPILER.exec(url)?.[0] ?? []);
  return { isBuilt, names: [...new Set(found.map((match) => match.split("/")[1] ?? ""))].sort() };
}

test("a build of React or React Native loads the compiler of no other language", async () => {
  expect(await compilersOf(NATIVE_TODO)).toEqual({ isBuilt: true, names: [] });
  const react = { "src/App.tsx": `import "./a.css"; export default () => <p>hi</p>;`, "src/a.css": "p { color: red }" };
  expect(await compilersOf(react)).toEqual({ isBuilt: true, names: [] });
});

test("a component loads the compiler of its own language alone", async () => {
  expect(await compilersOf({ "App.vue": "<template><p>hi</p></template>" })).toEqual({
    isBuilt: true,
    names: ["@vue"],
  });
  const svelte = await compilersOf({ "App.svelte": "<p>hi</p>" });
  expect(svelte).toEqual({ isBuilt: true, names: ["svelte"] });
});
