import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { FRAMEWORK_PARTS } from "#runtimes/framework-parts.ts";

const require = createRequire(import.meta.url);

/** Every older major that stands beside today's under a name of its own. */
const OLDER: ReadonlyMap<string, string> = new Map([
  ["react-15", require.resolve("react-15/package.json")],
  ["react-16", require.resolve("react-16/package.json")],
  ["react-17", require.resolve("react-17/package.json")],
  ["react-18", require.resolve("react-18/package.json")],
  ["react-dom-15", require.resolve("react-dom-15/package.json")],
  ["react-dom-16", require.resolve("react-dom-16/package.json")],
  ["react-dom-17", require.resolve("react-dom-17/package.json")],
  ["react-dom-18", require.resolve("react-dom-18/package.json")],
  ["preact-10", require.resolve("preact-10/package.json")],
  ["svelte-3", require.resolve("svelte-3/package.json")],
  ["svelte-4", require.resolve("svelte-4/package.json")],
]);

async function packageAt(path: string): Promise<{ name: string; version: string }> {
  return JSON.parse(await readFile(path, "utf8")) as { name: string; version: string };
}

test.each([...OLDER])("%s is the package and the major that it is called", async (alias, path) => {
  const { name, version } = await packageAt(path);
  expect(`${name}-${version.split(".")[0]}`).toBe(alias);
});

test("every part of another version takes its packages from those", () => {
  const named = FRAMEWORK_PARTS.flatMap(({ packages = {} }) => Object.values(packages));
  expect([...new Set(named)].sort()).toEqual([...OLDER.keys()].sort());
});

test("Vue and what it passes on are of one version, as there is to be one Vue on a page", async () => {
  const [vue, runtime] = [require.resolve("vue/package.json"), require.resolve("@vue/runtime-dom/package.json")];
  expect((await packageAt(runtime)).version).toBe((await packageAt(vue)).version);
});
