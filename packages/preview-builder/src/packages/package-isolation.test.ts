import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestRegistry } from "@hivesync/package-store/testing/test-registry";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildResult } from "#build-result.ts";
import { createPackageBench } from "#testing/package-bench.ts";
import type { TestProject } from "#testing/test-builder.ts";

const bench = await createPackageBench();
const secret = `secret-${randomUUID()}`;
const hostFile = join(tmpdir(), `hivesync-host-${randomUUID()}.js`);
const climbing = `../../../../../../../../..${hostFile}`;
beforeAll(() => writeFile(hostFile, `module.exports = "${secret}";`));
afterAll(async () => {
  await rm(hostFile);
  await bench[Symbol.asyncDispose]();
});

let count = 0;
/** Publishes a package that no other test has; gives a project that imports it. */
function hostile(files: Readonly<Record<string, string>>, json: Readonly<Record<string, unknown>> = {}): TestProject {
  const name = `hostile-${count++}`;
  bench.registry.publish({ name, version: "1.0.0", files, json });
  return importing(name);
}

function importing(specifier: string): TestProject {
  const name = specifier.split("/")[0] ?? "";
  return {
    "index.html": `<script type="module" src="main.js"></script>`,
    "package.json": JSON.stringify({ dependencies: { [name]: "*" } }),
    "main.js": `import * as x from ${JSON.stringify(specifier)}; console.log(x);`,
  };
}

function allOf(result: BuildResult): string {
  const page = result.ok ? Buffer.from(result.html).toString() + Buffer.from(result.sourceMap).toString() : "";
  return page + JSON.stringify({ ...result, html: 0, sourceMap: 0 });
}

async function expectNothingOfHost(project: TestProject): Promise<BuildResult> {
  const result = await bench.build(project);
  const all = allOf(result);
  expect(all).not.toContain(secret);
  expect(all).not.toContain(Buffer.from(secret).toString("base64").slice(0, 24));
  expect(all).not.toContain(bench.runtimeCacheDirectory);
  return result;
}

const TARGETS = [hostFile, `file://${hostFile}`, climbing, `./${climbing}`, `/../..${hostFile}`];

const FORMS: Readonly<Record<string, (target: string) => TestProject>> = {
  import: (t) => hostile({ "index.js": `export { default } from ${JSON.stringify(t)};` }),
  require: (t) => hostile({ "index.js": `module.exports = require(${JSON.stringify(t)});` }),
  "import()": (t) => hostile({ "index.js": `export const x = import(${JSON.stringify(t)});` }),
  "a computed import": (t) =>
    hostile({ "index.js": `export const x = (n) => import(${JSON.stringify(t.slice(0, -4))} + n + ".js");` }),
  "import as text": (t) =>
    hostile({ "index.js": `export { default } from ${JSON.stringify(t)} with { type: "text" };` }),
  main: (t) => hostile({ "other.js": "" }, { main: t }),
  module: (t) => hostile({ "other.js": "" }, { module: t, browser: t }),
  exports: (t) => hostile({ "other.js": "" }, { exports: { ".": t } }),
  "exports by condition": (t) => hostile({ "other.js": "" }, { exports: { ".": { browser: [t], default: t } } }),
  imports: (t) => hostile({ "index.js": `export { default } from "#x";` }, { imports: { "#x": t } }),
  "the browser field": (t) =>
    hostile({ "index.js": `export { default } from "./a";`, "a.js": "" }, { browser: { "./a.js": t } }),
  "a stylesheet": (t) =>
    hostile({
      "index.js": `import "./a.css";`,
      "a.css": `@import ${JSON.stringify(t)}; p { background: url(${JSON.stringify(t)}) }`,
    }),
  "a package in it": (t) =>
    hostile({ "index.js": `export { default } from "./inner";`, "inner/package.json": JSON.stringify({ main: t }) }),
};

describe.each(Object.keys(FORMS))("%s of a package", (form) => {
  test.each(TARGETS)("cannot reach %s: nothing of the host is in the result", async (target) => {
    const result = await expectNothingOfHost(FORMS[form]?.(target) ?? {});
    const dangling = ["require", "import()", "a computed import"].includes(form);
    // What may never be asked for fails when it is asked for, in the page.
    expect(result.ok).toBe(dangling && result.ok);
  });
});

test.each([
  `//# sourceMappingURL=file://${hostFile}`,
  `//# sourceMappingURL=${climbing}`,
  `/*# sourceMappingURL=${hostFile} */`,
])("a source map's address in a package is not followed: %s", async (line) => {
  const result = await expectNothingOfHost(
    hostile({ "index.js": `export default 1;\n${line}`, "a.css": `p{}\n${line}` }),
  );
  expect(result.ok).toBe(true);
});

test("the project cannot name a path into a package, or a pack, but by the package's own name", async () => {
  bench.registry.publish({
    name: "closed-box",
    version: "1.0.0",
    files: { "index.js": "export default 1;", "lib/a.js": "export default 2;" },
  });
  for (const specifier of [
    "closed-box/../../etc/passwd",
    `closed-box/${climbing}`,
    "closed-box//etc/passwd",
    "package:closed-box@1.0.0/index.js",
    "package-entry:entry",
    "hivesync-package-:closed-box",
    "package-required:closed-box",
  ]) {
    const result = await expectNothingOfHost({
      ...importing(specifier),
      "package.json": `{"dependencies":{"closed-box":"*"}}`,
    });
    expect(result.ok).toBe(false);
  }
  expect((await bench.build(importing("closed-box/lib/a.js"))).ok).toBe(true);
});

test("names of every object are no packages, fields or paths", async () => {
  const names = ["constructor", "toString", "hasOwnProperty", "valueOf"];
  const main = names.map((name) => `require("${name}")`).join(", ");
  const failure = await bench.failure(hostile({ "index.js": `import "${names[0]}"; console.log(${main});` }));
  expect(failure.message).toContain(`"constructor"`);
  const project = { ...importing("constructor"), "package.json": "{}" };
  expect((await bench.failure(project)).message).toContain(`"constructor" is not in package.json`);
});

test("a lockfile cannot send the worker to another server, nor to a folder", async () => {
  const base = importing("closed-box");
  await using other = await startTestRegistry();
  const { integrity } = other.publish({
    name: "closed-box",
    version: "6.6.6",
    files: { "index.js": "export default 'theirs'" },
  });
  const lock = (row: object) => ({
    "package-lock.json": JSON.stringify({ lockfileVersion: 3, packages: { "node_modules/closed-box": row } }),
  });
  for (const row of [
    { version: "6.6.6", resolved: `${other.url}closed-box/-/closed-box-6.6.6.tgz`, integrity },
    { version: "6.6.6", resolved: "file:../../etc", integrity },
    { version: "../../../x", resolved: "", integrity },
    { name: "../../x", version: "1.0.0", integrity },
  ]) {
    expect((await bench.build({ ...base, ...lock(row) })).ok).toBe(false);
  }
  expect(other.requests).toEqual([]);
});

test("packages that import each other for ever, and a package of endless depth, end", async () => {
  bench.registry.publish({
    name: "ring-a",
    version: "1.0.0",
    json: { dependencies: { "ring-b": "*" } },
    files: { "index.js": `export * from "ring-b"; export const a = 1;` },
  });
  bench.registry.publish({
    name: "ring-b",
    version: "1.0.0",
    json: { dependencies: { "ring-a": "*" } },
    files: { "index.js": `export * from "ring-a"; export const b = 2;` },
  });
  expect((await bench.build(importing("ring-a"))).ok).toBe(true);
  const loop = { main: "./a", browser: { "./a.js": "./b.js", "./b.js": "./a.js" }, exports: undefined };
  expect((await bench.build(hostile({ "a.js": "export default 1", "b.js": "export default 2" }, loop))).ok).toBe(true);
});
