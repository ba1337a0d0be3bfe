import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
const secret = `secret-${randomUUID()}`;
// A file of the host that really exists, in each form that code may use to reach it.
const hostFile = join(tmpdir(), `hivesync-host-${randomUUID()}.txt`);
const climbing = `../../../../../../../..${hostFile}`;
const targets = [
  hostFile,
  `file://${hostFile}`,
  climbing,
  `./src/../${climbing}`,
  `/../../..${hostFile}`,
  `~/..${hostFile}`,
];
beforeAll(() => writeFile(hostFile, secret));
afterAll(async () => {
  await rm(hostFile);
  await builder[Symbol.asyncDispose]();
});

const page = (main: string, more: TestProject = {}): TestProject => ({
  "index.html": `<script type="module" src="/src/main.js"></script>`,
  "src/main.js": main,
  ...more,
});

/** Every form that must fail outright: a bundle without what it names would be broken. */
const FORMS: Readonly<Record<string, (target: string) => TestProject>> = {
  import: (t) => page(`import x from ${t}; console.log(x);`),
  "import as text": (t) => page(`import x from ${t} with { type: "text" }; console.log(x);`),
  "import as bytes": (t) => page(`import x from ${t} with { type: "bytes" }; console.log(x);`),
  "import ?raw": (t) => page(`import x from ${t.replace(/"$/, '?raw"')}; console.log(x);`),
  "import ?url": (t) => page(`import x from ${t.replace(/"$/, '?url"')}; console.log(x);`),
  "re-export": (t) => page(`export * from ${t};`),
  require: (t) => page(`console.log(require(${t}));`),
  "dynamic import": (t) => page(`console.log(await import(${t}));`),
  "import inside a data URL": (t) =>
    page(`import ${JSON.stringify(`data:text/javascript,import ${t.replaceAll('"', "'")}`)};`),
  "@import in a stylesheet": (t) => page(`import "./a.css";`, { "src/a.css": `@import ${t};` }),
  "url() in a stylesheet": (t) => page(`import "./a.css";`, { "src/a.css": `p { background: url(${t}); }` }),
  "composes in a CSS module": (t) =>
    page(`import s from "./a.module.css"; console.log(s);`, { "src/a.module.css": `.a { composes: b from ${t}; }` }),
  "a path of tsconfig": (t) =>
    page(`import x from "~host"; console.log(x);`, {
      "tsconfig.json": `{"compilerOptions":{"baseUrl":"/","paths":{"~host":[${t}]}}}`,
    }),
  "package.json imports": (t) =>
    page(`import x from "#host"; console.log(x);`, { "package.json": `{"imports":{"#host":${t}}}` }),
  "a script of a page": (t) => ({ "index.html": `<script src=${t}></script>` }),
  "a module of a page": (t) => ({ "index.html": `<script type="module" src=${t}></script>` }),
  "a stylesheet of a page": (t) => ({ "index.html": `<link rel="stylesheet" href=${t}>` }),
};

/** Forms that leave a dead link behind. */
const LENIENT_FORMS: Readonly<Record<string, (target: string) => TestProject>> = {
  "new URL": (t) => page(`console.log(new URL(${t}, import.meta.url));`),
  "an image of a page": (t) => ({ "index.html": `<img src=${t} srcset=${t.replace(/"$/, ' 2x"')} alt="">` }),
  "a style attribute": (t) => ({ "index.html": `<p style='background:url(${t})'>x</p>` }),
  "extends of tsconfig": (t) => page(`console.log(1);`, { "tsconfig.json": `{"extends":${t}}` }),
  "references of tsconfig": (t) => page(`console.log(1);`, { "tsconfig.json": `{"references":[{"path":${t}}]}` }),
  "main of package.json": (t) => ({ "package.json": `{"main":${t}}`, "index.js": "console.log(1);" }),
};

describe.each(Object.keys(FORMS))("%s", (form) => {
  test.each(targets)("cannot reach %s: the build fails and shows nothing of it", async (target) => {
    const result = await builder.build(FORMS[form]?.(JSON.stringify(target)) ?? {});
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain(secret);
  });
});

describe.each(Object.keys(LENIENT_FORMS))("%s", (form) => {
  test.each(targets)("cannot reach %s: the page holds nothing of it", async (target) => {
    const { text } = await builder.page(LENIENT_FORMS[form]?.(JSON.stringify(target)) ?? {});
    expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(secret).toString("base64").slice(0, 24));
  });
});

test("a build fetches nothing: a script of another server is an error, an asset stays a link with a warning", async () => {
  expect((await builder.failure(page(`import x from "https://cdn.example/x.js"; console.log(x);`))).message).toContain(
    "https://cdn.example/x.js",
  );
  const css = `@import "https://fonts.example/a.css"; p { background: url(https://img.example/b.png); }`;
  const { text, warnings } = await builder.page(page(`import "./a.css";`, { "src/a.css": css }));
  expect(text).toContain("https://fonts.example/a.css");
  expect(warnings.map(({ file, line }) => `${file}:${line}`)).toEqual(["src/a.css:1", "src/a.css:1"]);
});

test("user code cannot name the builder's own modules", async () => {
  for (const name of ["hivesync:script", "hivesync:mount-react", "vfs:src/main.js", "runtime:react"]) {
    expect((await builder.failure(page(`import ${JSON.stringify(name)};`))).ok).toBe(false);
  }
});

test("neither the host's paths nor its environment are in a result", async () => {
  const main = `import "./a"; console.log(process.env, process.env.PATH, import.meta.env, import.meta.url, typeof __dirname);`;
  const good = await builder.build(page(main, { "src/a.js": "throw new Error('x');" }));
  const bad = await builder.build(page(`import "./nothing"; const = 1;`));
  for (const result of [good, bad]) {
    const all = [JSON.stringify({ ...result, html: 0, sourceMap: 0 })];
    if (result.ok) all.push(Buffer.from(result.html).toString(), Buffer.from(result.sourceMap).toString());
    for (const text of all) {
      expect(text).not.toContain(process.cwd());
      expect(text).not.toContain(builder.runtimeCacheDirectory);
    }
  }
});
