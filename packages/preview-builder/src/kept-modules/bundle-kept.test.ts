import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { BuildResult, BuildSuccess } from "#build-result.ts";
import { openFolderKeeper } from "#keeping/build-keeper.ts";
import type { BuildKeeper } from "#keeping/build-keeper.ts";
import { createKeptBuilder } from "#testing/kept-builder.ts";
import type { KeptProject } from "#testing/kept-builder.ts";
import { PIXEL_PNG, manifestOf } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createKeptBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

function success(result: BuildResult): BuildSuccess {
  if (!result.ok) throw new Error(`${result.message} ${JSON.stringify(result.details)}`);
  return result;
}

const bytesOf = (result: BuildResult): string => {
  const { html, sourceMap } = success(result);
  return `${Buffer.from(html).toString()}\n${Buffer.from(sourceMap).toString()}`;
};

async function expectAsNew(kept: KeptProject, project: TestProject, made = -1): Promise<void> {
  const [build, fresh] = [await kept.build(project), await builder.open().build(project)];
  expect(build.wholeBecause).toBe(fresh.wholeBecause);
  // Without a number it is of no interest.
  expect([build.made, -1]).toContain(made);
  expect(bytesOf(build.result)).toBe(bytesOf(fresh.result));
  expect(success(build.result).manifest.inputs).toEqual(success(fresh.result).manifest.inputs);
  expect(build.result.ok && build.result.warnings).toEqual(fresh.result.ok && fresh.result.warnings);
}

const base: TestProject = {
  "index.html": `<title>x</title><div id="root"></div><script type="module" src="/src/main.tsx"></script>`,
  "package.json": `{"dependencies": {"react": "*", "react-dom": "*"}}`,
  "tsconfig.json": `{"compilerOptions": {"jsx": "react-jsx", "paths": {"@/*": ["./src/*"]}}}`,
  ".env": `VITE_NAME=first`,
  "src/main.tsx": `import { createRoot } from "react-dom/client"; import { App } from "@/App"; import "./page.css"; createRoot(document.body).render(<App />);`,
  "src/App.tsx": `import { Row } from "./Row"; import styles from "./App.module.css"; import { text } from "./text"; export const App = () => <ul className={styles.list}><Row text={text} /></ul>;`,
  "src/Row.tsx": `import { useState } from "react"; export const Row = ({ text }: { text: string }) => { const [n] = useState(0); return <li>{text} {n}</li>; };`,
  "src/text.ts": `export const text = import.meta.env.VITE_NAME;`,
  "src/App.module.css": `.list { color: teal }`,
  "src/page.css": `body { margin: 0 }`,
};
const modules = 5;

describe.each([
  ["on the disk", false],
  ["in the process's memory", true],
])("the same project gives the same page and map, whatever was kept %s", (_place, remembers) => {
  test("after nothing, after itself, and after detours through others", async () => {
    const kept = builder.open({ remembers });
    const longer = { ...base, "src/Row.tsx": `// a line more\n\n${String(base["src/Row.tsx"])}` };
    const more = {
      ...longer,
      "src/text.ts": `import { late } from "./late"; export const text = late;`,
      "src/late.ts": `export const late = 1;`,
    };
    await expectAsNew(kept, base, modules);
    await expectAsNew(kept, base, 0);
    await expectAsNew(kept, longer, 1);
    await expectAsNew(kept, more, 2);
    await expectAsNew(kept, longer, 1);
    await expectAsNew(kept, base, 1);
  });

  test.each([
    ["a style", { "src/page.css": `body { margin: 1px }` }, 0],
    ["a CSS module", { "src/App.module.css": `.list { color: red } .more { color: teal }` }, 0],
    ["the page", { "index.html": `<p>new</p>${String(base["index.html"])}` }, 0],
    ["a variable", { ".env": `VITE_NAME=second` }, modules],
    ["a file for variables", { "hivesync.env": `# none yet` }, modules],
    [
      "a config",
      {
        "tsconfig.json": `{"compilerOptions": {"jsx": "react-jsx", "paths": {"@/*": ["./src/*"]}, "verbatimModuleSyntax": true}}`,
      },
      modules,
    ],
    ["a file that is found before another", { "src/Row.web.tsx": `export const Row = () => <b>of the web</b>;` }, 1],
    ["a file that nothing imports", { "src/unused.ts": `export {};` }, 0],
    ["what a module exports besides", { "src/text.ts": `export const text = "t"; export const other = 1;` }, 1],
    ["which module another takes", { "src/App.tsx": `export const App = () => null;` }, 1],
  ])("after %s has changed", async (_, files, made) => {
    const kept = builder.open({ remembers });
    await kept.build(base);
    await expectAsNew(kept, { ...base, ...files }, made);
    await expectAsNew(kept, base);
  });

  test("after a module has changed that nothing takes any more", async () => {
    const kept = builder.open({ remembers });
    await kept.build(base);
    const without = { "src/App.tsx": `export const App = () => null;`, "src/Row.tsx": `export const Row = 1;` };
    await expectAsNew(kept, { ...base, ...without });
    await expectAsNew(kept, base);
  });

  test("after a file is gone, and with what a glob finds of files that come and go", async () => {
    const kept = builder.open({ remembers });
    const globbed = {
      ...base,
      "src/text.ts": `export const text = Object.keys(import.meta.glob("./pages/*.ts")).join();`,
    };
    const page = `export default 1;`;
    await expectAsNew(kept, { ...globbed, "src/pages/a.ts": page });
    await expectAsNew(kept, { ...globbed, "src/pages/a.ts": page, "src/pages/b.ts": page });
    await expectAsNew(kept, { ...globbed, "src/pages/b.ts": page });
    await expectAsNew(kept, globbed);
  });

  test("when Tailwind finds classes in a script", async () => {
    const tailwind = {
      ...base,
      "package.json": `{"dependencies": {"react": "*", "react-dom": "*", "tailwindcss": "^4"}}`,
      "src/page.css": `@import "tailwindcss";`,
    };
    const kept = builder.open({ remembers });
    await expectAsNew(kept, tailwind, modules);
    await expectAsNew(kept, { ...tailwind, "src/text.ts": `export const text = "mt-7 text-red-500";` }, 1);
    expect(bytesOf((await kept.build(tailwind)).result)).not.toContain("mt-7");
  });
});

describe.each([
  ["on the disk", false],
  ["in the process's memory", true],
])("files that code asks the page's own server for, with what is kept %s", (_place, remembers) => {
  const asking = {
    ...base,
    "src/text.ts": `export const text = "/img/dot.png";`,
    "public/img/dot.png": PIXEL_PNG,
    "public/img/other.png": Buffer.concat([PIXEL_PNG, Buffer.from("x")]),
  };
  const other = PIXEL_PNG.toString("base64").slice(0, 40);

  test("are in the page whatever was kept, and are looked for again when files come and go", async () => {
    const kept = builder.open({ remembers });
    await expectAsNew(kept, base);
    await expectAsNew(kept, asking);
    await expectAsNew(kept, asking, 0);
    await expectAsNew(kept, { ...asking, "src/Row.tsx": `export const Row = () => <b>changed</b>;` }, 1);
    expect(bytesOf((await kept.build(asking)).result)).toContain(other);
    const { "public/img/dot.png": _, ...without } = asking;
    await expectAsNew(kept, without);
    expect(bytesOf((await kept.build(without)).result)).not.toContain(other);
    await expectAsNew(kept, { ...asking, "src/text.ts": "export const text = `/img/${String(1)}.png`;" });
  });

  test("in styles of scripts are put there by the bundler's way", async () => {
    const kept = builder.open({ remembers });
    const styled = { ...asking, "src/text.ts": `export const text = "background: url(/img/dot.png)";` };
    const build = await kept.build(styled);
    expect(build.wholeBecause).toContain("url(/img/dot.png)");
    expect(bytesOf(build.result)).toBe(bytesOf(await builder.whole(styled)));
    await expectAsNew(kept, asking);
  });
});

describe("what is kept", () => {
  test("warns of missing values as the whole does, also of those in modules that were not made anew", async () => {
    const kept = builder.open();
    const reading = {
      ...base,
      "src/App.tsx": `${String(base["src/App.tsx"])}\nconsole.log(import.meta.env.VITE_A);`,
      "src/text.ts": `export const text = import.meta.env.VITE_NAME + import.meta.env.VITE_B + import.meta.env.VITE_A;`,
    };
    const whole = await builder.whole(reading);
    const rows = success(whole).warnings;
    expect(rows).toMatchObject([
      { file: "src/App.tsx", line: 2, column: 13, line_text: "console.log(import.meta.env.VITE_A);" },
      { file: "src/text.ts", line: 1, column: 49 },
    ]);
    for (const made of [modules, 0]) {
      const build = await kept.build(reading);
      expect(build).toMatchObject({ made, wholeBecause: undefined });
      expect(success(build.result).warnings).toEqual(rows);
    }
    const given = await kept.build({ ...reading, "hivesync.env": "VITE_A=a\nVITE_B=given-for-previews" });
    expect(given).toMatchObject({ made: modules, wholeBecause: undefined });
    expect(success(given.result).warnings).toEqual([]);
    expect(bytesOf(given.result)).toContain("given-for-previews");
  });

  test("lets a build read only what is new; all else counts as read", async () => {
    const kept = builder.open();
    await kept.build(base);
    const changed = { ...base, "src/Row.tsx": `export const Row = () => null;` };
    const { blobs, files } = manifestOf(changed);
    const paths = new Map(files.map(({ path, sha256 }) => [sha256, path]));
    const read: (string | undefined)[] = [];
    const readBlob = (sha256: string): Promise<Uint8Array> => {
      read.push(paths.get(sha256));
      return Promise.resolve(blobs.get(sha256) ?? Buffer.alloc(0));
    };
    const { result } = await kept.build(changed, {}, { readBlob });
    // Besides what says what the project is.
    const looked = [".env", "index.html", "package.json", "src/main.tsx", "tsconfig.json"];
    expect(read.filter((path) => !looked.includes(path ?? ""))).toEqual(["src/Row.tsx"]);
    expect(success(result).manifest.inputs.map(({ path }) => path)).toEqual(Object.keys(changed).toSorted());
  });

  test("does not lift the limit of what a build may read", async () => {
    const kept = builder.open();
    const { inputs } = success((await kept.build(base)).result).manifest;
    const maxInputBytes = inputs.reduce((sum, { size }) => sum + size, 0);
    const longer = { ...base, "src/Row.tsx": `${String(base["src/Row.tsx"])}\n` };
    expect((await kept.build(base, {}, { maxInputBytes })).result.ok).toBe(true);
    expect((await kept.build(longer, {}, { maxInputBytes })).result).toMatchObject({ ok: false, limit: "input" });
  });

  test.each([
    ["is empty", () => Buffer.alloc(0)],
    ["was written by something else", () => Buffer.from("{}")],
    ["is cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
    ["has a byte too many", (bytes: Buffer) => Buffer.concat([bytes, Buffer.from("x")])],
    ["has another byte in a module", (bytes: Buffer) => bytes.fill("x", bytes.length - 200, bytes.length - 199)],
    ["has another byte in its head", (bytes: Buffer) => bytes.fill("x", 100, 101)],
  ])("is as if it were not there when it %s", async (_, damage) => {
    const kept = builder.open();
    await kept.build(base);
    const file = join(kept.place.directory, kept.place.name);
    await writeFile(file, damage(await readFile(file)));
    await expectAsNew(kept, base, modules);
    await expectAsNew(kept, base, 0);
  });

  test("fails no build where it cannot be read or written", async () => {
    const keeper: BuildKeeper = {
      ...openFolderKeeper({ runtimeCacheDirectory: join(builder.open().place.directory, "..") }),
      recallModules: () => Promise.reject(new Error("the disk is gone")),
      keepModules: () => Promise.reject(new Error("the disk is full")),
    };
    const build = await builder.open().build(base, {}, { keeper });
    expect(bytesOf(build.result)).toBe(bytesOf((await builder.open().build(base)).result));
  });
});

describe("a project is bundled as a whole, to the byte, when", () => {
  test.each<[string, TestProject]>([
    ["a module waits at its top", { "src/text.ts": `export const text = await Promise.resolve("t");` }],
    ["a module asks for its own address", { "src/text.ts": `export const text = String(import.meta.resolve);` }],
    [
      "an import says how a file is taken",
      { "src/text.ts": `import css from "./page.css" with { type: "text" }; export const text = css;` },
    ],
    [
      "an import has a warning",
      {
        "src/text.ts": `export { default as text } from "prop-types";`,
        "package.json": `{"dependencies": {"react": "*", "react-dom": "*"}}`,
      },
    ],
    [
      "two barrels have the same export",
      {
        "src/text.ts": `export * from "./a"; export * from "./b"; export const text = 1;`,
        "src/a.ts": `export const x = 1;`,
        "src/b.ts": `export const x = 2;`,
      },
    ],
    [
      "a type is passed on as if it were a value",
      {
        "src/text.ts": `export { Text } from "./types"; export const text = "t";`,
        "src/types.ts": `export interface Text {}; export const other = 1;`,
      },
    ],
  ])("%s", async (_, files) => {
    const project = { ...base, ...files };
    const kept = builder.open();
    await kept.build(base);
    const [whole, build, again] = [await builder.whole(project), await kept.build(project), await kept.build(project)];
    expect(build.wholeBecause).toEqual(expect.any(String));
    expect(bytesOf(build.result)).toBe(bytesOf(whole));
    expect(bytesOf(again.result)).toBe(bytesOf(whole));
    await expectAsNew(kept, base);
  });

  test.each<[string, TestProject]>([
    [
      "an import names what is not exported",
      { "src/App.tsx": `import { Gone } from "./Row"; export const App = () => <Gone />;` },
    ],
    [
      "a barrel does not have what is imported",
      {
        "src/App.tsx": `import { Gone } from "./all"; export const App = () => <Gone />;`,
        "src/all.ts": `export * from "./Row";`,
      },
    ],
    [
      "a framework has no such export",
      { "src/text.ts": `import { useGone } from "react"; export const text = useGone();` },
    ],
    ["an import leads nowhere", { "src/text.ts": `import "./gone"; export const text = 1;` }],
    ["a package is missing", { "src/text.ts": `import gone from "gone"; export const text = gone;` }],
    ["a script has an error", { "src/text.ts": `export const text = ;` }],
    ["a style has an error", { "src/page.css": `@import "./gone.css";` }],
  ])("%s, and tells the error as ever", async (_, files) => {
    const project = { ...base, ...files };
    const kept = builder.open();
    await kept.build(base);
    const [whole, build] = [await builder.whole(project), await kept.build(project)];
    expect(whole.ok).toBe(false);
    expect({ ...build.result, log: "" }).toEqual({ ...whole, log: "" });
    await expectAsNew(kept, base);
  });
});

test("a project whose page would come near the limit is bundled as a whole, which is smaller", async () => {
  const whole = await builder.whole(base);
  const maxOutputBytes = success(whole).html.length + 100;
  const build = await builder.open().build(base, {}, { maxOutputBytes });
  expect(build.wholeBecause).toBe("a page that is large");
  expect(bytesOf(build.result)).toBe(bytesOf(whole));
});

test("a project with components of a language of their own is not built that way", async () => {
  const project = { ...base, "src/Other.vue": `<template><p>other</p></template>` };
  const build = await builder.open().build(project);
  expect(build.made).toBe(-1);
  expect(bytesOf(build.result)).toBe(bytesOf(await builder.whole(project)));
});

test("a project of few scripts is not built that way", async () => {
  const build = await builder.open().build(base, {}, { keptModules: {} });
  expect(build.made).toBe(-1);
  expect(bytesOf(build.result)).toBe(bytesOf(await builder.whole(base)));
});
