import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BuildResult } from "#build-result.ts";
import { createKeptBuilder } from "#testing/kept-builder.ts";
import { PIXEL_PNG } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, browser] = await Promise.all([createKeptBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

let page: Awaited<ReturnType<typeof browser.newPage>>;
let problems: string[];
beforeEach(async () => {
  page = await browser.newPage();
  problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
});
afterEach(() => page.close());

async function show(result: BuildResult): Promise<string> {
  if (!result.ok) throw new Error(result.message);
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: Buffer.from(result.html) }));
  await page.goto("http://storage.test/");
  await page.waitForFunction(() => document.body.innerText.includes("."));
  return await page.evaluate(() => document.body.innerText.trim());
}

const html = `<script type="module" src="/main.js"></script>`;
/** A page whose script says `text` in the end: a sentence, as its full stop is what is waited for. */
const says = (main: string, files: TestProject = {}): TestProject => ({
  "index.html": html,
  "main.js": main,
  ...files,
});

const CODE: readonly {
  readonly what: string;
  readonly project: TestProject;
  readonly text: string;
  readonly isInCircle?: true;
}[] = [
  {
    what: "functions of modules that import each other are there from the beginning",
    project: says(`import { even } from "./even"; document.body.append(even(10) + ".");`, {
      "even.js": `import { odd } from "./odd"; export const early = odd.name; export function even(n) { return n === 0 || odd(n - 1); }`,
      "odd.js": `import { even } from "./even"; export const known = typeof even; export function odd(n) { return n !== 0 && even(n - 1); }`,
    }),
    text: "true.",
    isInCircle: true,
  },
  {
    what: "what a module changes of its exports later is seen by whoever imported it",
    project: says(
      `import { n, add } from "./count"; import * as all from "./count"; add(); document.body.append(n + " " + all.n + ".");`,
      { "count.js": `export let n = 1; export function add() { n += 1; }` },
    ),
    text: "2 2.",
  },
  {
    what: "a barrel that its own parts import gives them all of its exports",
    project: says(
      `import * as all from "./barrel"; document.body.append(Object.keys(all).sort().join() + " " + all.both() + ".");`,
      {
        "barrel.js": `export * from "./a"; export * from "./b"; export { default as c } from "./c"; export default 0;`,
        "a.js": `import { b } from "./barrel"; export const a = "a"; export const both = () => a + b;`,
        "b.js": `export const b = "b"; export default "not passed on";`,
        "c.js": `import * as all from "./barrel"; export default () => Object.keys(all).length;`,
      },
    ),
    text: "a,b,both,c,default ab.",
    isInCircle: true,
  },
  {
    what: "CommonJS is what it is to a bundler: its object, its default, and its names",
    project: says(
      `import f, { twice } from "./f"; import * as all from "./f"; import old, { named } from "./old";
document.body.append([f(2), twice(2), all.default === f, old, named, require("./f")(3)].join() + ".");`,
      {
        "f.cjs": `module.exports = (n) => n + 1; module.exports.twice = (n) => 2 * n;`,
        "old.js": `Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "d"; exports.named = "n";`,
      },
    ),
    text: "3,4,true,d,n,4.",
  },
  {
    what: "require of a module of statements says that it is one, and knows what it exports",
    project: says(`const m = require("./m"); document.body.append([m.__esModule, m.default, m.x].join() + ".");`, {
      "m.js": `export default "d"; export const x = "x";`,
    }),
    text: "true,d,x.",
  },
  {
    what: "import() gives one namespace that looks like a module, runs it once and not before",
    project: says(
      `globalThis.seen = []; const a = import("./late"); globalThis.seen.push("main");
const [m, n] = await_(a, import("./late")); function await_(...all) { Promise.all(all).then(([x, y]) => {
document.body.append([x === y, x[Symbol.toStringTag], x.default, Object.keys(x), globalThis.seen].join() + "."); }); return []; }`,
      { "late.js": `globalThis.seen.push("late"); export default "d"; export const e = 1;` },
    ),
    text: "true,Module,d,default,e,main,late.",
  },
  {
    what: "a rejected import() tells why, and does not hide that it is tried again",
    project: says(
      `import("./bad").catch((e) => import("./bad").catch((f) => document.body.append(e.message + f.message + ".")));`,
      { "bad.js": `globalThis.tries = (globalThis.tries ?? 0) + 1; throw new Error("try " + globalThis.tries + " ");` },
    ),
    text: "try 1 try 2 .",
  },
  {
    what: "data is imported as what it is",
    project: says(
      `import data, { b } from "./data.json"; import list from "./list.json"; import text from "./note.txt"; import url from "./dot.png";
document.body.append([data.a, b, list.length, require("./data.json").a, text.trim(), url.slice(0, 15)].join() + ".");`,
      { "data.json": `{"a": 1, "b": "</script>"}`, "list.json": "[1, 2]", "note.txt": "noted\n", "dot.png": PIXEL_PNG },
    ),
    text: "1,</script>,2,1,noted,data:image/png;.",
  },
  {
    what: "names of CommonJS are names like others where a module does not use them",
    project: says(`import { sum } from "./names"; document.body.append(sum + require("./own") + ".");`, {
      "names.js": `const module = 1, exports = 2; function require() { return 3; } export const sum = module + exports + require();`,
      "own.js": `(function () { const module = 4; globalThis.four = module; })(); const own = module; own.exports = globalThis.four;`,
    }),
    text: "10.",
  },
  {
    what: "a glob, and a name that is put together, choose among the project's files",
    project: says(
      `const pages = import.meta.glob("./pages/*.js", { eager: true, import: "default" });
const name = globalThis.none ?? "b"; import("./pages/" + name + ".js").then((m) => document.body.append(Object.keys(pages).join() + m.default + "."));`,
      { "pages/a.js": `export default "A";`, "pages/b.js": `export default "B";` },
    ),
    text: "./pages/a.js,./pages/b.jsB.",
  },
  {
    what: "decorators and what else needs help of the bundler works in each module by itself",
    project: {
      "index.html": `<script type="module" src="/main.ts"></script>`,
      "main.ts": `import { Card } from "./card"; const from = "f", name = "n"; document.body.append([new Card().x, Card.count, from, name].join() + ".");`,
      "card.ts": `import { twice } from "./twice"; export class Card { static count = 1; #hidden = 2; @twice accessor x = 4; get hidden() { return this.#hidden; } }`,
      "twice.ts": `export function twice(target: any, context: any) { return { init: (value: number) => 2 * value }; }`,
    },
    text: "8,1,f,n.",
  },
  {
    what: "however a name is written out that import() and require take, it is the project's file",
    project: says(
      `const a = import(/* webpackChunkName: "a" */ "./a"), b = import(\`./b\`), c = require(\`./c\`), d = require("./more/" + "d"); let e = "none"; try { require("./more/" + globalThis.none); } catch (error) { e = error.message; }
Promise.all([a, b]).then((all) => document.body.append(all.map((m) => m.default).join() + c.c + d.d + e + "."));`,
      {
        "a.js": `export default "a";`,
        "b.js": `export default "b";`,
        "c.js": `export const c = "c";`,
        "more/d.js": `exports.d = "d";`,
      },
    ),
    text: `a,bcdDynamic require of "./more/undefined" is not supported.`,
  },
  {
    what: "a worker runs beside the page",
    project: says(
      `import Worker from "./add?worker"; const worker = new Worker(); worker.onmessage = ({ data }) => document.body.append(data + "."); worker.postMessage(40);`,
      {
        "add.js": `import { two } from "./two"; onmessage = ({ data }) => postMessage(data + two);`,
        "two.js": `export const two = 2;`,
      },
    ),
    text: "42.",
  },
  {
    what: "React is one, in TypeScript and JSX, for components of several files",
    project: {
      "index.html": `<div id="root"></div><script type="module" src="/main.tsx"></script>`,
      "package.json": `{"dependencies": {"react": "*", "react-dom": "*"}}`,
      "tsconfig.json": `{"compilerOptions": {"paths": {"@/*": ["./*"]}}}`,
      "main.tsx": `import { createRoot } from "react-dom/client"; import App from "@/app"; createRoot(document.getElementById("root")!).render(<App />);`,
      "app.tsx": `import React, { useContext } from "react"; import * as Everything from "react"; import { Theme, type Color } from "./theme";
const Inner = () => { const color: Color = useContext(Theme); return <>{color}{String(React.useState === Everything.useState)}.</>; };
export default function App() { return <Theme.Provider value="teal"><Inner /></Theme.Provider>; }`,
      "theme.ts": `import { createContext } from "react"; export type Color = "teal" | "none"; export const Theme = createContext<Color>("none");`,
    },
    text: "tealtrue.",
  },
];

describe("code", () => {
  test.each(CODE)("$what, as in a bundle", async ({ project, text, isInCircle }) => {
    const kept = builder.open();
    const [whole, first] = [await builder.whole(project), await kept.build(project)];
    const second = await kept.build(project);
    const because = [first, second].map(({ wholeBecause }) => wholeBecause?.endsWith("is in a circle of imports"));
    expect(because).toEqual([isInCircle, isInCircle]);
    expect(await show(whole)).toBe(text);
    expect(await show(first.result)).toBe(text);
    expect(await show(second.result)).toBe(text);
    expect(problems).toEqual([]);
  });
});

describe("styles", () => {
  const card = (color: string): string => `.card { color: ${color}; }`;
  const project = says(
    `import "./first.css"; import one from "./one/card.module.css"; import "./b"; import two from "./two/card.module.css"; import { from } from "./last";
const add = (name) => { const p = document.createElement("p"); p.className = name; document.body.append(p); return getComputedStyle(p).color; };
document.body.append([one.card !== two.card, add(one.card), add(two.card), add("order"), from].join(" ") + ".");`,
    {
      "first.css": `.order { color: rgb(1, 1, 1); }`,
      "b.js": `import "./b.css";`,
      "b.css": `.order { color: rgb(2, 2, 2); }`,
      "one/card.module.css": card("rgb(3, 3, 3)"),
      "two/card.module.css": card("rgb(4, 4, 4)"),
      "last.js": `import "./last.css"; import "./first.css"; export const from = "last";`,
      "last.css": `.order { background: none; }`,
    },
  );

  test("keep their order, and equal names in two folders do not meet", async () => {
    const kept = builder.open();
    const [whole, first] = [await builder.whole(project), await kept.build(project)];
    const second = await kept.build({ ...project, "b.js": `import "./b.css"; export const changed = 1;` });
    expect([first.wholeBecause, second.wholeBecause, second.made]).toEqual([undefined, undefined, 1]);
    const text = "true rgb(3, 3, 3) rgb(4, 4, 4) rgb(2, 2, 2) last.";
    for (const result of [whole, first.result, second.result]) expect(await show(result)).toBe(text);
  });

  test("are made anew when one of them changes, or when scripts import others", async () => {
    const kept = builder.open();
    await kept.build(project);
    const changed = { ...project, "b.css": `.order { color: rgb(5, 5, 5); }` };
    const recolored = await kept.build(changed);
    expect(recolored.made).toBe(0);
    expect(await show(recolored.result)).toContain("rgb(5, 5, 5)");
    const without = await kept.build({ ...changed, "b.js": "" });
    expect(await show(without.result)).toContain("rgb(1, 1, 1)");
  });
});

test("places in an error's stack lead to the project's files, also to one that was made in an earlier build", async () => {
  const thrower = `// one\n\nexport function fail(): never {\n  throw new TypeError("on purpose");\n}\n`;
  const project: TestProject = {
    "index.html": `<p>x.</p><script type="module">\nimport { run } from "/run.ts";\nrun();\n</script>`,
    "run.ts": `import { fail } from "./fail";\nexport const run = () => fail();\n`,
    "fail.ts": thrower,
    "data.json": "{}",
  };
  const kept = builder.open();
  await kept.build(project);
  const changed = {
    ...project,
    "run.ts": `import data from "./data.json";\n\n${String(project["run.ts"])}void data;\n`,
  };
  const { result, made } = await kept.build(changed);
  expect(made).toBe(2);
  const thrown = page.waitForEvent("pageerror");
  await show(result);
  const places = [...((await thrown).stack ?? "").matchAll(/hivesync-preview\.js:(\d+):(\d+)/g)];
  const map = new SourceMap(JSON.parse(Buffer.from(result.ok ? result.sourceMap : []).toString()) as SourceMapPayload);
  const found = places.map(([, line, column]) => map.findEntry(Number(line) - 1, Number(column) - 1));
  const ofProject = found.filter((entry) => "originalSource" in entry && entry.originalSource.startsWith("vfs:"));
  expect(ofProject.slice(0, 3)).toMatchObject([
    {
      originalSource: "vfs:fail.ts",
      originalLine: 3,
      originalColumn: thrower.split("\n")[3]?.indexOf("new TypeError"),
    },
    { originalSource: "vfs:run.ts", originalLine: 3 },
    { originalSource: "vfs:index.html", originalLine: 2 },
  ]);
});
