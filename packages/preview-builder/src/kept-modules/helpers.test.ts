import { transform } from "esbuild";
import { expect, test } from "vitest";
import { dropHelpers } from "#kept-modules/helpers.ts";

const print = async (code: string): Promise<string> =>
  (await transform(code, { format: "cjs", target: "es2022", loader: "ts", sourcefile: "a.ts" })).code;

const all = `import d, { a } from "./a"; import * as all from "./all"; export * from "./b"; export { a, d, all }; export default 1;`;

test("all that the installed bundler puts before a module is known", async () => {
  const printed = await print(all);
  const { code, droppedLines } = dropHelpers(printed);
  expect(code.startsWith("var a_exports = {};\n")).toBe(true);
  expect(code).not.toMatch(/^var __/m);
  expect(printed.split("\n").slice(droppedLines).join("\n")).toBe(code);
});

test("it is known too where the module has names of its variables, and is put before them again", async () => {
  const names = "target, all, name, to, from, except, desc, key, mod, secondTarget, isNodeMode";
  const { code } = dropHelpers(
    await print(
      `${all.replace("* as all", "* as rest").replace("all }", "rest }")} var ${names}; export { ${names} };`,
    ),
  );
  expect(code.startsWith("var a_exports = {};\n")).toBe(true);
});

test("helpers that few modules need stay in the module", async () => {
  const printed = await print(`import { d } from "./d"; export class A { @d x = 1; }`);
  const { code, droppedLines } = dropHelpers(printed);
  expect(code).toMatch(/^var __typeError = /m);
  expect(code).not.toMatch(/^var __export = /m);
  expect(printed.split("\n").length - code.split("\n").length).toBe(droppedLines);
});

test("a module's own variables of such names stay", async () => {
  const printed = await print(`var __export = "own"; import d from "./d"; export var __toESM = d + __export;`);
  expect(dropHelpers(printed).code).toMatch(
    /^var __export\d = "own";\nvar __toESM\d = import_d\.default \+ __export\d;$/m,
  );
});
