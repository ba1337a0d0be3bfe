import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BuildResult } from "#build-result.ts";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
const hostDirectory = await mkdtemp(join(tmpdir(), "hivesync-host-"));
const secret = `secret-${randomUUID()}`;
const sourceMap = join(hostDirectory, "host.map");
beforeAll(async () => {
  await mkdir(join(hostDirectory, secret));
  await writeFile(join(hostDirectory, secret, `${secret}.js`), `export default "${secret}";`);
  const map = { version: 3, sources: [secret], sourcesContent: [secret], names: [secret], mappings: "AAAAA" };
  await writeFile(sourceMap, JSON.stringify(map));
});
afterAll(async () => {
  await rm(hostDirectory, { recursive: true });
  await builder[Symbol.asyncDispose]();
});

const page = (path: string, main: string, more: TestProject = {}): TestProject => ({
  "index.html": `<script type="module" src="/${path}"></script>`,
  [path]: main,
  ...more,
});

/** All that a build tells, the page's own code and the map included. */
function everythingOf(result: BuildResult): string {
  const texts = result.ok ? [result.html, result.sourceMap].map((bytes) => Buffer.from(bytes).toString()) : [];
  return JSON.stringify({ ...result, html: 0, sourceMap: 0 }) + texts.join("\n");
}

/** Prefixes that lead to a folder of the host that is there, from wherever the bundler may stand. */
const prefixes = [
  `${relative(process.cwd(), hostDirectory)}/`,
  `${relative(join(builder.runtimeCacheDirectory, "empty"), hostDirectory)}/`,
  `../../../../../../../../../..${hostDirectory}/`,
  `./../../../../../../../../..${hostDirectory}/`,
  `${hostDirectory}/`,
  `${pathToFileURL(hostDirectory).href}/`,
  "/proc/self/cwd/",
  "../../../../../../../../../../proc/self/",
  "../",
  "./",
];

const FORMS: Readonly<Record<string, (prefix: string) => TestProject>> = {
  "import of a template": (p) => page("src/a.js", `console.log((x) => import(\`${p}\${x}\`));`),
  "import of a template with an ending": (p) =>
    page("src/a.ts", `console.log((x: any) => import(\`${p}\${x}/\${x}.js\`));`),
  "import of a sum, with a comment": (p) =>
    page("src/a.jsx", `console.log((x) => <p>{import /*a*/ (/*b*/ "${p}" + x)}</p>);`),
  "import of a choice": (p) => page("src/a.js", `console.log((x) => import(x ? \`${p}\${x}\` : "${p}" + x));`),
  "import of an enum's value": (p) =>
    page("src/a.ts", `enum E { P = "${p}", Q = P + "" }\nconsole.log((x: any) => import(E.Q + x));`),
  "import of a value of .env": (p) =>
    page("src/a.ts", `console.log((x: any) => import(import.meta.env.VITE_P + x));`, { ".env": `VITE_P="${p}"` }),
  "import as text": (p) => page("src/a.js", `console.log((x) => import(\`${p}\${x}\`, { with: { type: "text" } }));`),
  "require of a template": (p) => page("src/a.js", `console.log((x) => require(\`${p}\${x}\`));`),
  "require of a sum": (p) =>
    page("src/a.cjs", `module.exports = (x) => require("${p}" + x); console.log(module.exports);`),
  "require with a type": (p) => page("src/a.ts", `console.log((x: any) => (require! as any)(\`${p}\${x}\`));`),
  "require with an escape": (p) => page("src/a.js", `console.log((x) => r\\u0065quire(\`${p}\${x}\`));`),
  "require of module": (p) => page("src/a.js", `console.log((x) => module.require(\`${p}\${x}\`));`),
  "require put together": (p) => page("src/a.js", `console.log((x) => module["req" + "uire"](\`${p}\${x}\`));`),
  "require named by a template": (p) => page("src/a.js", `console.log((x) => module[\`require\`](\`${p}\${x}\`));`),
  "require of a choice": (p) => page("src/a.js", `console.log((x) => require(x ? \`${p}\${x}\` : "./" + x));`),
  "require in steps": (p) =>
    page("src/a.ts", `enum E { U = "uire" }\nconsole.log((x: any) => (true && module)["req" + E.U](\`${p}\${x}\`));`),
  "require.resolve": (p) => page("src/a.js", `console.log((x) => require.resolve(\`${p}\${x}\`));`),
  "new URL": (p) => page("src/a.js", `console.log((x) => new URL(\`${p}\${x}\`, import.meta.url));`),
  "new Worker": (p) => page("src/a.js", `console.log((x) => new Worker(new URL("${p}" + x, import.meta.url)));`),
  "a script inside a page": (p) => ({
    "index.html": `<script type="module">console.log((x) => import(\`${p}\${x}\`));</script>`,
  }),
  "a classic script": (p) => ({ "index.html": `<script>console.log((x) => import(\`${p}\${x}\`));</script>` }),
  "a data URL": (p) =>
    page(
      "src/a.js",
      `import f from ${JSON.stringify(`data:text/javascript,export default (x) => import("${p}" + x)`)}; console.log(f);`,
    ),
};

describe.each(Object.keys(FORMS))("%s", (form) => {
  test.each(prefixes)("with the prefix %s looks at nothing of the host", async (prefix) => {
    const result = await builder.build(FORMS[form]?.(prefix) ?? {});
    expect(result).toMatchObject({ ok: true });
    const all = everythingOf(result);
    expect(all).not.toContain(secret);
    // What the bundler calls the list of files that it made of a pattern.
    expect(all).not.toMatch(/__glob|globImport|globRequire/);
  });
});

test("however such a call is written, the bundler makes no pattern of it", async () => {
  const gap = fc.constantFrom("", " ", "/*`*/", "//c\n", "\n-->c\n");
  const callees = [
    ["import", "require", "r\\u0065quire", "(require as any)", "require!", "(true && require)", "(null ?? require)"],
    ["(0, require)", "module.require", "module['req' + 'uire']", "module['req' + E.u]", "module[`req${'uire'}`]"],
    ["m\\u006fdule[E.r]", "(true ? require : 0)", "(__DEV__ || require)", "(module!).require!", "require<any>"],
  ].flat();
  const argument = [
    ["`../${x}`", "'../' + x", "E.p + x", "`${E.p}${x}`", "x ? '../' + x : `./${x}`", "x && `../${x}`"],
    ["('../' + x) as string", "<any>`../${`${x}`}`", "'\\x2e./' + x", "import.meta.env.VITE_P + x", "...['../' + x]"],
    ["`../${x}`, { with: { type: 'text' } }", "'../'.concat(x)", "(x, '../' + x)"],
  ].flat();
  const frames = [
    ["console.log((x) => $);", "export const f = async (x) => { return $; }; f();", "class A { static a = $; } f(A);"],
    ["f(`${$}`);", "function g(require) { return $; } f(g);", "a<!--b+`\n;$//`;", "enum Z { a = $ } f(Z);"],
  ].flat();
  const parts = fc.tuple(...[frames, callees, argument].map((texts) => fc.constantFrom(...texts)), gap);
  const property = fc.asyncProperty(parts, async ([frame, callee, value, space]) => {
    const call = `${callee}${space}(${space}${value}${space})`;
    const main = `enum E { p = '../', r = 'require', u = 'uire' }\n${frame.replace("$", () => call)}`;
    const all = everythingOf(await builder.build(page("src/a.ts", main, { ".env": "VITE_P=../" })));
    expect(all).not.toMatch(/__glob|globImport|globRequire|Could not resolve (?:import|require)\(/);
  });
  await fc.assert(property, { numRuns: 200 });
});

const MAP_FORMS: Readonly<Record<string, (map: string) => TestProject>> = {
  "a script": (map) => page("a.js", `console.log(1);\n//# sourceMappingURL=${map}`),
  "a script that computes imports": (map) =>
    page("a.js", `console.log((x) => import("./" + x));\n//# sourceMappingURL=${map}`),
  "a script in an open line": (map) => page("a.tsx", `console.log(<p/>); //@ sourceMappingURL=${map}`),
  "a script inside a page": (map) => ({
    "index.html": `<script type="module">console.log(1);\n//# sourceMappingURL=${map}\n</script>`,
  }),
  "a stylesheet": (map) =>
    page("a.js", `import "./a.css";`, { "a.css": `p { color: red }\n/*# sourceMappingURL=${map} */` }),
  "a stylesheet with an open comment": (map) => ({
    "index.html": `<style>p { color: red }\n/*# sourceMappingURL=${map} </style>`,
  }),
  "a CSS module": (map) =>
    page("a.js", `import s from "./a.module.css"; console.log(s);`, {
      "a.module.css": `.p { color: red }\n/*# sourceMappingURL=${map} */`,
    }),
  "a data URL": (map) =>
    page("a.js", `import ${JSON.stringify(`data:text/javascript,console.log(1);%0A//%23 sourceMappingURL=${map}`)};`),
};

describe.each([
  ["a source map", sourceMap],
  ["no source map", join(hostDirectory, secret, `${secret}.js`)],
])("a file of the host that is %s", (_, path) => {
  test.each(Object.keys(MAP_FORMS))("is not read when %s says that it is its source map", async (form) => {
    const result = await builder.build(MAP_FORMS[form]?.(pathToFileURL(path).href) ?? {});
    expect(result).toMatchObject({ ok: true, warnings: [] });
    const { html, sourceMap: map } = result.ok ? result : { html: "", sourceMap: "" };
    expect(Buffer.from(map).toString() + Buffer.from(html).toString()).not.toContain(`"${secret}`);
  });
});

describe("in a project", () => {
  const files = {
    "src/pages/home.ts": `export const title = "home-page";`,
    "src/pages/deep/inner.js": `export const title = "inner-page";`,
    "src/pages/notes.unknown": "notes",
    "src/texts/de/main.json": `{"hello":"Hallo"}`,
  };

  test("a computed import chooses from the files that fit, named with or without their ending", async () => {
    const main = `export const page = (n: string) => import(\`./pages/\${n}\`);
      export const text = (l: string, n: string) => require("./texts/" + l + \`/\${n}.json\`); console.log(page, text);`;
    const { text, warnings } = await builder.page(page("src/main.ts", main, files));
    expect(text).toContain("home-page");
    expect(text).toContain("Hallo");
    expect(text).toMatch(/"\.\/pages\/home\.ts": \(\) =>.*"\.\/pages\/home": \(\) =>/);
    expect(text).not.toContain("inner-page");
    expect(warnings).toEqual([]);
  });

  test("one that no file fits is a warning that holds what the code says, and is left to the browser", async () => {
    const { text, warnings } = await builder.page(
      page("src/main.js", "export const f = (x) => import(`./pagse/${x}.js`); f();"),
    );
    expect(warnings.map((row) => row.text)).toEqual([
      `No file of the project fits import("./pagse/*.js") in "src/main.js".`,
    ]);
    expect(text).toMatch(/\(\(name\) => import\(name\)\)\(`\.\/pagse\/\$\{x\}\.js`\)/);
  });

  test("a script that computes imports keeps the places of its errors and the lines of its source map", async () => {
    const main =
      "const f = (x: any) => import(`./pages/${x}`);\n\nfunction late(): void {\n  throw new Error('here');\n}\nlate();\nf(1);\n";
    const { details } = await builder.failure(page("src/main.ts", `${main}let a = ;`, files));
    expect(details[0]).toMatchObject({ file: "src/main.ts", line: 8, line_text: "let a = ;" });
    const result = await builder.page(page("src/main.ts", main, files));
    const built = JSON.parse(Buffer.from(result.sourceMap).toString()) as {
      sources: string[];
      sourcesContent: string[];
    };
    expect(built.sourcesContent[built.sources.indexOf("vfs:src/main.ts")]).toBe(main);
  });

  test("code that only names such calls, and calls of plain names, stays as it is", async () => {
    const main =
      "// import(`./${x}`) and require('./' + y)\nexport const a = 'import(`./${x}`)', b = (r) => require(r), c = () => import('./pages/home');\nconsole.log(a, b, c);";
    const { text, warnings } = await builder.page(page("src/main.js", main, files));
    expect(text).toContain("import(`./${x}`)");
    expect(warnings).toEqual([]);
  });

  test("a data URL may be imported: a script, JSON, a stylesheet; another kind is named", async () => {
    const main = `import a from "data:text/javascript,export default 'from-script'"; import b from "data:application/json,[42]";
      import "data:text/css,p{color:red}"; console.log(a, b);`;
    const { text } = await builder.page(page("main.js", main));
    expect(text).toContain("from-script");
    expect(text).toMatch(/\[42\]/);
    expect(text).toContain("color: red");
    const { details } = await builder.failure(page("main.js", `import a from "data:image/png,x"; console.log(a);`));
    expect(details[0]).toMatchObject({ file: "main.js", line: 1, text: "A data URL of this kind cannot be imported." });
  });
});
