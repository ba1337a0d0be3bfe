import { afterAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const page = (imports: readonly string[], more: TestProject): TestProject => ({
  "index.html": `<script type="module" src="/src/main.ts"></script>`,
  "src/main.ts": imports.map((name, index) => `import s${index} from "${name}"; console.log(s${index});`).join("\n"),
  ...more,
});

describe("Sass", () => {
  test("modules, partials, indexes, mapped paths and both syntaxes become CSS", async () => {
    const { text, warnings } = await builder.page(
      page(["./main.scss", "./old.sass"], {
        "tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }`,
        "src/main.scss": `@use "sass:math"; @use "./theme/colors" as c; @use "@/theme"; @import "parts/legacy";
.card { color: c.$brand; width: math.div(100px, 3); &:hover { color: theme.$hover; } @include pad; }`,
        "src/old.sass": `.old\n  margin: 1px + 2px\n`,
        "src/theme/_colors.scss": `$brand: #123456;`,
        "src/theme/_index.scss": `$hover: #654321;`,
        "src/parts/_legacy.scss": `@mixin pad { padding: 7px; }`,
      }),
    );
    for (const css of ["#123456", "33.333", ".card:hover", "#654321", "padding: 7px", "margin: 3px"])
      expect(text).toContain(css);
    expect(warnings).toEqual([]);
  });

  test("a picture that a partial in another folder names is in the page", async () => {
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"/>`;
    const { text } = await builder.page(
      page(["./main.scss"], {
        "src/main.scss": `@use "deep/look";`,
        "src/deep/_look.scss": `.a { background: url("./dot.svg"); }`,
        "src/deep/dot.svg": svg,
      }),
    );
    expect(text).toContain("data:image/svg+xml");
  });

  test("an error has its place in the file that holds it, and a missing file names what is near", async () => {
    const files = {
      "src/main.scss": `@use "vars";\n.a { color: red; }`,
      "src/_vars.scss": `$a: 1;\n$b: $nope;\n`,
    };
    const { details } = await builder.failure(page(["./main.scss"], files));
    expect(details[0]).toMatchObject({
      file: "src/_vars.scss",
      line: 2,
      column: 5,
      text: "Undefined variable.",
      line_text: "$b: $nope;",
    });
    const missing = await builder.failure(page(["./main.scss"], { ...files, "src/main.scss": `\n@use "varz";` }));
    expect(missing.details[0]).toMatchObject({ file: "src/main.scss", line: 2 });
    expect(missing.details[0]?.text).toContain(`"src/_vars.scss"`);
  });

  test("what @warn says is a warning with a place", async () => {
    const { warnings } = await builder.page(
      page(["./main.scss"], { "src/main.scss": `.a { b: c; }\n@warn "careful";` }),
    );
    expect(warnings).toMatchObject([{ file: "src/main.scss", text: "careful" }]);
  });

  test.each([
    `@use "file:///etc/hostname" as x;`,
    `@use "/etc/hostname" as x;`,
    `@import "${"../".repeat(6)}etc/hostname";`,
    `@use "sass:meta"; @include meta.load-css("file:///etc/hostname");`,
    `@use "../../../../../../../etc/hostname" as x;`,
  ])("%s leads to nothing of the host", async (scss) => {
    const result = await builder.failure(page(["./main.scss"], { "src/main.scss": scss }));
    expect(result.details[0]?.text).toContain("has no stylesheet");
  });
});

describe("Less", () => {
  test("variables, mixins, imports and functions become CSS", async () => {
    const { text } = await builder.page(
      page(["./main.less"], {
        "src/main.less": `@import "./vars"; .pad(@x) { padding: @x; }\n.card { color: @brand; .pad(4px); &:hover { width: (2px * 3); } }`,
        "src/vars.less": `@brand: #123456;`,
      }),
    );
    for (const css of ["#123456", "padding: 4px", ".card:hover", "width: 6px"]) expect(text).toContain(css);
  });

  test("an error has its place", async () => {
    const { details } = await builder.failure(
      page(["./main.less"], { "src/main.less": `.a { b: c; }\n.d { color: @nope; }` }),
    );
    expect(details[0]).toMatchObject({
      file: "src/main.less",
      line: 2,
      text: expect.stringContaining("@nope") as unknown,
    });
  });

  test.each([
    ["a plugin", `@plugin "./evil"; .a { b: pi(); }`, "runs none"],
    ["an inline script", ".a { b: `process.cwd()`; }", "JavaScript"],
    ["a host's file", `@import (inline) "/etc/hostname";`, "has no stylesheet"],
  ])("%s is refused", async (_, less, text) => {
    const result = await builder.failure(
      page(["./main.less"], { "src/main.less": less, "src/evil.js": "globalThis.ran = true;" }),
    );
    expect(result.details[0]?.text).toContain(text);
    expect("ran" in globalThis).toBe(false);
  });

  test("a function that reads files finds none of the host's", async () => {
    const project = page(["./main.less"], {
      "src/main.less": `.a { b: data-uri("/etc/hostname"); c: image-size("/etc/hostname"); }`,
    });
    const result = await builder.build(project);
    const all = result.ok ? Buffer.from(result.html).toString() : JSON.stringify(result);
    expect(all).not.toMatch(/data:[^"]*base64,/);
  });
});

describe("CSS modules", () => {
  test("of every language have names of their own, composed and exported", async () => {
    const { text, warnings } = await builder.page(
      page(["./a.module.css", "./b.module.scss", "./c.module.less"], {
        "src/a.module.css": `.card { composes: base from "./base.module.css"; color: red } .other-name { color: blue } :global(.plain) { top: 0 }`,
        "src/base.module.css": `.base { left: 1px }`,
        "src/b.module.scss": `$c: #123456; .box { .inner { color: $c } } :export { brand: $c; }`,
        "src/c.module.less": `@w: 3px; .row { width: @w }`,
        "src/named.ts": "",
      }),
    );
    for (const css of [
      "base_base",
      "a_card",
      "a_other-name",
      ".plain",
      "b_module_box",
      "b_module_inner",
      `"brand": "#123456"`,
      "c_module_row",
    ]) {
      expect(text).toContain(css);
    }
    expect(text).not.toContain(":export");
    expect(warnings).toEqual([]);
  });

  test("values named by @value stand in the styles and are exported", async () => {
    const { text } = await builder.page(
      page(["./a.module.css"], { "src/a.module.css": `@value brand: #123456;\n.brand { color: brand; }` }),
    );
    expect(text).toMatch(/brand[^{]*\{\s*color: #123456/);
    expect(text).toContain(`"brand": "#123456"`);
  });

  test("names are imports of their own too", async () => {
    const { text } = await builder.page({
      "index.html": `<script type="module" src="main.ts"></script>`,
      "main.ts": `import { card } from "./a.module.scss"; import { row, gap } from "./b.module.css"; console.log(card, row, gap);`,
      "a.module.scss": `.card { color: red }`,
      "b.module.css": `@value gap: 3px; .row { margin: gap }`,
    });
    expect(text).toContain(`"a_module_card"`);
    expect(text).toMatch(/row: "b_\w*row"/);
  });
});
