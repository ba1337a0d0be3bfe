import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import type { BuildFailure, BuildResult } from "#build-result.ts";
import { runBuildInChild } from "#run-build-in-child.ts";
import type { BuildLimits } from "#run-build-in-child.ts";
import { createPackageBench } from "#testing/package-bench.ts";
import { createTestBuilder, writeBlobs } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, bench, offline] = await Promise.all([
  createTestBuilder(),
  createPackageBench(),
  createPackageBench().then(async (made) => {
    await made.registry[Symbol.asyncDispose]();
    return made;
  }),
]);
const folders: string[] = [];
afterAll(async () => {
  await Promise.all([builder, bench, offline].map((each) => each[Symbol.asyncDispose]()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** What a person is shown of one mistake. */
interface ErrorRow {
  readonly mistake: string;
  readonly project: TestProject;
  /** `file:line:column`, both from 1. */
  readonly at: string;
  readonly line: string;
  readonly says: string;
  /** What to do. Undefined where the place and what was expected there say it. */
  readonly advice?: string;
  /** A second row, where what to do has a place of its own. */
  readonly also?: string;
}

const page = (main: string, more: TestProject = {}, ending = "js"): TestProject => ({
  "index.html": `<div id="app"></div>\n<script type="module" src="/src/main.${ending}"></script>`,
  [`src/main.${ending}`]: main,
  ...more,
});
const asking = (dependencies: Record<string, string>): TestProject => ({
  "package.json": JSON.stringify({ dependencies }),
});
const vue = (text: string): TestProject => ({
  ...page(`import { createApp } from "vue";\nimport App from "./App.vue";\ncreateApp(App).mount("#app");`),
  ...asking({ vue: "3" }),
  "src/App.vue": text,
});
const svelte = (text: string): TestProject => ({
  ...page(`import { mount } from "svelte";\nimport App from "./App.svelte";\nmount(App, { target: document.body });`),
  ...asking({ svelte: "5" }),
  "src/App.svelte": text,
});
const styled = (name: string, text: string, more: TestProject = {}): TestProject =>
  page(`import "./${name}";`, { [`src/${name}`]: text, ...more });

const imports: readonly ErrorRow[] = [
  {
    mistake: "a file that is not there, with the one that is meant",
    project: page(`import x from "./componets/Button";\nx();`, { "src/components/Button.js": "export default 1;" }),
    at: "src/main.js:1:15",
    line: `import x from "./componets/Button";`,
    says: `The project has no file "src/componets/Button".`,
    advice: `Near it: "src/components/Button.js".`,
  },
  {
    mistake: "a file that other platforms have",
    project: page(`import x from "./Badge";\nx();`, { "src/Badge.ios.tsx": "", "src/Badge.android.tsx": "" }),
    at: "src/main.js:1:15",
    line: `import x from "./Badge";`,
    says: `The project has no file "src/Badge" for the platform web; it has "src/Badge.android.tsx" and "src/Badge.ios.tsx".`,
    advice: "Preview it with the platform ios or android (--platform ios).",
  },
  {
    mistake: "a stylesheet that a page names",
    project: { "index.html": `<p>hi</p>\n<link rel="stylesheet" href="stylez.css">`, "styles.css": "" },
    at: "index.html:2:1",
    line: `<link rel="stylesheet" href="stylez.css">`,
    says: `The project has no file "stylez.css".`,
    advice: `Near it: "styles.css".`,
  },
  {
    mistake: "an image that a stylesheet names",
    project: styled("a.css", "p {\n  background: url(./nope.png);\n}"),
    at: "src/a.css:2:15",
    line: "  background: url(./nope.png);",
    says: `The project has no file "src/nope.png".`,
  },
  {
    mistake: "a path out of the project",
    project: page(`import "../../x.js";`),
    at: "src/main.js:1:8",
    line: `import "../../x.js";`,
    says: `"../../x.js" leads out of the project.`,
    advice: "Publish the folder that holds both files.",
  },
  {
    mistake: "a name that a file does not export, with the one that is meant",
    project: page(`import { helo } from "./greet.js";\nhelo();`, { "src/greet.js": "\nexport const hello = 1;" }),
    at: "src/main.js:1:10",
    line: `import { helo } from "./greet.js";`,
    says: `No matching export in "src/greet.js" for import "helo"`,
    also: `src/greet.js:2:14: Did you mean to import "hello" instead?`,
  },
  {
    mistake: "a name that is like none of a file's exports",
    project: page(`import { farewell } from "./greet.js";\nfarewell();`, { "src/greet.js": "export const hello = 1;" }),
    at: "src/main.js:1:10",
    line: `import { farewell } from "./greet.js";`,
    says: `No matching export in "src/greet.js" for import "farewell".`,
    advice: "Export it there, or import another name",
  },
  {
    mistake: "a default export that is not there",
    project: page(`import hello from "./greet.js";\nhello();`, { "src/greet.js": "export const hello = 1;" }),
    at: "src/main.js:1:8",
    line: `import hello from "./greet.js";`,
    says: `No matching export in "src/greet.js" for import "default".`,
    advice: `Give it an "export default", or import one of its names in braces`,
  },
  {
    mistake: "a name that a framework does not export",
    project: { ...page(`import { useStat } from "react";\nuseStat();`), ...asking({ react: "19" }) },
    at: "src/main.js:1:10",
    line: `import { useStat } from "react";`,
    says: `"useStat" of "react" is not available in previews.`,
    advice: `Did you mean to import "useState" instead?`,
  },
  {
    mistake: "a package that is not in package.json",
    project: { ...page(`import dayjs from "dayjs";\ndayjs();`), ...asking({}) },
    at: "src/main.js:1:19",
    line: `import dayjs from "dayjs";`,
    says: `Package "dayjs" is not in package.json.`,
    advice: "Add it there, so that previews know which version to take.",
  },
  {
    mistake: "a package whose name has a slip",
    project: { ...page(`import dayjs from "dayj";\ndayjs();`), ...asking({ dayjs: "1" }) },
    at: "src/main.js:1:19",
    line: `import dayjs from "dayj";`,
    says: `Package "dayj" is not in package.json.`,
    advice: `It names "dayjs".`,
  },
  {
    mistake: "an alias that no config has",
    project: page(`import x from "@/lib/x";\nx();`, { "src/lib/x.ts": "" }),
    at: "src/main.js:1:15",
    line: `import x from "@/lib/x";`,
    says: `"@/lib/x" is no package: names that begin with "@/" are usually an alias.`,
    advice: `Say where it leads in tsconfig.json (or jsconfig.json): "compilerOptions": { "paths": { "@/*": ["./src/*"] } }.`,
  },
  {
    mistake: "a name with a hash",
    project: { ...page(`import x from "#lib";\nx();`, { "package.json": `{"imports":{"#libs":"./src/main.js"}}` }) },
    at: "src/main.js:1:15",
    line: `import x from "#lib";`,
    says: `"#lib" is not in the "imports" of package.json.`,
    advice: `Near it: "#libs".`,
  },
  {
    mistake: "a module of Node",
    project: page(`import fs from "node:fs";\nfs.readFileSync("x");`),
    at: "src/main.js:1:16",
    line: `import fs from "node:fs";`,
    says: `"node:fs" is a module of Node.js, which a page in a browser does not have.`,
    advice: "Keep what needs it out of what the page imports.",
  },
  {
    mistake: "a script of another server",
    project: page(`import x from "https://cdn.example/x.js";\nx();`),
    at: "src/main.js:1:15",
    line: `import x from "https://cdn.example/x.js";`,
    says: `"https://cdn.example/x.js" is on another server; a build fetches nothing.`,
    advice: "Put a copy of it into the project, or its package into package.json.",
  },
  {
    mistake: "a file of a kind that nothing reads",
    project: page(`import x from "./a.py";\nx();`, { "src/a.py": "print(1)" }),
    at: "src/main.js:1:15",
    line: `import x from "./a.py";`,
    says: `Files like "src/a.py" cannot be imported;`,
    advice: `"?raw" gives the text, "?url" a URL.`,
  },
  {
    mistake: "a framework whose pages a server makes",
    project: {
      "package.json": `{\n  "dependencies": { "next": "15" }\n}`,
      "app/page.tsx": "export default () => null;",
    },
    at: "package.json:2:21",
    line: `  "dependencies": { "next": "15" }`,
    says: "This is a project of Next.js, which previews cannot show as a whole: its pages are made by a server.",
    advice: "Name a file that shows one screen or component (its default export) as the entry.",
  },
];

const syntax: readonly ErrorRow[] = [
  {
    mistake: "JavaScript",
    project: page("const a = 1;\nfunction (\n"),
    at: "src/main.js:2:10",
    line: "function (",
    says: `Expected identifier but found "("`,
  },
  {
    mistake: "JavaScript that is well formed and wrong",
    project: page("const a = 1;\na = 2;"),
    at: "src/main.js:2:1",
    line: "a = 2;",
    says: `Cannot assign to "a" because it is a constant`,
    also: `src/main.js:1:7: The symbol "a" was declared a constant here:`,
  },
  {
    mistake: "TypeScript",
    project: page("const a: number = ;", {}, "ts"),
    at: "src/main.ts:1:19",
    line: "const a: number = ;",
    says: `Unexpected ";"`,
  },
  {
    mistake: "TSX",
    project: page("export default () => (\n  <p>hi</div>\n);", {}, "tsx"),
    at: "src/main.tsx:2:10",
    line: "  <p>hi</div>",
    says: `Unexpected closing "div" tag does not match opening "p" tag`,
    also: `src/main.tsx:2:4: The opening "p" tag is here:`,
  },
  {
    mistake: "JSX in a file of TypeScript",
    project: page("const a = <p>hi</p>;", {}, "ts"),
    at: "src/main.ts:1:21",
    line: "const a = <p>hi</p>;",
    says: "Unterminated regular expression.",
    advice: "JSX is read in .tsx and .jsx files: rename the file if it holds any.",
  },
  {
    mistake: "JSON",
    project: page(`import d from "./d.json";\nconsole.log(d);`, { "src/d.json": `{\n  "a": 1,\n  b: 2\n}` }),
    at: "src/d.json:3:3",
    line: "  b: 2",
    says: `Expected string in JSON but found "b"`,
  },
  {
    mistake: "a script in HTML",
    project: { "index.html": `<p>hi</p>\n<script type="module">\n  let = ;\n</script>` },
    at: "index.html:3:9",
    line: "  let = ;",
    says: `Unexpected ";"`,
  },
  {
    mistake: "SCSS",
    project: styled("a.scss", "p {\n  color: red\n  margin: 0;\n}"),
    at: "src/a.scss:3:9",
    line: "  margin: 0;",
    says: `expected ";"`,
  },
  {
    mistake: "a variable of SCSS",
    project: styled("a.scss", "p {\n  color: $nope;\n}"),
    at: "src/a.scss:2:10",
    line: "  color: $nope;",
    says: "Undefined variable.",
  },
  {
    mistake: "a stylesheet of SCSS that is not there",
    project: styled("a.scss", `@use "./colrs";`, { "src/_colors.scss": "" }),
    at: "src/a.scss:1:1",
    line: `@use "./colrs";`,
    says: `The project has no stylesheet "./colrs".`,
    advice: `Near it: "src/_colors.scss".`,
  },
  {
    mistake: "Less",
    project: styled("a.less", "p {\n  color: @nope;\n}"),
    at: "src/a.less:2:10",
    line: "  color: @nope;",
    says: "variable @nope is undefined",
  },
  {
    mistake: "Less that ends too soon",
    project: styled("a.less", "p {\n  color: red;\n"),
    at: "src/a.less:3:1",
    line: "",
    says: "Unrecognised input.",
    advice: `Is a "}" or a ";" missing before it?`,
  },
  {
    mistake: "Tailwind",
    project: {
      ...styled("a.css", `@import "tailwindcss";\n.a { @apply nopeclass; }`),
      ...asking({ tailwindcss: "4" }),
    },
    at: "src/a.css:2:6",
    line: ".a { @apply nopeclass; }",
    says: "Cannot apply unknown utility class `nopeclass`",
  },
  {
    mistake: "a template of Vue",
    project: vue("<template>\n  <p>{{ a. }}</p>\n</template>"),
    at: "src/App.vue:2:9",
    line: "  <p>{{ a. }}</p>",
    says: "Error parsing JavaScript expression: Unexpected token",
  },
  {
    mistake: "tags of Vue",
    project: vue("<template>\n  <p>hi</div>\n</template>"),
    at: "src/App.vue:2:3",
    line: "  <p>hi</div>",
    says: "Element is missing end tag.",
    also: "src/App.vue:2:8: Invalid end tag.",
  },
  {
    mistake: "a script of Vue",
    project: vue(`<script setup lang="ts">\nconst a: = 1;\n</script>\n<template><p /></template>`),
    at: "src/App.vue:2:10",
    line: "const a: = 1;",
    says: "Unexpected token",
  },
  {
    mistake: "a style of Vue",
    project: vue(`<template><p /></template>\n<style lang="scss">\np { color: $x; }\n</style>`),
    at: "src/App.vue:3:12",
    line: "p { color: $x; }",
    says: "Undefined variable.",
  },
  {
    mistake: "a script of Svelte",
    project: svelte("<script>\nlet a = ;\n</script>\n<p>hi</p>"),
    at: "src/App.svelte:2:9",
    line: "let a = ;",
    says: "Unexpected token",
  },
  {
    mistake: "markup of Svelte",
    project: svelte("<p>\n{#if}\n</p>"),
    at: "src/App.svelte:2:5",
    line: "{#if}",
    says: "Expected whitespace",
  },
  {
    mistake: "package.json",
    project: page("console.log(1);", { "package.json": `{\n  "name": "x",\n  dependencies: {}\n}` }),
    at: "package.json:3:3",
    line: "  dependencies: {}",
    says: `"package.json" is not valid JSON: Expected double-quoted property name.`,
  },
  {
    mistake: "a lockfile",
    project: {
      ...page(`import "left-pad";`),
      ...asking({ "left-pad": "1" }),
      "package-lock.json": `{\n  "lockfileVersion": 3,\n<<<<<<< HEAD\n}`,
    },
    at: "package-lock.json:3:1",
    line: "<<<<<<< HEAD",
    says: `"package-lock.json" is not valid JSON: Expected double-quoted property name.`,
    advice: "Leave it out, or have your package manager make it anew.",
  },
];

const packages: readonly ErrorRow[] = [
  {
    mistake: "a package that the registry does not have",
    project: { ...page(`import x from "nott-here";\nx();`), ...asking({ "nott-here": "*" }) },
    at: "src/main.js:1:15",
    line: `import x from "nott-here";`,
    says: `The npm registry has no package "nott-here".`,
    advice: "Is its name right?",
  },
  {
    mistake: "a version that the registry does not have",
    project: { ...page(`import x from "known";\nx();`), ...asking({ known: "^9" }) },
    at: "src/main.js:1:15",
    line: `import x from "known";`,
    says: `The npm registry has no version "^9" of package "known".`,
    advice: "Its latest is 1.0.0: ask for that in package.json.",
  },
  {
    mistake: "a package of a repository",
    project: { ...page(`import x from "known";\nx();`), ...asking({ known: "github:someone/known" }) },
    at: "src/main.js:1:15",
    line: `import x from "known";`,
    says: `Package "known" is asked for as "github:someone/known";`,
    advice: "previews take packages from the registry, by version, only.",
  },
  {
    mistake: "a module that a package does not have",
    project: { ...page(`import x from "known/nope";\nx();`), ...asking({ known: "*" }) },
    at: "src/main.js:1:15",
    line: `import x from "known/nope";`,
    says: `Package "known" 1.0.0 has no module "known/nope".`,
  },
  {
    mistake: "a package that cannot be parsed",
    project: { ...page(`import x from "broken";\nx();`), ...asking({ broken: "*" }) },
    at: "src/main.js:1:15",
    line: `import x from "broken";`,
    says: "Unexpected end of file (package broken@1.0.0, index.js, line 1).",
    advice: "ask for another version of it in package.json.",
  },
  {
    mistake: "a package that lacks a file of its own",
    project: { ...page(`import x from "lacking";\nx();`), ...asking({ lacking: "*" }) },
    at: "src/main.js:1:15",
    line: `import x from "lacking";`,
    says: `Package "lacking" 1.0.0, file "index.js", imports "./missing", which it does not have.`,
    advice: "ask for another version of it in package.json.",
  },
];
bench.registry.publish({ name: "known", version: "1.0.0", files: { "index.js": "module.exports = 1;" } });
bench.registry.publish({ name: "broken", version: "1.0.0", files: { "index.js": "export default (" } });
bench.registry.publish({ name: "lacking", version: "1.0.0", files: { "index.js": `require("./missing");` } });

/** Nothing of the host stands in what a person is shown. */
function expectNoHost(result: BuildResult): void {
  const shown = JSON.stringify({ ...result, html: "", text: "", sourceMap: "" });
  for (const folder of [process.cwd(), builder.runtimeCacheDirectory, bench.runtimeCacheDirectory, ".pnpm"]) {
    expect(shown).not.toContain(folder);
  }
  expect(shown).not.toMatch(/\\n\s+at |file:\/\/|vfs[-\w]*:|hivesync:|127\.0\.0\.1/);
}

function expectRow(result: BuildResult, { at, line, says, advice, also }: ErrorRow): void {
  if (result.ok) throw new Error("The project should not build.");
  const shown = result.details.map((row) => `${row.file}:${row.line}:${row.column}`);
  const [first] = result.details;
  expect({ at: shown[0], line: first?.line_text }).toEqual({ at, line });
  expect(first?.text.slice(0, says.length)).toBe(says);
  expect(first?.text).toContain(advice ?? says);
  const all = result.details.map((row, index) => `${shown[index]}: ${row.text}`);
  expect(all).toContain(also ?? all[0]);
  // The message is for whoever sees nothing else, the log for whoever looks it up.
  expect(result.message).toContain(says);
  expect(result.log).toContain(`error: ${at}: ${says}`);
  expectNoHost(result);
}

describe("an import", () => {
  test.each(imports)("of $mistake is told at its place, with what to do", async (row) => {
    expectRow(await builder.build(row.project), row);
  });
});

describe("a fault in", () => {
  test.each(syntax)("$mistake is told at its place", async (row) => {
    expectRow(await builder.build(row.project), row);
  });

  // Browsers go on after these, and so does a preview.
  test.each([
    {
      language: "CSS",
      project: styled("a.css", "p {\n  color red;\n}"),
      row: { file: "src/a.css", line: 2, text: `Expected ":"`, line_text: "  color red;" },
    },
    {
      language: "tsconfig.json",
      project: page("console.log(1);", { "tsconfig.json": `{\n  "compilerOptions": {\n    "paths": {,\n  }\n}` }, "ts"),
      row: {
        file: "tsconfig.json",
        line: 3,
        text: `"tsconfig.json" is not valid JSON here: what follows may not be heeded.`,
        line_text: `    "paths": {,`,
      },
    },
  ])("$language is a warning at its place", async ({ project, row }) => {
    const result = await builder.page(project);
    expect(result.warnings).toContainEqual({ column: expect.any(Number), ...row });
    expectNoHost(result);
  });
});

describe("the import of", () => {
  test.each(packages)("$mistake is told at its place", async (row) => {
    expectRow(await bench.build(row.project), row);
  });

  test("a package of a registry that cannot be reached names the package and says that it may pass", async () => {
    const project = { ...page(`import x from "far-away";\nx();`), ...asking({ "far-away": "*" }) };
    expectRow(await offline.build(project), {
      mistake: "",
      project,
      at: "src/main.js:1:15",
      line: `import x from "far-away";`,
      says: `Package "far-away" could not be fetched: the npm registry cannot be reached (ECONNREFUSED).`,
      advice: "Request the preview again in a while.",
    });
  });

  test.each([
    {
      limit: "number",
      limits: { packages: 1 },
      says: `The preview's packages are too many or too large: more than 1, reached at "known`,
      advice: "Name a page or component that needs fewer as the entry.",
    },
    {
      limit: "size",
      limits: { packedBytes: 100 },
      says: `Package "known`,
      advice: "Take a smaller one, or only a part of it as files of the project.",
    },
  ])("more packages than the limit of their $limit allows is told at its place", async ({ limits, says, advice }) => {
    const files = { "index.js": "module.exports = 1;" };
    for (const name of ["known-a", "known-b"]) bench.registry.publish({ name, version: "1.0.0", files });
    const project = {
      ...page(`import a from "known-a";\nimport b from "known-b";\na(b);`),
      ...asking({ "known-a": "*", "known-b": "*" }),
    };
    const result = await builder.build(project, {}, { packages: await bench.source(limits) });
    const [row] = (result as BuildFailure).details;
    expect(row).toMatchObject({ file: "src/main.js", line: expect.any(Number), column: 15 });
    expect(row?.line_text).toMatch(/^import [ab] from "known-[ab]";$/);
    expect([row?.text.slice(0, says.length), row?.text.includes(advice)]).toEqual([says, true]);
    expectNoHost(result);
  });
});

/** A project with a script that never comes: a named pipe that nobody writes to. */
async function endless() {
  const { files, blobDirectory } = await writeBlobs(page(`import "./a.js";`, { "src/a.js": "// endless" }));
  const pipe = join(blobDirectory, files.find(({ path }) => path === "src/a.js")?.sha256 ?? "");
  await rm(pipe);
  await promisify(execFile)("mkfifo", [pipe]);
  return { files, blobDirectory };
}

const smaller =
  "Name a smaller page or component as the entry, or leave large generated files out with a .hivesyncignore.";
const limitRows: readonly {
  readonly limit: string;
  readonly limits: Partial<BuildLimits>;
  readonly make: () => ReturnType<typeof endless>;
  readonly says: string;
}[] = [
  {
    limit: "time",
    limits: { timeoutMs: 700 },
    make: endless,
    says: `The build took longer than 0.7 s. ${smaller}`,
  },
  {
    limit: "memory",
    limits: { maxResidentMb: 400 },
    // Nothing but parentheses: the bundler's parser recurses until it is stopped.
    make: () => writeBlobs({ "index.js": "(".repeat(20_000_000) }),
    says: `The build needed more memory than it may use (400 MB). ${smaller}`,
  },
  {
    limit: "cpu",
    limits: { cpuSeconds: 1, maxResidentMb: 8_000 },
    make: () => writeBlobs({ "index.js": "let a = () => { [1, { b: 2 }] };\n".repeat(1_500_000) }),
    says: `The build used more than 1 s of processor time. ${smaller}`,
  },
  {
    limit: "output",
    limits: { maxOutputBytes: 20_000 },
    make: () => writeBlobs({ "index.html": `<p>${"flood ".repeat(10_000)}</p>` }),
    says: `The largest files that it read: "index.html" (60007 bytes). Make them smaller, or leave them out.`,
  },
  {
    limit: "input",
    limits: { maxInputBytes: 1_000 },
    make: () => writeBlobs({ "index.html": "x".repeat(10_000) }),
    says: `The build read more than 1000 bytes of files. The largest files that it read: "index.html" (10000 bytes). Make them smaller, or leave them out.`,
  },
];

describe("a build", () => {
  test.each(limitRows)("that goes over its limit of $limit says so, and what to do", async (row) => {
    const { files, blobDirectory } = await row.make();
    folders.push(blobDirectory);
    const { runtimeCacheDirectory } = builder;
    const request = { files, blobDirectory, runtimeCacheDirectory, options: { platform: "web" } as const };
    const result = await runBuildInChild({ ...request, limits: row.limits });
    expect(result).toMatchObject({ ok: false, limit: row.limit });
    expect((result as BuildFailure).message).toContain(row.says);
    expect(result.log).toContain(row.says);
    expectNoHost(result);
  });

  test("of a project with nothing to show says what was looked for, and what to do", async () => {
    const result = await builder.failure({ "README.md": "hi" });
    expect(result.message).toMatch(
      /^Nothing to preview was found: looked for index\.html, .* Name one as the entry\.$/,
    );
  });

  test("of an entry that is not there names the nearest files", async () => {
    const result = await builder.failure(page("console.log(1);"), { entry: "src/mian.js" });
    expect(result.message).toBe(`The entry "src/mian.js" is not in the project. Near it: "src/main.js".`);
  });
});
