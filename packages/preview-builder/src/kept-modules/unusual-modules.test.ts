import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BuildResult } from "#build-result.ts";
import { readPrinted } from "#kept-modules/printed-module.ts";
import { createKeptBuilder } from "#testing/kept-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, browser] = await Promise.all([createKeptBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

let page: Awaited<ReturnType<typeof browser.newPage>>;
beforeEach(async () => {
  page = await browser.newPage();
});
afterEach(() => page.close());

async function textOf(result: BuildResult): Promise<string> {
  if (!result.ok) throw new Error(result.message);
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: Buffer.from(result.html) }));
  await page.goto("http://storage.test/");
  await page.waitForFunction(() => document.body.innerText.includes("."));
  return await page.evaluate(() => document.body.innerText.trim());
}

/** What does not depend on how long it took. */
const lastingOf = (result: BuildResult): unknown =>
  result.ok ? Buffer.from(result.html).toString() : { ...result, log: "" };

/** A page whose script says what `a.js` gives, and a full stop. */
const says = (files: TestProject): TestProject => ({
  "index.html": `<script type="module" src="/main.js"></script>`,
  "main.js": `import a from "./a"; document.body.append(a + ".");`,
  ...files,
});

describe("kept modules run as in a bundle when", () => {
  test.each<[string, TestProject]>([
    ["a module has directives", { "a.js": `"use client"; 'use "x"';\nimport c from "clsx"; export default c("yes");` }],
    [
      "a module has a directive, and takes all of a project's CommonJS",
      {
        "a.js": `"use client"; import b from "./b"; export default b;`,
        "b.js": `"use server"; module.exports = "yes";`,
      },
    ],
    [
      "a module begins with a hashbang",
      { "a.js": `#!/usr/bin/env node\nimport c from "clsx"; export default c("yes");` },
    ],
    [
      "one of CommonJS begins with a hashbang and a directive",
      { "a.js": `#!/usr/bin/env node\n"use strict";\nmodule.exports = "yes";` },
    ],
  ])("%s", async (_, files) => {
    const project = says({ "package.json": `{"dependencies": {"clsx": "*"}}`, ...files });
    const build = await builder.open().build(project);
    expect(build.wholeBecause).toBeUndefined();
    expect(await textOf(build.result)).toBe("yes.");
    expect(await textOf(await builder.whole(project))).toBe("yes.");
  });
});

describe("a project is bundled as a whole when", () => {
  test.each<[string, string, TestProject]>([
    [
      "the page's loader",
      "a module has names of it",
      { "a.js": `const __give = "yes", __0 = ""; export default __0 + __give;` },
    ],
    [
      "the page's loader",
      "a module has such a name by an escape",
      { "a.js": `class \\u005f_1 {} export default typeof __1 && "yes";` },
    ],
    [
      "module.require",
      "a module is taken by module.require",
      { "a.js": `module.exports = module.require("./b");`, "b.js": `module.exports = "yes";` },
    ],
    [
      "a bundler's own names",
      "a module is what a bundler has made",
      {
        "a.js": `var __defProp = Object.defineProperty;
var __copyProps = (to, from) => Object.assign(to, from);
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);
var src_exports = { default: "yes" };
module.exports = __toCommonJS(src_exports);
module.exports = module.exports.default;`,
      },
    ],
    [
      "a bundler's own names",
      "a text holds what a bundler prints",
      { "a.js": "export default `\nmodule.exports = __toCommonJS(a_exports);\n`.length > 1 && 'yes';" },
    ],
    [
      "a bundler's own names",
      "a module has a variable like the bundler's own",
      { "a.js": `var __create = Object.create; module.exports = typeof __create && "yes";` },
    ],
  ])("it would be misread for %s: %s", async (reason, _, files) => {
    const project = says(files);
    const build = await builder.open().build(project);
    const whole = await builder.whole(project);
    expect(build.wholeBecause).toContain(reason);
    expect(lastingOf(build.result)).toEqual(lastingOf(whole));
    expect(whole.ok && (await textOf(whole))).toBe("yes.");
  });

  test.each([
    ["with", `with ({ b: 1 }) { exports.a = b; }`],
    ["delete of a variable", `var q = 1; delete q; exports.a = q;`],
    ["two parameters of one name", `exports.a = function (a, a) {};`],
    ["arguments that are assigned", `exports.a = function () { arguments = 1; };`],
  ])("a module has what strict code may not have: %s", async (_, code) => {
    const project = says({ "a.js": code });
    const build = await builder.open().build(project);
    expect(build.wholeBecause).toContain("strict");
    expect(lastingOf(build.result)).toEqual(lastingOf(await builder.whole(project)));
  });
});

describe("a call of require", () => {
  const specifiersOf = (code: string): string[] => readPrinted(code).imports.map(({ specifier }) => specifier);

  test("is read with the comments that tools put into it", () => {
    expect(specifiersOf(`require(/* one */ /* two */ "./a" /* three */);\nrequire(\n  // four\n  "./b"\n);\n`)).toEqual(
      ["./a", "./b"],
    );
  });

  test.each([
    ["before it", `/* ${"long ".repeat(200)} */ "./a"`],
    ["behind it", `"./a" /* ${"long ".repeat(200)} */`],
    ["of which there are many", `${"/* short */ ".repeat(10)} "./a"`],
  ])("is not taken for one at run time for comments %s", (_, argument) => {
    const code = `Promise.resolve().then(() => __toESM(require(${argument})));\n`;
    expect(() => readPrinted(code)).toThrow("an import that is not understood");
  });

  test("with what only running tells is left to the browser, whatever comments it has", () => {
    const code = "Promise.resolve().then(() => __toESM(require(";
    expect(specifiersOf(`${code}/* @vite-ignore */ "./a" + url)));\n${code}/* one */ url /* two */)));\n`)).toEqual([]);
  });

  test.each([
    ["names behind which comments do not end", 'require("./a"/*'],
    ["comments that do not end", "require(/*"],
    ["comments that begin in comments", "require(/**//*"],
    ["lines that do not end", "require(//"],
  ])("costs no more in a long text for %s", (_, part) => {
    // Where each call is read to the text's end, this takes minutes.
    expect(() => readPrinted(part.repeat(200_000))).toThrow("an import that is not understood");
  });
});
