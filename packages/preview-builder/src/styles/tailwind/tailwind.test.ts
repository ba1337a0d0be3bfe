import { rm } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { runBuildInChild } from "#run-build-in-child.ts";
import { createTestBuilder, writeBlobs } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const app = (version: string, css: string, more: TestProject = {}): TestProject => ({
  "package.json": JSON.stringify({ dependencies: { react: "^19.0.0" }, devDependencies: { tailwindcss: version } }),
  "index.html": `<div id="root" class="md:flex"></div><script type="module" src="/src/main.tsx"></script>`,
  "src/main.tsx": `import "./index.css"; import { App } from "./App"; console.log(<App />);`,
  "src/App.tsx": `export const App = () => <p className="p-4 hover:bg-[#123456] text-brand-500 unknown">hi</p>;`,
  "src/index.css": css,
  ...more,
});

describe("Tailwind 4", () => {
  test("makes the classes that the sources name, and reads its theme, utilities and @apply", async () => {
    const { text, warnings } = await builder.page(
      app(
        "^4.1.0",
        `@import "tailwindcss"; @import "./parts/buttons.css";
@theme { --color-brand-500: #abcdef; } @utility fancy { letter-spacing: 3px; } @custom-variant dark (&:where(.dark, .dark *));`,
        {
          "src/parts/buttons.css": `.button { @apply rounded px-2; background: url(./dot.svg); }`,
          "src/parts/dot.svg": "<svg/>",
        },
      ),
    );
    for (const css of [".p-4", "#123456", ".text-brand-500", "#abcdef", ".button", "data:image/svg+xml", "md\\:flex"])
      expect(text).toContain(css);
    expect(text).not.toContain(".fancy");
    expect(text).not.toContain("@tailwind");
    expect(warnings).toEqual([]);
  });

  test("first-party plugins work, and another's is left out with a warning at its line", async () => {
    const { text, warnings } = await builder.page(
      app("^4.1.0", `@import "tailwindcss";\n@plugin "@tailwindcss/typography";\n@plugin "daisyui";`, {
        "src/App.tsx": `export const App = () => <p className="prose">hi</p>;`,
      }),
    );
    expect(text).toContain(".prose");
    expect(warnings).toMatchObject([
      { file: "src/index.css", line: 3, text: expect.stringContaining(`"daisyui"`) as unknown },
    ]);
  });

  test("a config that @config names is read as data", async () => {
    const { text } = await builder.page(
      app("^4.1.0", `@import "tailwindcss";\n@config "../tailwind.config.js";`, {
        "tailwind.config.js": `export default { theme: { extend: { colors: { brand: { 500: "#abcdef" } } } } };`,
      }),
    );
    expect(text).toContain("#abcdef");
  });

  test.each([
    [`@import "tailwindcss";\n.a { @apply p-4\n  nope-5; }`, 2, "nope-5"],
    [`@import "tailwindcss";\n@import "./gone.css";`, 2, "gone.css"],
    [`@import "tailwindcss";\n\n.a { color: red; `, 3, "Missing closing"],
  ])("an error in %j has its line", async (css, line, text) => {
    const { details } = await builder.failure(app("^4.1.0", css));
    expect(details[0]).toMatchObject({ file: "src/index.css", line, text: expect.stringContaining(text) as unknown });
  });

  test("nothing of the host is imported", async () => {
    for (const name of [
      "/etc/hostname",
      "../../../../../../etc/hostname",
      "file:///etc/hostname",
      "tailwindcss/package.json",
    ]) {
      expect((await builder.build(app("^4.1.0", `@import "tailwindcss";\n@import "${name}";`))).ok).toBe(false);
    }
  });
});

describe("Tailwind 3", () => {
  const base = "@tailwind base;\n@tailwind components;\n@tailwind utilities;\n";

  test("reads its config as data: constants, spreads, other files, colours and plugins", async () => {
    const { text, warnings } = await builder.page(
      app("^3.4.0", `${base}@import "./buttons.css";`, {
        "src/App.tsx": `export const App = () => <p className="p-4 hover:bg-[#123456] text-brand-500 prose w-wide font-head animate-in dark:m-1 bg-lime">hi</p>;`,
        "src/buttons.css": `@layer components { .p-4.x { @apply underline; } }`,
        "tailwind.config.ts": `import type { Config } from "tailwindcss";
import defaultTheme from "tailwindcss/defaultTheme";
import { brand } from "./theme";
const colors = require("tailwindcss/colors");
const sizes = { wide: "77rem" };
export default {
  content: ["./src/**/*.tsx", process.env.MORE],
  darkMode: ["class"],
  theme: { extend: {
    colors: { brand, lime: colors.lime[500] },
    width: { ...sizes },
    fontFamily: { head: ["Inter", ...defaultTheme.fontFamily.sans] },
    maxWidth: ({ theme }) => ({ narrow: theme("spacing.4") }),
  } },
  plugins: [require("@tailwindcss/typography"), require("tailwindcss-animate"), require("@tailwindcss/forms")({ strategy: "class" })],
} satisfies Config;`,
        "theme.ts": `export const brand = { 500: "#abcdef" };`,
      }),
    );
    for (const css of [
      ".p-4",
      "#123456",
      "171 205 239",
      "77rem",
      ".prose",
      "Inter",
      ".animate-in",
      "132 204 22",
      ":is(.dark *)",
    ]) {
      expect(text).toContain(css);
    }
    expect(warnings).toEqual([]);
  });

  test("what a config computes is left out with a warning at its line", async () => {
    const { text, warnings } = await builder.page(
      app("^3.4.0", base, {
        "tailwind.config.js": `module.exports = {
  theme: { extend: { colors: { brand: { 500: "#abcdef" } }, width: { x: readFileSync("/etc/passwd") } } },
  plugins: [
    require("daisyui"),
    function ({ addUtilities }) { addUtilities({ ".x": {} }); globalThis.ran = true; },
  ],
};`,
      }),
    );
    expect(text).toContain("171 205 239");
    expect(warnings.map(({ file, line }) => `${file}:${line}`)).toEqual([
      "tailwind.config.js:2",
      "tailwind.config.js:4",
      "tailwind.config.js:5",
    ]);
    expect("ran" in globalThis).toBe(false);
  });

  test("an error has its place", async () => {
    const { details } = await builder.failure(app("^3.4.0", `${base}.a {\n  @apply nope-5;\n}`));
    expect(details[0]).toMatchObject({
      file: "src/index.css",
      line: 5,
      text: expect.stringContaining("nope-5") as unknown,
    });
  });

  test("a config cannot name a file of the host to run", async () => {
    const { ok } = await builder.build(
      app("^3.4.0", base, {
        "tailwind.config.js": `module.exports = { config: "/etc/passwd", content: { files: ["/etc/*"] } };`,
      }),
    );
    expect(ok).toBe(true);
  });
});

test.each(["^3.4.0", "^4.1.0"])(
  "Tailwind %s and Sass run in a confined child, and the same files give the same bytes",
  async (version) => {
    const css = version.startsWith("^3") ? "@tailwind utilities;" : `@import "tailwindcss";`;
    const project = app(version, css, { "src/more.scss": ".a { .b { c: d } }" });
    const { files, blobDirectory } = await writeBlobs({
      ...project,
      "src/main.tsx": `import "./more.scss"; ${String(project["src/main.tsx"])}`,
    });
    const { runtimeCacheDirectory } = builder;
    const request = { files, blobDirectory, runtimeCacheDirectory, options: { platform: "web" } as const };
    const [first, second] = [await runBuildInChild(request), await runBuildInChild(request)];
    await rm(blobDirectory, { recursive: true });
    if (!first.ok || !second.ok) throw new Error(`The project should build: ${JSON.stringify([first, second])}`);
    expect(Buffer.from(first.html).toString()).toContain(".p-4");
    expect(Buffer.from(first.html).toString()).toContain(".a .b");
    expect(Buffer.from(first.html).equals(Buffer.from(second.html))).toBe(true);
  },
);

test("a project without Tailwind keeps its own layers, and what looks like a theme", async () => {
  const { text } = await builder.page({
    "index.html": `<link rel="stylesheet" href="a.css">`,
    "a.css": `@layer base { a { color: red } }`,
  });
  expect(text).toContain("@layer base");
});
