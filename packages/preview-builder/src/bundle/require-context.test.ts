import { afterAll, describe, expect, test } from "vitest";
import { runInNewContext } from "node:vm";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const FILES: TestProject = {
  "src/rows/a.js": "export default 'a of rows';",
  "src/rows/b.ts": "export const b: string = 'b of rows';",
  "src/rows/deep/c.js": "export default 'c of rows';",
  "src/rows/d.json": `{ "d": "d of rows" }`,
};

/** Builds a script that prints, and runs what was built. */
async function run(
  code: string,
  more: TestProject = {},
): Promise<{ printed: unknown[]; warnings: readonly unknown[] }> {
  const { text, warnings } = await builder.page({
    ...FILES,
    ...more,
    "index.html": `<script type="module" src="/src/main.js"></script>`,
    "src/main.js": code,
  });
  const script = /<script type="module">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? "";
  const printed: unknown[] = [];
  await runInNewContext(`(async () => {${script}\n})()`, { print: (value: unknown) => printed.push(value) });
  return { printed, warnings };
}

describe("require.context", () => {
  test("gives the files of a folder that fit, each run when it is asked for", async () => {
    const { printed } = await run(`
const rows = require.context("./rows", false, /\\.(js|ts)$/);
print(rows.keys().join()); print(rows("./a.js").default); print(rows(rows.resolve("./b.ts")).b); print(rows.id);`);
    expect(printed).toEqual(["./a.js,./b.ts", "a of rows", "b of rows", "./rows"]);
  });

  test("looks into folders of the folder unless it may not, and takes every file without a filter", async () => {
    const { printed } = await run(`
print(require.context("./rows", true, /c\\.js$/).keys().join());
print(require.context("./rows").keys().join());`);
    expect(printed).toEqual(["./deep/c.js", "./a.js,./b.ts,./d.json,./deep/c.js"]);
  });

  test("gives promises where it is to be lazy", async () => {
    const { printed } = await run(
      `const rows = require.context("./rows", false, /a\\.js$/, "lazy"); print((await rows("./a.js")).default);`,
    );
    expect(printed).toEqual(["a of rows"]);
  });

  test("throws for a name that it does not have", async () => {
    const { printed } = await run(
      `try { require.context("./rows", false)("./constructor"); } catch (error) { print(error.message); }`,
    );
    expect(printed).toEqual(["Cannot find module './constructor'"]);
  });

  test("goes through the project's own maps of names", async () => {
    const { printed } = await run(`print(require.context("@/rows", false, /\\.js$/).keys().join());`, {
      "tsconfig.json": JSON.stringify({ compilerOptions: { paths: { "@/*": ["./src/*"] } } }),
    });
    expect(printed).toEqual(["./a.js"]);
  });

  test("that only running could tell gives no file, and a warning with the file's name", async () => {
    const { printed, warnings } =
      await run(`const where = "./rows"; let folder = where; if (print.length > 5) folder = "x";
print(require.context(folder, true).keys().length);`);
    expect(printed).toEqual([0]);
    expect(warnings).toMatchObject([{ text: expect.stringContaining("require.context") as unknown }]);
  });

  test("never leads out of the project", async () => {
    const { printed } = await run(`print(require.context("../../../../etc", true).keys().length);`);
    expect(printed).toEqual([0]);
  });
});

describe(`"browser" of package.json`, () => {
  const browser = (rows: Readonly<Record<string, string | false>>): TestProject => ({
    "package.json": JSON.stringify({ browser: rows }),
    "src/server.js": "export default 'for a server';",
    "src/page.js": "export default 'for a page';",
  });

  test.each([
    ["a file by its whole name", { "./src/server.js": "./src/page.js" }, "./server"],
    ["a file without its ending", { "./src/server": "./src/page" }, "./server.js"],
    ["a package by a file", { "some-package": "./src/page.js" }, "some-package"],
  ])("puts another in the place of %s", async (_name, rows, specifier) => {
    const { printed } = await run(`import text from "${specifier}"; print(text);`, browser(rows));
    expect(printed).toEqual(["for a page"]);
  });

  test("leaves out what is false: a file, a package, a module of Node.js", async () => {
    const { printed } = await run(
      `import * as a from "./server"; import b from "fs"; const c = require("left-out"); print([a, b, c].map((each) => Object.keys(each).join()).join("|"));`,
      browser({ "./src/server.js": false, fs: false, "left-out": false }),
    );
    expect(String(printed[0]).replaceAll("default", "")).toBe("||");
  });
});

test("a shared worker is refused with what to use instead", async () => {
  const { details } = await builder.failure({
    "index.html": `<script type="module" src="a.js"></script>`,
    "a.js": `import Shared from "./w.js?sharedworker"; new Shared();`,
    "w.js": "",
  });
  expect(details[0]).toMatchObject({ file: "a.js", line: 1, text: expect.stringContaining(`"?worker"`) as unknown });
});
