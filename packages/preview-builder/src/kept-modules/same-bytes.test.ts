import { afterAll, describe, expect, test } from "vitest";
import type { BuildResult, BuildSuccess } from "#build-result.ts";
import { createKeptBuilder } from "#testing/kept-builder.ts";
import type { KeptBuild, KeptProject } from "#testing/kept-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createKeptBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

function success(result: BuildResult): BuildSuccess {
  if (!result.ok) throw new Error(`${result.message} ${JSON.stringify(result.details)}`);
  return result;
}

function bytesOf(result: BuildResult): string {
  const { html, sourceMap } = success(result);
  return `${Buffer.from(html).toString()}\n${Buffer.from(sourceMap).toString()}`;
}

async function expectAsNew(kept: KeptProject, project: TestProject): Promise<KeptBuild> {
  const [build, fresh] = [await kept.build(project), await builder.open().build(project)];
  expect(build.wholeBecause).toBe(fresh.wholeBecause);
  expect(bytesOf(build.result)).toBe(bytesOf(fresh.result));
  expect(success(build.result).manifest.inputs).toEqual(success(fresh.result).manifest.inputs);
  return build;
}

async function expectWhole(kept: KeptProject, project: TestProject): Promise<KeptBuild> {
  const build = await expectAsNew(kept, project);
  const whole = await builder.whole(project);
  expect(build.wholeBecause).toEqual(expect.any(String));
  expect(bytesOf(build.result)).toBe(bytesOf(whole));
  expect(success(build.result).manifest.inputs).toEqual(success(whole).manifest.inputs);
  return build;
}

const page = `<script type="module" src="/main.js"></script>`;

describe.each([
  ["on the disk", false],
  ["in the process's memory", true],
])("what is left behind %s decides nothing", (_place, remembers) => {
  test("when a page loses one of its scripts", async () => {
    const kept = builder.open({ remembers });
    const part = `<script type="module">import { a } from "/a.js"; console.log(a);</script>`;
    const files = { "a.js": `export const a = 1;`, "b.js": `export const b = 2;` };
    const two = `${part}<script type="module">import { b } from "/b.js"; console.log(b);</script>`;
    await expectAsNew(kept, { ...files, "index.html": two });
    const one = await expectAsNew(kept, { ...files, "index.html": part });
    expect(one.wholeBecause).toBeUndefined();
    await expectAsNew(kept, { ...files, "index.html": two });
  });

  test.each([
    ["waits at its top", `export const b = await 1;`],
    ["has an error", `export const b = ;`],
    ["imports what there is not", `import "./gone"; export const b = 1;`],
  ])("when a module that nothing imports any more %s", async (_, b) => {
    const kept = builder.open({ remembers });
    const others = Object.fromEntries([1, 2, 3].map((n) => [`x${n}.js`, `export const x = ${n};`]));
    const rest = `import { x } from "./x1"; import * as y from "./x2"; import * as z from "./x3"; console.log(x, y, z);`;
    const project = { ...others, "index.html": page, "b.js": `export const b = 1;` };
    await kept.build({ ...project, "main.js": `import { b } from "./b"; ${rest} console.log(b);` });
    const changed = await expectAsNew(kept, { ...project, "main.js": rest, "b.js": b });
    expect(changed.wholeBecause).toBeUndefined();
    expect((await expectAsNew(kept, { ...project, "main.js": rest, "b.js": b })).made).toBe(0);
  });
});

describe.each([
  ["on the disk", false],
  ["in the process's memory", true],
])("modules whose statements import each other are bundled as a whole, with what is kept %s", (_place, remembers) => {
  const barrel = {
    "index.html": page,
    "main.js": `import { B } from "./ui"; console.log(B);`,
    "ui/index.js": `export { B } from "./B"; export { cx } from "./cx";`,
    "ui/B.js": `import { cx } from "."; export const B = cx("a");`,
    "ui/cx.js": `export function cx(name) { return name; }`,
  };

  test("which a later build knows without making any of them", async () => {
    const kept = builder.open({ remembers });
    await expectWhole(kept, barrel);
    expect((await expectWhole(kept, barrel)).made).toBe(0);
    expect((await expectWhole(kept, { ...barrel, "ui/cx.js": `export function cx(n) { return n + 1; }` })).made).toBe(
      1,
    );
    const straight = { ...barrel, "ui/B.js": `import { cx } from "./cx"; export const B = cx("a");` };
    expect((await expectAsNew(kept, straight)).wholeBecause).toBeUndefined();
    await expectWhole(kept, barrel);
  });

  test.each<[string, TestProject]>([
    ["itself", { "main.js": `import { f as own } from "./main"; own(); export function f() {}` }],
    [
      "one by require",
      {
        "main.js": `import { b } from "./b"; console.log(b); export function f() {}`,
        "b.js": `const { f } = require("./main"); exports.b = f;`,
      },
    ],
  ])("also where one imports %s", async (_, files) => {
    await expectWhole(builder.open({ remembers }), { "index.html": page, ...files });
  });

  test("but not where import() closes the circle, or all are CommonJS", async () => {
    const kept = builder.open({ remembers });
    const lazy = {
      "index.html": page,
      "main.js": `export const at = () => import("./b"); at(); console.log(require("./c"));`,
      "b.js": `import * as main from "./main"; export const b = main;`,
      "c.js": `exports.d = require("./d");`,
      "d.js": `exports.c = require("./c");`,
    };
    expect((await expectAsNew(kept, lazy)).wholeBecause).toBeUndefined();
    // To all others it takes the same.
    const eager = {
      ...lazy,
      "main.js": `import * as b from "./b"; export const at = () => b; console.log(require("./c"));`,
    };
    await expectWhole(kept, eager);
    expect((await expectAsNew(kept, lazy)).wholeBecause).toBeUndefined();
  });
});

describe("what an attempt read that came to nothing", () => {
  const unused = `export const big = ${JSON.stringify("x".repeat(10_000))};`;
  const project = {
    "index.html": page,
    // The bundler does not read what only code takes that never runs.
    "main.js": `import { a } from "./a"; if (false) require("./big"); console.log(a);`,
    "a.js": `export const a = await Promise.resolve(1);`,
    "big.js": unused,
    "dot.css": `p { color: teal }`,
  };

  test("does not count as read", async () => {
    await expectWhole(builder.open(), project);
  });

  test("does not count against what a build may read, now and later", async () => {
    const kept = builder.open();
    const whole = success(await builder.whole(project));
    const maxInputBytes = whole.manifest.inputs.reduce((sum, { size }) => sum + size, 0);
    for (let build = 0; build < 2; build += 1)
      expect(bytesOf((await kept.build(project, {}, { maxInputBytes })).result)).toBe(bytesOf(whole));
  });
});
