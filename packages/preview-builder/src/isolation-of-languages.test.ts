import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

// What the bundler reads by itself is in isolation.test.ts; here are the compilers, each of which could open files of its own.
const builder = await createTestBuilder();
const secret = `secret-${randomUUID()}`;
const id = randomUUID();
const hostFiles = ["txt", "scss", "less", "css", "js", "vue", "svelte", "json"].map((ending) => ({
  ending,
  path: join(tmpdir(), `hivesync-host-${id}.${ending}`),
}));
const contents: Readonly<Record<string, string>> = {
  txt: secret,
  scss: `.host { content: "${secret}"; }`,
  less: `.host { content: "${secret}"; }`,
  css: `.host { content: "${secret}"; }`,
  js: `export default "${secret}";`,
  vue: `<template><p>${secret}</p></template>`,
  svelte: `<p>${secret}</p>`,
  json: `{"compilerOptions":{"jsxFactory":"${secret}"},"host":"${secret}"}`,
};
beforeAll(() => Promise.all(hostFiles.map(({ ending, path }) => writeFile(path, contents[ending] ?? ""))));
afterAll(async () => {
  await Promise.all(hostFiles.map(({ path }) => rm(path)));
  await builder[Symbol.asyncDispose]();
});

const hits: string[] = [];
const server = createServer((request, response) => {
  hits.push(request.url ?? "");
  response.end(`export default "${secret}"`);
});
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

type Form = (target: string) => TestProject;
const page = (main: string, more: TestProject = {}): TestProject => ({
  "index.html": `<div id="app"></div><script type="module" src="/src/main.js"></script>`,
  "src/main.js": main,
  ...more,
});
const styled = (name: string, text: string): TestProject =>
  page(`import "./${name}"; console.log(1);`, { [`src/${name}`]: text });
const using = (dependency: string, main: string, more: TestProject): TestProject =>
  page(main, { "package.json": JSON.stringify({ dependencies: { [dependency]: "*" } }), ...more });
const vue = (text: string) =>
  using("vue", `import { createApp } from "vue"; import App from "./App.vue"; createApp(App).mount("#app");`, {
    "src/App.vue": text,
  });
const svelte = (text: string) =>
  using(
    "svelte",
    `import { mount } from "svelte"; import App from "./App.svelte"; mount(App, { target: document.body });`,
    {
      "src/App.svelte": text,
    },
  );
const configured = (config: string): TestProject =>
  page(`import x from "host-alias"; console.log(x);`, { "vite.config.js": `export default ${config};` });

/** Each way in which a file is named to something other than the bundler, by the ending of what it would read. */
const FORMS: readonly (readonly [form: string, ending: string, make: Form])[] = [
  ["@use of Sass", "scss", (t) => styled("a.scss", `@use "${t}" as host;`)],
  ["@forward of Sass", "scss", (t) => styled("a.scss", `@forward "${t}";`)],
  ["@import of Sass", "scss", (t) => styled("a.scss", `@import "${t}";`)],
  [
    "meta.load-css of Sass",
    "scss",
    (t) => styled("a.scss", `@use "sass:meta"; .a { @include meta.load-css("${t}"); }`),
  ],
  ["url() of Sass", "txt", (t) => styled("a.scss", `.a { background: url("${t}"); }`)],
  ["@import of Less", "less", (t) => styled("a.less", `@import "${t}";`)],
  ["inline @import of Less", "css", (t) => styled("a.less", `@import (inline) "${t}";`)],
  ["data-uri of Less", "txt", (t) => styled("a.less", `.a { background: data-uri("${t}"); }`)],
  ["@plugin of Less", "js", (t) => styled("a.less", `@plugin "${t}"; .a { color: red; }`)],
  ["script of Less", "js", (t) => styled("a.less", `.a { width: ~\`require("fs").readFileSync("${t}")\`; }`)],
  ["@import of Tailwind", "css", (t) => styled("a.css", `@import "tailwindcss"; @import "${t}";`)],
  ["@config of Tailwind", "js", (t) => styled("a.css", `@import "tailwindcss"; @config "${t}";`)],
  ["@plugin of Tailwind", "js", (t) => styled("a.css", `@import "tailwindcss"; @plugin "${t}";`)],
  ["@source of Tailwind", "txt", (t) => styled("a.css", `@import "tailwindcss"; @source "${t}";`)],
  ["a template of Vue", "vue", (t) => vue(`<template src="${t}"></template>`)],
  ["a style of Vue", "css", (t) => vue(`<template><p>x</p></template><style src="${t}"></style>`)],
  ["a script of Vue", "js", (t) => vue(`<template><p>x</p></template><script src="${t}"></script>`)],
  ["an image of Vue", "txt", (t) => vue(`<template><img src="${t}"></template>`)],
  [
    "a type that Vue looks up",
    "js",
    (t) =>
      vue(
        `<script setup lang="ts">import type { P } from "${t}"; defineProps<P>();</script><template><p>x</p></template>`,
      ),
  ],
  ["an import of Svelte", "svelte", (t) => svelte(`<script>import Host from "${t}";</script><Host />`)],
  ["a style of Svelte", "css", (t) => svelte(`<p>x</p><style>@import "${t}"; p { color: red; }</style>`)],
  ["import.meta.glob", "js", (t) => page(`console.log(import.meta.glob("${t}", { eager: true }));`)],
  ["a worker", "js", (t) => page(`new Worker(new URL("${t}", import.meta.url), { type: "module" });`)],
  ["an SVG as a component", "txt", (t) => page(`import x from "${t}?react"; console.log(x);`)],
  ["a source map", "txt", (t) => page(`console.log(1);\n//# sourceMappingURL=${t}`)],
  ["an alias of Vite", "js", (t) => configured(`{ resolve: { alias: { "host-alias": "${t}" } } }`)],
  ["a define of Vite", "js", (t) => configured(`{ define: { HOST: require("fs").readFileSync("${t}", "utf8") } }`)],
  [
    "exports of a package in the project",
    "js",
    (t) =>
      page(`import x from "inside"; console.log(x);`, {
        "node_modules/inside/package.json": JSON.stringify({ name: "inside", exports: t, main: t, browser: t }),
      }),
  ],
  [
    "browser of package.json",
    "js",
    (t) =>
      page(`import x from "./a.js"; console.log(x);`, {
        "package.json": JSON.stringify({ browser: { "./src/a.js": t } }),
        "src/a.js": "export default 1;",
      }),
  ],
];

/** Forms that show no file of the project either: they are refused, or read for something else than its text. */
const READ_NO_FILE = new Set([
  "@plugin of Less",
  "script of Less",
  "@config of Tailwind",
  "@plugin of Tailwind",
  "@source of Tailwind",
  "a type that Vue looks up",
  "an SVG as a component",
  "a source map",
  "a define of Vite",
  "exports of a package in the project",
  "browser of package.json",
]);

function shows(result: object): string {
  const { html, sourceMap, ...rest } = result as { html?: Uint8Array; sourceMap?: Uint8Array };
  return [JSON.stringify(rest), ...[html, sourceMap].map((bytes) => Buffer.from(bytes ?? []).toString())].join("\n");
}

describe.each(FORMS)("%s", (form, ending, make) => {
  test("shows nothing of a file of the host, by whatever path", async () => {
    const path = hostFiles.find((file) => file.ending === ending)?.path ?? "";
    for (const target of [path, `file://${path}`, `../../../../../../../..${path}`, `~/..${path}`]) {
      const shown = shows(await builder.build(make(target)));
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(Buffer.from(secret).toString("base64").slice(0, 24));
    }
  });

  test.skipIf(READ_NO_FILE.has(form))("does show a file of the project, so that this test can fail", async () => {
    const own = { [`src/host.${ending}`]: contents[ending] ?? "" };
    const base = form === "an alias of Vite" ? "/src" : ".";
    const shown = shows(await builder.build({ ...make(`${base}/host.${ending}`), ...own }));
    const encoded = Buffer.from(contents[ending] ?? "")
      .toString("base64")
      .replaceAll("=", "");
    expect(shown.includes(secret) || shown.includes(encoded)).toBe(true);
  });

  test("asks no server", async () => {
    const { port } = server.address() as AddressInfo;
    hits.length = 0;
    const shown = shows(await builder.build(make(`http://127.0.0.1:${port}/host.${ending}`)));
    expect(hits).toEqual([]);
    expect(shown).not.toContain(secret);
  });
});

test("a project that names packages asks no registry and no server of theirs by itself", async () => {
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  hits.length = 0;
  const result = await builder.build(
    page(`import a from "some-package"; console.log(a);`, {
      ".npmrc": `registry=${origin}/\n`,
      "package.json": JSON.stringify({ dependencies: { "some-package": `${origin}/some-package.tgz` } }),
    }),
  );
  expect(result.ok).toBe(false);
  expect(hits).toEqual([]);
});
