import { homedir } from "node:os";
import { afterAll, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

test("values of .env files are in pages and scripts: the later file wins, a value may name another, and only public names are there", async () => {
  const { text } = await builder.page(
    {
      "index.html": `<title>%VITE_TITLE%</title><p>%SECRET% 100%</p><script type="module" src="main.ts"></script>`,
      "main.ts": `console.log(import.meta.env.VITE_URL, process.env.NEXT_PUBLIC_KEY, process.env.EXPO_PUBLIC_A, process.env.SECRET, import.meta.env);`,
      ".env":
        "HOST=api.example\nVITE_TITLE=From env\nVITE_URL=https://${HOST}/v1/${PATH:-none}\nNEXT_PUBLIC_KEY=one\nEXPO_PUBLIC_A=$HOME\nSECRET=hidden-value\n",
      ".env.production": "NEXT_PUBLIC_KEY=two\n",
    },
    { mode: "production" },
  );
  for (const found of ["<title>From env</title>", `"https://api.example/v1/none"`, `"two"`, "%SECRET% 100%"])
    expect(text).toContain(found);
  expect(text).not.toContain("hidden-value");
  expect(text).not.toContain(homedir());
  expect(text).not.toContain(`"one"`);
});

test("hivesync.env of the shown folder holds values for previews: it goes before .env files, and only public names are there", async () => {
  const { text, warnings } = await builder.page(
    {
      "apps/web/package.json": "{}",
      "apps/web/index.html": `<script type="module" src="main.ts"></script>`,
      "apps/web/main.ts": `console.log(import.meta.env.VITE_A, import.meta.env.VITE_B, import.meta.env);`,
      "apps/web/.env.production.local": "VITE_A=of-env\nHOST=api.example\n",
      "apps/web/hivesync.env": "VITE_A=for-previews\nVITE_B=https://${HOST}\nSECRET=hidden-value\n",
    },
    { mode: "production", entry: "apps/web/index.html" },
  );
  expect(text).toContain("for-previews");
  expect(text).toContain("https://api.example");
  expect(text).not.toContain("of-env");
  expect(text).not.toContain("hidden-value");
  expect(warnings).toEqual([]);
});

const noValue = (name: string, file = "hivesync.env") =>
  `"${name}" has no value here. Files named .env are not uploaded, as they may hold secrets: put what the page may show into ${file}.`;

test("a value that a script reads and that a preview does not have is told of once, at its first place by path and line", async () => {
  const { warnings } = await builder.page({
    "index.html": `<div id="app"></div>\n  <script type="module">import "./src/main.js"; console.log(process.env.EXPO_PUBLIC_X);</script>`,
    "src/main.js": `import "./other"; import { createApp } from "vue"; import App from "./App.vue"; createApp(App).mount("#app");
console.log(import.meta.env.VITE_B, import.meta.env.VITE_KNOWN, import.meta.env.OTHER, import.meta.env.MODE, process.env.NODE_ENV, process.env.PUBLIC_URL);
// console.log(import.meta.env.VITE_OLD);
/* and
 * process.env.VITE_OLDER */`,
    "src/other.ts": `export const é = "é" + (import.meta.env?.VITE_B as string) + process.env.REACT_APP_Z!;`,
    "src/App.vue": `<template><p>{{ a }}</p></template>\n<script setup>\nconst a = import.meta.env.VITE_A + import.meta.env.VITE_B;\n</script>`,
    ".env": "VITE_KNOWN=1\n",
  });
  const places = warnings.map(({ file, line, column, text }) => [file, line, column, text]);
  expect(places).toEqual([
    ["index.html", 2, 61, noValue("EXPO_PUBLIC_X")],
    ["src/App.vue", 3, 11, noValue("VITE_A")],
    ["src/App.vue", 3, 36, noValue("VITE_B")],
    ["src/other.ts", 1, 62, noValue("REACT_APP_Z")],
  ]);
  expect(warnings[1]?.line_text).toBe("const a = import.meta.env.VITE_A + import.meta.env.VITE_B;");
});

test("where to put a missing value names the folder that is shown; what a config defines is none", async () => {
  const { warnings } = await builder.page(
    {
      "apps/web/package.json": "{}",
      "apps/web/vite.config.js": `export default { define: { "import.meta.env.VITE_DEFINED": JSON.stringify("x") } };`,
      "apps/web/index.html": `<script type="module" src="main.ts"></script>`,
      "apps/web/main.ts": `console.log(import.meta.env.VITE_DEFINED, import.meta.env.VITE_A);`,
    },
    { entry: "apps/web/index.html" },
  );
  expect(warnings.map(({ text }) => text)).toEqual([noValue("VITE_A", "apps/web/hivesync.env")]);
});
