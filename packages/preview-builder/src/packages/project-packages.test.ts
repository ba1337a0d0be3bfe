import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createPackageBench } from "#testing/package-bench.ts";
import { PIXEL_PNG } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const bench = await createPackageBench();
const { registry } = bench;
afterAll(() => bench[Symbol.asyncDispose]());
beforeEach(() => {
  registry.requests.length = 0;
  registry.fault = undefined;
});

const project = (main: string, dependencies: Record<string, string>, more: TestProject = {}): TestProject => ({
  "index.html": `<script type="module" src="/src/main.js"></script>`,
  "package.json": JSON.stringify({ name: "app", dependencies }),
  "src/main.js": main,
  ...more,
});

/** Runs the scripts of a page that does no more than log. */
function run(html: string): unknown[][] {
  const lines: unknown[][] = [];
  const console = { log: (...row: unknown[]) => lines.push(row) };
  const scripts = [...html.matchAll(/<script(?![^>]*data-platform)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, code]) => code,
  );
  const context: Record<string, unknown> = { console, __hivesync: { modules: {} } };
  context["globalThis"] = context;
  for (const code of scripts) runInNewContext(`"use strict"; (async () => { ${code} })();`, context);
  return lines;
}

describe("what a project imports", () => {
  test("comes from the registry with what it needs, by the version that package.json asks for", async () => {
    registry.publish({ name: "greet", version: "1.0.0", files: { "index.js": `export const hi = () => "old";` } });
    registry.publish({
      name: "greet",
      version: "2.1.0",
      json: { module: "esm.js", dependencies: { "@words/en": "^1" } },
      files: {
        "esm.js": `import w from "@words/en/hello"; export const hi = (n) => w.hello + n; export const unused = "not-in-page";`,
      },
    });
    registry.publish({
      name: "@words/en",
      version: "1.4.0",
      json: { exports: { "./hello": { browser: "./b.js", default: "./n.js" } } },
      files: { "b.js": `module.exports = { hello: "hello " };`, "n.js": `module.exports = {};` },
    });
    const app = project(`import { hi } from "greet";\nconsole.log(hi("you"));`, { greet: "^2.0.0" });
    const { text, log } = await bench.page(app);
    expect(run(text)).toEqual([["hello you"]]);
    expect(text).not.toContain("not-in-page");
    expect(log).toContain("greet@2.1.0, @words/en@1.4.0");
  });

  test("the next build asks the registry for nothing and bundles no package; a name more is bundled from what is kept", async () => {
    registry.publish({
      name: "twice",
      version: "1.0.0",
      files: { "index.js": `export const a = "a"; export const b = "b";` },
    });
    const app = project(`import { a } from "twice"; console.log(a);`, { twice: "*" });
    const first = await bench.page(app);
    expect(registry.requests).toEqual(["/twice", "/twice/-/twice-1.0.0.tgz"]);
    const bundles = join(bench.runtimeCacheDirectory, "packages");
    const kept = await readdir(bundles);
    const again = await bench.page({ ...app, "src/main.js": `import { a } from "twice";\nconsole.log(a, "changed");` });
    expect(run(again.text)).toEqual([["a", "changed"]]);
    expect(await readdir(bundles)).toEqual(kept);
    const more = await bench.page(project(`import { a, b } from "twice"; console.log(a + b);`, { twice: "*" }));
    expect(run(more.text)).toEqual([["ab"]]);
    expect(registry.requests).toHaveLength(2);
    expect(Buffer.from((await bench.page(app)).html).equals(Buffer.from(first.html))).toBe(true);
  });

  test("a kept bundle that is damaged is made anew", async () => {
    registry.publish({ name: "spoilt", version: "1.0.0", files: { "index.js": `export default "whole";` } });
    const app = project(`import x from "spoilt"; console.log(x);`, { spoilt: "*" });
    await bench.page(app);
    const bundles = join(bench.runtimeCacheDirectory, "packages");
    for (const name of await readdir(bundles)) {
      const text = await readFile(join(bundles, name), "utf8");
      await writeFile(join(bundles, name), text.replace("whole", "wrong"));
    }
    expect(run((await bench.page(app)).text)).toEqual([["whole"]]);
  });

  test("defaults, namespaces, dynamic imports, require and CommonJS give what they give elsewhere", async () => {
    registry.publish({
      name: "cjs",
      version: "1.0.0",
      files: { "index.js": `module.exports = Object.assign(() => "called", { one: 1 });` },
    });
    registry.publish({
      name: "esm",
      version: "1.0.0",
      files: { "index.js": `export default "d"; export const two = 2;` },
    });
    const main = `import call, { one } from "cjs"; import * as ns from "esm"; import d from "esm"; import "esm";
const required = require("cjs");
import("esm").then((lazy) => console.log("lazy", lazy.default, lazy.two));
console.log(call(), one, ns.two, ns.default, d, required(), required.one);`;
    const { text } = await bench.page(project(main, { cjs: "1", esm: "1" }));
    const lines = run(text);
    await Promise.resolve();
    expect(lines).toContainEqual(["called", 1, 2, "d", "d", "called", 1]);
    await expect.poll(() => lines).toContainEqual(["lazy", "d", 2]);
  });

  test("each package gets its own version of what two ask for differently", async () => {
    for (const version of ["1.0.0", "2.0.0"]) {
      registry.publish({ name: "dep", version, files: { "index.js": `module.exports = "${version}";` } });
    }
    const user = (name: string, range: string) =>
      registry.publish({
        name,
        version: "1.0.0",
        json: { dependencies: { dep: range } },
        files: { "index.js": `export { default } from "dep";` },
      });
    user("needs-one", "^1.0.0");
    user("needs-two", "^2.0.0");
    const main = `import one from "needs-one"; import two from "needs-two"; import own from "dep"; console.log(one, two, own);`;
    const { text } = await bench.page(project(main, { "needs-one": "*", "needs-two": "*", dep: "^1.0.0" }));
    expect(run(text)).toEqual([["1.0.0", "2.0.0", "1.0.0"]]);
  });

  test("there is one React: a package's peer is the page's own", async () => {
    registry.publish({
      name: "hooks",
      version: "1.0.0",
      json: { peerDependencies: { react: ">=18" } },
      files: { "index.js": `const React = require("react"); exports.useThing = React.useState; exports.same = React;` },
    });
    const main = `import React, { useState } from "react"; import { useThing, same } from "hooks"; document.title = String(useThing === useState && same.createElement === React.createElement);`;
    const { text, manifest } = await bench.page(project(main, { hooks: "*", react: "*" }));
    expect(manifest.runtimes).toContain("react");
    expect(text.split("useSyncExternalStore").length).toBeLessThan(12);
  });

  test("styles, fonts, images and JSON of packages are in the page", async () => {
    registry.publish({
      name: "pretty",
      version: "1.0.0",
      files: {
        "index.js": `import "./inner.css"; import data from "./data.json"; import png from "./a.png"; export { data, png };`,
        "inner.css": `.inner { color: teal }`,
        "theme.css": `@import "./more.css"; @font-face { font-family: F; src: url(f.woff2?#iefix) }`,
        "more.css": `.more { color: plum }`,
        "data.json": `{"answer":42}`,
        "a.png": PIXEL_PNG,
        "f.woff2": "font",
      },
    });
    const app = project(
      `import { data, png } from "pretty"; import "pretty/theme.css"; import "./own.css"; console.log(data.answer, png.slice(0, 14));`,
      { pretty: "1" },
      {
        "src/own.css": `@import "~pretty/more.css"; .own { color: navy }`,
      },
    );
    const { text, warnings } = await bench.page(app);
    expect(run(text)).toEqual([[42, "data:image/png"]]);
    for (const css of [".inner", ".more", "data:font/woff2", ".own"]) expect(text).toContain(css);
    expect(text.indexOf(".inner")).toBeLessThan(text.indexOf(".own"));
    expect(warnings).toEqual([]);
  });

  test("positions in the project's own code stay right", async () => {
    registry.publish({ name: "mapped", version: "1.0.0", files: { "index.js": `export const a = 1;` } });
    const main = `import {\n  a,\n} from "mapped";\n\nfunction fail() {\n  throw new Error("here" + a);\n}\nfail();\n`;
    const { text, sourceMap } = await bench.page(project(main, { mapped: "*" }));
    const script = /<script type="module">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? "";
    const lines = script.split("\n");
    const line = lines.findIndex((each) => each.includes(`new Error("here"`));
    const { SourceMap } = await import("node:module");
    const map = new SourceMap(JSON.parse(Buffer.from(sourceMap).toString()));
    const entry = map.findEntry(line, lines[line]?.indexOf("new Error") ?? 0);
    expect(entry).toMatchObject({ originalSource: "vfs:src/main.js", originalLine: 5 });
  });

  test("what browsers lack of Node.js is told by package and module; behind a condition it is a warning", async () => {
    registry.publish({
      name: "server",
      version: "1.0.0",
      files: { "index.mjs": `import fs from "node:fs"; export default fs;` },
      json: { main: "index.mjs" },
    });
    registry.publish({
      name: "both",
      version: "1.0.0",
      files: { "index.js": `exports.f = () => typeof window === "undefined" ? require("fs") : "browser";` },
    });
    const failure = await bench.failure(project(`import fs from "server"; console.log(fs);`, { server: "*" }));
    expect(failure.message).toMatch(/"server" 1\.0\.0.*"fs".*Node\.js/);
    const { warnings } = await bench.page(project(`import { f } from "both"; console.log(f);`, { both: "*" }));
    expect(warnings).toEqual([expect.objectContaining({ text: expect.stringMatching(/"both" 1\.0\.0 needs "fs"/) })]);
  });
});

describe("errors", () => {
  test("an import that package.json does not name is told with its place and near names", async () => {
    const failure = await bench.failure(project(`\nimport x from "lodahs"; console.log(x);`, { lodash: "^4" }));
    expect(failure.details).toEqual([
      expect.objectContaining({
        file: "src/main.js",
        line: 2,
        text: expect.stringMatching(/"lodahs" is not in package\.json.*"lodash"/),
      }),
    ]);
  });

  test("common ones are taken all the same, with a warning", async () => {
    registry.publish({ name: "tslib", version: "2.8.0", files: { "index.js": `exports.__assign = Object.assign;` } });
    const { text, warnings } = await bench.page(
      project(`import { __assign } from "tslib"; console.log(__assign({}, { a: 1 }).a);`, {}),
    );
    expect(run(text)).toEqual([[1]]);
    expect(warnings).toEqual([
      expect.objectContaining({ file: "src/main.js", line: 1, text: expect.stringContaining(`"tslib"`) }),
    ]);
  });

  test("a package that the registry does not have, with near names; a version that it does not have", async () => {
    registry.publish({ name: "real", version: "1.0.0" });
    const missing = await bench.failure(project(`import "reall";`, { reall: "*", real: "*" }));
    expect(missing.details).toEqual([
      expect.objectContaining({
        file: "src/main.js",
        line: 1,
        text: expect.stringMatching(/no package "reall".*"real"/),
      }),
    ]);
    const version = await bench.failure(project(`import "real";`, { real: "^7" }));
    expect(version.message).toContain(`"^7"`);
  });

  test("an export that a package does not have, where it is imported", async () => {
    registry.publish({ name: "few", version: "1.0.0", files: { "index.js": `export const a = 1;` } });
    const failure = await bench.failure(project(`\n\nimport { a, b } from "few"; console.log(a, b);`, { few: "*" }));
    expect(failure.details).toEqual([
      expect.objectContaining({ file: "src/main.js", line: 3, text: `"few" has no export "b".` }),
    ]);
  });

  test("a module that a package does not have, and one that its exports hide", async () => {
    registry.publish({
      name: "closed",
      version: "1.0.0",
      json: { exports: "./index.js" },
      files: { "index.js": "", "secret.js": "" },
    });
    const failure = await bench.failure(project(`import "closed/secret.js";`, { closed: "*" }));
    expect(failure.details).toEqual([
      expect.objectContaining({
        file: "src/main.js",
        text: `Package "closed" 1.0.0 has no module "closed/secret.js".`,
      }),
    ]);
  });

  test("a registry that cannot be reached: what is prebuilt works on, the rest is told by name with what to do", async () => {
    registry.fault = (_, response) => Boolean(response.destroy());
    const failure = await bench.failure(project(`import "offline-one";`, { "offline-one": "*" }));
    expect(failure.message).toMatch(/"offline-one" could not be fetched.*registry cannot be reached.*again/);
    await bench.page(project(`import { useState } from "react"; console.log(useState);`, { react: "*" }));
  });

  test.each([
    ["a git repository", "github:someone/thing"],
    ["a folder", "file:../thing"],
    ["a file of a server", "https://example.test/thing.tgz"],
  ])("a dependency that is %s is refused by name", async (_, range) => {
    const failure = await bench.failure(project(`import "thing";`, { thing: range }));
    expect(failure.message).toMatch(/"thing".*registry/);
    expect(registry.requests).toEqual([]);
  });
});
