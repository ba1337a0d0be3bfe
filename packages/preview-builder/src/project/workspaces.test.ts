import { afterAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const web = (main: string, more: TestProject): TestProject => ({
  "package.json": `{"private":true,"workspaces":["apps/*","packages/*"]}`,
  "apps/web/package.json": `{"name":"web","dependencies":{"@acme/ui":"workspace:*"}}`,
  "apps/web/index.html": `<script type="module" src="/src/main.ts"></script>`,
  "apps/web/src/main.ts": main,
  ...more,
});

describe("packages that lie in the project", () => {
  test("are found by their names: exports, main, a folder of sources, styles, and what only dist would have", async () => {
    const { text } = await builder.page(
      web(
        `import { a } from "@acme/ui"; import { b } from "@acme/ui/button"; import { c } from "@acme/plain"; import { d } from "@acme/plain/deep"; import "./main.scss"; console.log(a, b, c, d);`,
        {
          "apps/web/src/main.scss": `@use "@acme/ui/theme";`,
          "packages/ui/package.json": `{"name":"@acme/ui","exports":{".":{"types":"./dist/index.d.ts","import":"./dist/index.js"},"./button":"./src/button.ts","./theme":{"sass":"./styles/theme.scss"}}}`,
          "packages/ui/src/index.ts": `export const a = "from-source";`,
          "packages/ui/dist/index.js": `export const a = "from-dist";`,
          "packages/ui/src/button.ts": `export const b = "from-button";`,
          "packages/ui/styles/theme.scss": `.from-theme { color: red }`,
          "packages/plain/package.json": `{"name":"@acme/plain","main":"lib/index.js"}`,
          "packages/plain/lib/index.js": `export const c = "from-main";`,
          "packages/plain/src/deep.ts": `export const d = "from-deep";`,
        },
      ),
    );
    for (const name of ["from-source", "from-button", "from-main", "from-deep", ".from-theme"])
      expect(text).toContain(name);
    expect(text).not.toContain("from-dist");
  });

  test("have tsconfig paths and imports of their own", async () => {
    const { text } = await builder.page(
      web(`import { a } from "@acme/ui"; import { own } from "@/own"; console.log(a, own);`, {
        "apps/web/tsconfig.json": `{"extends":"../../base.json","compilerOptions":{"baseUrl":".","paths":{"@/*":["./src/*"]}}}`,
        "base.json": `{"compilerOptions":{"strict":true}}`,
        "apps/web/src/own.ts": `export const own = "web-own";`,
        "packages/ui/package.json": `{"name":"@acme/ui","main":"src/index.ts","imports":{"#inner":"./src/inner.ts"}}`,
        "packages/ui/tsconfig.json": `{"compilerOptions":{"paths":{"@/*":["./src/*"]}}}`,
        "packages/ui/src/index.ts": `import { own } from "@/own"; import { inner } from "#inner"; export const a = own + inner;`,
        "packages/ui/src/own.ts": `export const own = "ui-own";`,
        "packages/ui/src/inner.ts": `export const inner = "ui-inner";`,
      }),
    );
    for (const name of ["web-own", "ui-own", "ui-inner"]) expect(text).toContain(name);
  });
});

test("a project imports from itself by its own name", async () => {
  const { text } = await builder.page({
    "package.json": `{"name":"me","exports":{"./tools/*":"./src/tools/*.ts"}}`,
    "index.html": `<script type="module" src="/src/main.ts"></script>`,
    "src/main.ts": `import { a } from "me/tools/a"; console.log(a);`,
    "src/tools/a.ts": `export const a = "from-self";`,
  });
  expect(text).toContain("from-self");
});

test("a package of the project cannot lead out of it", async () => {
  for (const main of ["../../../../../../etc/hostname", "/etc/hostname"]) {
    const project = web(`import a from "@acme/ui"; console.log(a);`, {
      "packages/ui/package.json": JSON.stringify({ name: "@acme/ui", main }),
    });
    expect((await builder.build(project)).ok).toBe(false);
  }
});

test("plugins of PostCSS that are left out are named at their line", async () => {
  const { warnings } = await builder.page({
    "index.html": "<p>hi</p>",
    "postcss.config.js": `module.exports = {\n  plugins: {\n    autoprefixer: {},\n    "postcss-pxtorem": { rootValue: 16 },\n  },\n};`,
  });
  expect(warnings).toMatchObject([
    { file: "postcss.config.js", line: 4, text: expect.stringContaining(`"postcss-pxtorem"`) as unknown },
  ]);
});
