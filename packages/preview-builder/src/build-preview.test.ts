import { readFile, readdir, stat } from "node:fs/promises";
import { SourceMap, createRequire } from "node:module";
import type { SourceMapPayload } from "node:module";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { BUILDER_VERSION } from "#builder-version.ts";
import { NATIVE_TODO, PIXEL_PNG, createTestBuilder, manifestOf } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const page = (script: string, more: TestProject = {}): TestProject => ({
  "index.html": `<!doctype html><div id="app"></div><script type="module" src="/main.ts"></script>`,
  "main.ts": script,
  ...more,
});

describe("kinds", () => {
  const rows: [kind: string, entry: string, project: TestProject][] = [
    ["expo", "index.js", NATIVE_TODO],
    [
      "react-native",
      "App.tsx",
      { "App.tsx": `import { Text } from "react-native"; export default () => <Text>hi</Text>;` },
    ],
    [
      "expo",
      "App.js",
      {
        "package.json": `{"main":"node_modules/expo/AppEntry.js","dependencies":{"expo":"*"}}`,
        "App.js": `export default () => null;`,
      },
    ],
    [
      "react",
      "index.html",
      {
        ...page(`import { useState } from "react"; console.log(useState);`),
        "package.json": `{"dependencies":{"react":"*"}}`,
      },
    ],
    ["module-page", "index.html", page(`console.log("hello");`)],
    ["html", "index.html", { "index.html": "<h1>Hello</h1>" }],
    ["html", "home.htm", { "home.htm": "<h1>Hello</h1>" }],
    ["react-script", "src/App.jsx", { "src/App.jsx": `export default () => <p>hi</p>;` }],
    ["script", "index.ts", { "index.ts": `document.body.append("hi" as string);` }],
  ];
  test.each(rows)("a project of kind %s starts from %s", async (kind, entry, project) => {
    const { manifest, log } = await builder.page(project);
    expect(manifest).toMatchObject({ kind, entry });
    expect(log).toContain(entry);
  });

  test("the caller may choose the entry, and a wrong one is named", async () => {
    const project = { "index.html": "<h1>First</h1>", "second.html": "<h1>Second</h1>" };
    expect((await builder.page(project, { entry: "second.html" })).text).toContain("<h1>Second</h1>");
    expect((await builder.failure(project, { entry: "third.html" })).message).toContain("third.html");
  });

  test("a project with nothing to show fails and says what was looked for", async () => {
    expect((await builder.failure({ "notes.txt": "hi" })).message).toMatch(/index\.html.*App\.tsx/);
  });
});

describe("imports", () => {
  test("images, fonts, JSON, text and styles of every form are in the page", async () => {
    const result = await builder.page(
      page(
        `import logo from "./logo.png"; import data from "./data.json"; import raw from "./note.txt?raw";
         import typed from "./note.txt" with { type: "text" }; import url from "./note.txt?url"; import css from "./inline.css?inline";
         import classes from "./card.module.css"; import "./main.css";
         const asset = new URL("./logo.png", import.meta.url);
         console.log(logo, data, raw, typed, url, css, classes.card, asset);`,
        {
          "logo.png": PIXEL_PNG,
          "font.woff2": Buffer.from("font"),
          "data.json": `{"answer":42}`,
          "note.txt": "a note",
          "inline.css": ".inline{color:red}",
          "card.module.css": ".card{color:green}",
          "main.css": `@import "./base.css"; @font-face{font-family:F;src:url(font.woff2?#iefix)} body{background:url("logo.png")}`,
          "base.css": "html{color:blue}",
        },
      ),
    );
    const pixel = `data:image/png;base64,${PIXEL_PNG.toString("base64")}`;
    for (const text of [
      pixel,
      "answer: 42",
      '"a note"',
      ".inline{color:red}",
      "card_card",
      "data:font/woff2",
      "color: #00f",
    ]) {
      expect(result.text.replaceAll("color: blue", "color: #00f")).toContain(text);
    }
    expect(result.text.split(pixel).length - 1).toBeGreaterThanOrEqual(2);
    expect(result.warnings).toEqual([]);
  });

  test("tsconfig paths, package.json imports, and a source behind a .js import are found", async () => {
    const result = await builder.page(
      page(
        `import { a } from "@/a"; import { b } from "#b"; import { c } from "./lib/c.js"; import { d } from "lib/d"; console.log(a, b, c, d);`,
        {
          "tsconfig.json": `{ // comments are allowed\n "extends": ["./base.json", "../outside.json", "@tsconfig/strict"], "compilerOptions": { "baseUrl": "." }, }`,
          "base.json": `{ "compilerOptions": { "paths": { "@/*": ["src/*"] } } }`,
          "package.json": `{ "imports": { "#b": { "node": "./nope.ts", "default": "./lib/b.ts" } } }`,
          "src/a.ts": `export const a = "from-a";`,
          "lib/b.ts": `export const b = "from-b";`,
          "lib/c.ts": `export const c = "from-c";`,
          "lib/d.ts": `export const d = "from-d";`,
        },
      ),
    );
    for (const name of ["from-a", "from-b", "from-c", "from-d"]) expect(result.text).toContain(name);
    expect(result.log).toContain(`extends "@tsconfig/strict"`);
  });

  test.each([
    ["web", "web-file"],
    ["ios", "ios-file"],
    ["android", "native-file"],
  ] as const)("the platform %s picks its own file", async (platform, expected) => {
    const variants = { "x.ts": "plain", "x.web.ts": "web", "x.ios.ts": "ios", "x.native.ts": "native" };
    const files = Object.entries(variants).map(([path, name]) => [path, `export const x = "${name}-file";`]);
    const { text } = await builder.page(
      { ...page(`import { x } from "./x"; console.log(x);`), ...Object.fromEntries(files) },
      { platform },
    );
    expect(text).toContain(expected);
    expect(["plain", "web", "ios", "native"].filter((name) => text.includes(`${name}-file`))).toHaveLength(1);
  });

  test("import.meta.env and process.env hold the mode and public values, nothing else", async () => {
    const script = `console.log(import.meta.env.MODE, import.meta.env.VITE_NAME, process.env.NODE_ENV, process.env.SECRET, import.meta.env, process.env);`;
    const project = page(script, { ".env": "VITE_NAME=public-name\nSECRET=private-value\n" });
    const { text } = await builder.page(project, { mode: "development" });
    expect(text).toContain(`"development"`);
    expect(text).toContain("public-name");
    expect(text).not.toContain("private-value");
  });

  test("an image of a React Native app knows its size", async () => {
    const app = `import { Image } from "react-native"; export default () => <Image source={require("./a.png")} />;`;
    const { text } = await builder.page({ "App.tsx": app, "a@2x.png": PIXEL_PNG });
    expect(text).toContain(`"width": 1, "height": 1`);
  });
});

describe("pages", () => {
  test("a page becomes one file: styles, scripts and assets inlined, foreign scripts left out with a warning", async () => {
    const result = await builder.page({
      "index.html": `<!doctype html><html><head><title>Mine</title><link rel="stylesheet" href="a.css" media="print">
<script src="https://cdn.example/x.js"></script><link rel="icon" href="/i.png"><style>p{background:url(i.png)}</style></head>
<body><img src="i.png" srcset="i.png 1x, i.png 2x" alt=""><p style="background:url('i.png')">x</p><img src="gone.png" alt="">
<script src="plain.js"></script><script>var inline = 1;</script></body></html>`,
      "a.css": "p{color:red}",
      "i.png": PIXEL_PNG,
      "plain.js": "function callMe() { return '</script><!--'; }",
    });
    expect(result.text).not.toMatch(/["'(]\/?i\.png|href="a\.css|cdn\.example/);
    expect(result.text).toMatch(/<style media="print">[^<]*p \{\s+color: red;/);
    expect(result.text).toContain(String.raw`function callMe() { return '<\/script>\x3C!--'; }`);
    expect(result.text).toContain("<title>Mine</title>");
    const warned = result.warnings.map(({ file, line, text }) => `${file}:${line} ${text}`);
    expect(warned).toEqual([
      `index.html:2 The script "https://cdn.example/x.js" is on another server and is left out.`,
      `index.html:3 The project has no file "gone.png".`,
    ]);
  });

  test("a classic script hidden from old browsers runs as before", async () => {
    const { text } = await builder.page({ "index.html": "<script><!--\nvar a = 1;\n//--></script>" });
    expect(text).toContain("<script>//--\nvar a = 1;\n//--></script>");
  });

  test("elements and attributes may have the names that every object has", async () => {
    const names = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];
    const html = names.map((name) => `<${name} ${name}="${name}" src="${name}" style="${name}">x</${name}>`).join("");
    const imports = names.map((name) => `import "./a.js" with { type: "${name}" }; import "./a.js?${name}";`).join("");
    const { text } = await builder.page({
      "index.html": `${html}<script type="module">${imports}</script>`,
      "a.js": `console.log("from-a");`,
      "b.constructor": "",
    });
    expect(text).toContain(`<constructor constructor="constructor"`);
    expect(text).toContain("from-a");
  });

  test("a page of frames is refused", async () => {
    const { message } = await builder.failure({ "index.html": `<frameset><frame src="a.html"></frameset>` });
    expect(message).toBe("A page of frames cannot be previewed.");
  });

  test("a page may have any number of elements beside each other", async () => {
    const { text } = await builder.page({ "index.html": "<i></i>".repeat(150_000) });
    expect(text.split("<i></i>")).toHaveLength(150_001);
  });

  test("the title is the caller's, the page's, app.json's or package.json's, in this order", async () => {
    const named = { "package.json": `{"name":"from-package"}`, "index.ts": "console.log(1);" };
    expect((await builder.page(named)).text).toContain("<title>from-package</title>");
    expect((await builder.page({ ...named, "app.json": `{"expo":{"name":"From <Expo>"}}` })).text).toContain(
      "<title>From &lt;Expo&gt;</title>",
    );
    expect((await builder.page({ "index.html": "<title>Own</title>" }, { title: "Asked" })).text).toContain(
      "<title>Asked</title>",
    );
  });
});

describe("errors", () => {
  test("a syntax error has its place, from 1, and the line", async () => {
    const { details } = await builder.failure(page(`const ok = 1;\nconst é = "ä"; const = 2;\n`));
    expect(details[0]).toMatchObject({ file: "main.ts", line: 2, column: 22, line_text: `const é = "ä"; const = 2;` });
  });

  test("an error in a script inside a page has its place in the page", async () => {
    const html = `<!doctype html>\n<p>x</p>\n  <script type="module">let a = ;</script>`;
    const { details } = await builder.failure({ "index.html": html });
    const line_text = `  <script type="module">let a = ;</script>`;
    expect(details[0]).toMatchObject({ file: "index.html", line: 3, column: 33, line_text });
    const classic = await builder.failure({ "index.html": html.replace(` type="module"`, "") });
    expect(classic.details[0]).toMatchObject({ file: "index.html", line: 3, column: 19 });
    const style = await builder.failure({
      "index.html": `<p>x</p>\n\n<style>\n/* ä */\n@import "gone.css";</style>`,
    });
    expect(style.details[0]).toMatchObject({ file: "index.html", line: 5, line_text: `@import "gone.css";` });
  });

  test("a missing file names what is near it", async () => {
    const { details } = await builder.failure(
      page(`import "./componets/Buton";`, { "components/Button.tsx": "", "x.ts": "" }),
    );
    expect(details[0]).toMatchObject({
      file: "main.ts",
      line: 1,
      text: expect.stringContaining(`"components/Button.tsx"`) as unknown,
    });
    const html = await builder.failure({
      "index.html": `\n<script type="module" src="/src/mian.ts"></script>`,
      "src/main.ts": "",
    });
    expect(html.details[0]).toMatchObject({
      file: "index.html",
      line: 2,
      text: expect.stringContaining("src/main.ts") as unknown,
    });
  });

  test("a missing package is named, with the place of its import", async () => {
    const { details } = await builder.failure(page(`\nimport x from "@scope/some-package/deep";\nconsole.log(x);`));
    expect(details[0]).toMatchObject({
      file: "main.ts",
      line: 2,
      line_text: `import x from "@scope/some-package/deep";`,
    });
    expect(details[0]?.text).toContain(`Package "@scope/some-package" is not in package.json`);
    expect((await builder.failure(page(`import "node:fs";`))).message).toContain("Node.js");
  });

  test("a part of React Native that previews lack is named", async () => {
    const app = `import { View, TVEventHandler } from "react-native"; export default () => <View>{TVEventHandler}</View>;`;
    const { details } = await builder.failure({ ...NATIVE_TODO, "App.tsx": app });
    expect(details[0]).toMatchObject({
      file: "App.tsx",
      text: `"TVEventHandler" of "react-native" is not available in previews`,
    });
  });

  test("the bundler's notes with a place are rows of their own, and rows are limited", async () => {
    const twice = await builder.failure(
      page(`import { a } from "./a"; console.log(a);`, { "a.ts": "export const b = 1;" }),
    );
    expect(twice.details.map(({ file }) => file)).toContain("main.ts");
    const many = Array.from({ length: 200 }, (_, index) => `import "./missing-${index}";`).join("\n");
    expect((await builder.failure(page(many))).details.length).toBeLessThanOrEqual(50);
  });

  test("texts and lists of what went wrong have a limit, however much there is to tell", async () => {
    const long = "x".repeat(300_000);
    const imports = Array.from({ length: 2_000 }, (_, index) => `import "./${index}${"x".repeat(60)}";`);
    const urls = Array.from({ length: 2_000 }, (_, index) => `p{background:url(https://x.example/${index})}`);
    const computed = Array.from({ length: 2_000 }, (_, index) => `import("./${index}/" + x);`);
    const projects: TestProject[] = [
      { "index.html": `<img src="https://x.example/${long}"><a href="${long}">x</a><img src="${long}">` },
      { "index.html": `<script src="gone.js"></script>`.repeat(2_000) },
      { "index.html": `<img src="https://x.example/a.png">`.repeat(2_000) },
      { "package.json": `{"name":"${long}` },
      page(imports.join("")),
      page(`import "./${long}";`),
      page(`import "./a.css";`, { "a.css": urls.join("") }),
      page(computed.join("")),
    ];
    for (const project of projects) {
      const result = await builder.build(project);
      const rows = result.ok ? result.warnings : result.details;
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.length).toBeLessThanOrEqual(50);
      expect(JSON.stringify({ ...result, html: 0, sourceMap: 0 }).length).toBeLessThan(150_000);
    }
  });

  test("broken JSON of the project is an error with its file", async () => {
    expect((await builder.failure({ ...NATIVE_TODO, "package.json": "{" })).details[0]).toMatchObject({
      file: "package.json",
    });
  });

  test("a blob of another size than the manifest says is refused; one that cannot be read is the caller's error", async () => {
    const { files, blobs } = manifestOf({ "index.html": "<p>hi</p>" });
    const lying = files.map((file) => ({ ...file, size: 3 }));
    const readBlob = (sha256: string) => Promise.resolve(blobs.get(sha256) ?? Buffer.alloc(0));
    const result = await builder.build({}, {}, { files: lying, readBlob });
    expect(result).toMatchObject({ ok: false, message: `"index.html" has 9 bytes, but the manifest says 3.` });
    const broken = builder.build({}, {}, { files, readBlob: () => Promise.reject(new Error("the disk is gone")) });
    await expect(broken).rejects.toThrow("the disk is gone");
  });

  test("reading or writing too much ends the build with the limit's name", async () => {
    const big = { "index.html": "x".repeat(5_000) };
    expect(await builder.build(big, {}, { maxInputBytes: 100 })).toMatchObject({ ok: false, limit: "input" });
    expect(await builder.build(big, {}, { maxOutputBytes: 1_000 })).toMatchObject({ ok: false, limit: "output" });
  });

  test("an aborted build throws the reason", async () => {
    const reason = new Error("cancelled");
    await expect(builder.build(NATIVE_TODO, {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("output", () => {
  test("the same input gives the same bytes", async () => {
    const [first, second] = [await builder.page(NATIVE_TODO), await builder.page(NATIVE_TODO)];
    expect(first.text === second.text).toBe(true);
    expect(Buffer.from(first.sourceMap).equals(Buffer.from(second.sourceMap))).toBe(true);
  });

  test("the source map names project files and holds their text as it was", async () => {
    const main = `const asset = new URL("./a.png", import.meta.url);\nconsole.log(asset);\n`;
    const { sourceMap } = await builder.page(page(main, { "a.png": PIXEL_PNG }));
    const map = JSON.parse(Buffer.from(sourceMap).toString()) as { sources: string[]; sourcesContent: string[] };
    const at = map.sources.indexOf("vfs:main.ts");
    expect(map.sourcesContent[at]).toBe(main);
  });

  test("the source map leads from the scripts inside a page to their places in the page", async () => {
    const html = `<p>x</p>\n <script type="module">const é = "ä"; first(é);</script><script type="module">second();
      third(() => { fourth(); });</script>\n<script type="module">\n\n  import "./a"; fifth();</script>`;
    const { text, sourceMap } = await builder.page({ "index.html": html, "a.ts": "\n sixth();" });
    const map = new SourceMap(JSON.parse(Buffer.from(sourceMap).toString()) as SourceMapPayload);
    const script = (text.split(`<script type="module">`)[1] ?? "").split("\n");
    const sources = { "vfs:index.html": html.split("\n"), "vfs:a.ts": ["", " sixth();"] };
    for (const name of ["first", "second", "third", "fourth", "fifth", "sixth"]) {
      const line = script.findIndex((row) => row.includes(`${name}(`));
      const entry = map.findEntry(line, (script[line] ?? "").indexOf(`${name}(`));
      if (!("originalSource" in entry)) throw new Error(`${name} has no place`);
      const lines = sources[entry.originalSource as keyof typeof sources];
      expect(lines[entry.originalLine]?.slice(entry.originalColumn)).toMatch(new RegExp(`^${name}\\(`));
    }
  });

  test("a page of one line may hold thousands of styles and scripts, none of which costs a copy of the page", async () => {
    const part = (index: number) =>
      `<style>p{order:${index};${" ".repeat(300)}}</style><script type="module">f(${index})</script>`;
    const html = Array.from({ length: 2_000 }, (_, index) => part(index)).join("");
    const { text } = await builder.page({ "index.html": html });
    const ofProject = text.slice(text.indexOf("</script>"));
    expect(ofProject.split("<style>").length).toBe(2_001);
    expect(text).toContain("f(1999)");
  });

  test("the runtime is built once, and read from then on", async () => {
    await builder.page(NATIVE_TODO);
    const folders = (await readdir(builder.runtimeCacheDirectory)).filter((name) => name !== "empty");
    const path = join(builder.runtimeCacheDirectory, folders[0] ?? "", "react-native.production.json");
    const before = await stat(path);
    expect(folders).toHaveLength(1);
    await builder.page({ ...NATIVE_TODO, "src/items.ts": `export const initial = ["eggs"];` });
    const after = await stat(path);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test("progress rises and the manifest lists what was read", async () => {
    const fractions: number[] = [];
    const result = await builder.build(NATIVE_TODO, {}, { onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(result.ok && result.manifest.inputs.map(({ path }) => path)).toEqual(Object.keys(NATIVE_TODO).sort());
  });

  test("the builder's version names the bundler that is installed, and all else is pinned to one version", async () => {
    const require = createRequire(import.meta.url);
    const versionOf = async (file: string) => (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
    const { esbuild, ...others } = packageJson.dependencies;
    expect(esbuild).toBe("catalog:");
    expect(BUILDER_VERSION.split(" ")).toContain(`esbuild@${await versionOf(require.resolve("esbuild/package.json"))}`);
    const loose = Object.entries(others).filter(
      ([, range]) => !/^(?:workspace:\*|(?:npm:.+@)?\d+\.\d+\.\d+)$/.test(range),
    );
    expect(loose).toEqual([]);
  });
});
