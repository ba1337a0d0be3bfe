import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

/** A page whose script imports by an alias and shows what a config defines. */
const app = (files: TestProject, script: string): TestProject => ({
  "index.html": `<script type="module" src="/src/main.ts"></script>`,
  "package.json": "{}",
  "src/lib/label.ts": `export const label = "found by alias";`,
  "src/main.ts": script,
  ...files,
});
const IMPORT = `import { label } from "@/lib/label"; document.body.append(label);`;

test("of a config only an alias or a define that cannot be known is told, whatever else stands in its line", async () => {
  const config = (alias: string): TestProject => ({
    "vite.config.ts": `import react from "@vitejs/plugin-react";\nexport default { plugins: [react()], resolve: { alias: { "@": ${alias} } } };`,
  });
  expect((await builder.page(app(config(`"/src"`), IMPORT))).warnings).toEqual([]);
  const script = `document.body.append("no alias");`;
  const { warnings } = await builder.page(app(config("findSources()"), script));
  expect(warnings).toMatchObject([{ file: "vite.config.ts", line: 2 }]);
});

describe("aliases", () => {
  test.each<[what: string, files: TestProject]>([
    [
      "Vite, by URL",
      {
        "vite.config.ts": `import { defineConfig } from "vite"; import { fileURLToPath, URL } from "node:url"; import type { X } from "x";
export default defineConfig({ resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } } });`,
      },
    ],
    [
      "Vite, as a function, by path",
      {
        "vite.config.js": `import path from "path"; import { defineConfig } from "vite";
export default defineConfig(({ mode }) => { const root = path.resolve(__dirname, "src"); return { resolve: { alias: [{ find: "@", replacement: root }] } }; });`,
      },
    ],
    ["Vite, from the root", { "vite.config.mjs": `export default { resolve: { alias: { "@": "/src" } } };` }],
    [
      "Vite, by pattern",
      { "vite.config.js": `export default { resolve: { alias: [{ find: /^@\\//, replacement: "/src/" }] } };` },
    ],
    [
      "webpack",
      {
        "webpack.config.js": `const path = require("path"); module.exports = { resolve: { alias: { "@": path.resolve(__dirname, "src/") } } };`,
      },
    ],
    [
      "Babel",
      {
        "babel.config.js": `module.exports = (api) => { api.cache(true); return { plugins: [["module-resolver", { alias: { "@": "./src" } }]] }; };`,
      },
    ],
    ["a .babelrc", { ".babelrc": `{ "plugins": [["module-resolver", { "alias": { "@": "./src" } }]] }` }],
    ["Parcel", { "package.json": `{ "alias": { "@": "./src" } }` }],
    ["Vue CLI", { "vue.config.js": `module.exports = { lintOnSave: false };` }],
  ])("those of %s are read without running the config", async (_what, files) => {
    expect((await builder.page(app(files, IMPORT))).text).toContain("found by alias");
  });

  test("a name may mean another module, and a whole name alone", async () => {
    const config = `export default { resolve: { alias: { "react$": "preact/compat", vue: "vue/dist/vue.esm-bundler.js" } } };`;
    const script = `import { useState } from "react"; import { createApp } from "vue"; console.log(useState, createApp);`;
    const { manifest } = await builder.page(app({ "vite.config.js": config }, script));
    expect(manifest.runtimes).toEqual(["page", "preact", "vue", "vue-compiler"]);
  });
});

describe("defines", () => {
  const SCRIPT = `console.log(__TEXT__, __NUMBER__, __FLAG__, __ROW__, app.name, typeof __LEFT__);`;

  test("literals and JSON come into the page", async () => {
    const config = `const version = "1.2.3"; export default defineConfig({ define: { __TEXT__: JSON.stringify(version), __NUMBER__: 7, __FLAG__: "true",
  __ROW__: { a: ["b"] }, "app.name": "'quoted'" } });`;
    const { text } = await builder.page(app({ "vite.config.ts": config }, SCRIPT));
    expect(text).toMatch(/console\.log\("1\.2\.3", 7, true, define_ROW_default, "quoted"/);
  });

  test("nothing of where a build runs comes into the page by one", async () => {
    vi.stubEnv("HIVESYNC_SECRET", "of the worker");
    onTestFinished(() => void vi.unstubAllEnvs());
    const config = `import fs from "fs"; const home = process.env.HOME;
export default { define: { __TEXT__: JSON.stringify(process.env), __NUMBER__: process.env.HIVESYNC_SECRET, __FLAG__: fs.readFileSync("/etc/passwd", "utf8"),
  __ROW__: "process.env.HIVESYNC_SECRET", "app.name": JSON.stringify(home), __LEFT__: "(() => location.href)()", "process.env": process.env,
  "import.meta.env": {}, "process.env.NODE_ENV": '"hacked"', "process.env.KEPT": '"kept"' } };`;
    const script = `${SCRIPT} console.log(process.env.NODE_ENV, process.env.KEPT, process.env.HIVESYNC_SECRET, import.meta.env.MODE);`;
    const { text, warnings } = await builder.page(app({ "vite.config.js": config }, script));
    expect(text).toContain(`console.log(__TEXT__, __NUMBER__, __FLAG__, __ROW__, app.name, typeof __LEFT__);`);
    expect(text).toMatch(/console\.log\("production", "kept", \S+\.HIVESYNC_SECRET, "production"\)/);
    expect(text).not.toContain("of the worker");
    expect(text).not.toContain("root:x:");
    expect(warnings.map(({ file }) => file)).toContain("vite.config.js");
  });
});
