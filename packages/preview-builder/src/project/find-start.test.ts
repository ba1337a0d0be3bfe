import { afterAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const json = (value: unknown): string => JSON.stringify(value);
const uses = (...names: readonly string[]): string =>
  json({ dependencies: Object.fromEntries(names.map((name) => [name, "*"])) });
const BUILT = `<!doctype html><p>built</p><script src="assets/index-1234.js"></script>`;

describe("the project's own source", () => {
  test("what a build wrote is never shown for it, wherever package.json points", async () => {
    const source = `document.body.append("from source");`;
    const projects: TestProject[] = [
      { "package.json": json({ main: "dist/index.js" }), "dist/index.js": `built();`, "src/index.js": source },
      { "package.json": json({ main: "build" }), "build/index.js": `built();`, "index.ts": source },
      { "dist/index.html": BUILT, "index.html": `<script type="module" src="a.js"></script>`, "a.js": source },
    ];
    for (const project of projects) {
      const { text } = await builder.page(project);
      expect(text).toContain("from source");
      expect(text).not.toContain("built");
    }
  });

  test("a project of built files alone is not guessed at: they can be named", async () => {
    const project = { "dist/index.html": "<p>built</p>" };
    expect((await builder.failure(project)).message).toContain(`"dist/index.html" is what a build wrote`);
    expect((await builder.page(project, { entry: "dist/index.html" })).text).toContain("built");
  });

  test("a page that names its bundle is started from what the bundle is made of", async () => {
    const { text, warnings, log } = await builder.page({
      "package.json": uses("svelte"),
      "public/index.html": `<link rel="stylesheet" href="/build/bundle.css"><script defer src="/build/bundle.js"></script>`,
      "public/build/bundle.js": `built();`,
      "src/main.js": `document.body.append("from source");`,
    });
    expect(text).toContain("from source");
    expect(text).not.toContain("built()");
    expect(warnings.map(({ text: each }) => each.split(" ")[0])).toEqual([`"/build/bundle.css"`, `"/build/bundle.js"`]);
    expect(log).toContain(`"src/main.js" is started`);
  });

  test("a script that is only misspelt is told, and nothing else is started", async () => {
    const { details } = await builder.failure({
      "package.json": uses("react", "vite"),
      "index.html": `<script type="module" src="/src/mian.tsx"></script>`,
      "src/main.tsx": `console.log(1);`,
    });
    expect(details[0]).toMatchObject({ file: "index.html", text: expect.stringContaining("src/main.tsx") as unknown });
  });
});

describe("pages of bundlers", () => {
  test.each([
    { tool: "react-scripts", page: "public/index.html", script: "src/index.js" },
    { tool: "@vue/cli-service", page: "public/index.html", script: "src/main.js" },
    { tool: "webpack", page: "src/index.html", script: "src/index.ts" },
  ])("$tool puts its first script into the page", async ({ tool, page, script }) => {
    const { text } = await builder.page({
      "package.json": uses(tool),
      [page]: `<link rel="icon" href="%PUBLIC_URL%/icon.svg"><div id="root"></div><script>window.early = true;</script>`,
      "public/icon.svg": "<svg/>",
      [script]: `document.body.append("started");`,
    });
    expect(text).toContain("started");
    expect(text).toContain("window.early = true;");
    expect(text).toContain("data:image/svg+xml");
  });

  test("Parcel starts modules and TypeScript that the page does not call modules", async () => {
    const { text, manifest } = await builder.page({
      "package.json": json({ source: "src/index.html" }),
      "src/index.html": `<script src="./index.ts"></script><script src="old.js"></script>`,
      "src/index.ts": `import { label } from "./label"; document.body.append(label as string);`,
      "src/label.ts": `export const label = "a label";`,
      "src/old.js": `var text = \`\nimport nothing from "./nowhere"\n\`;`,
    });
    expect(manifest.kind).toBe("module-page");
    expect(text).toContain("a label");
    // A classic script stays one, whatever its texts look like.
    expect(text).toContain("var text = `");
  });

  test("a page without scripts stays as it is where nothing says that something fills it", async () => {
    const { manifest, text } = await builder.page({ "index.html": "<p>hi</p>", "src/index.js": `never();` });
    expect(manifest.kind).toBe("html");
    expect(text).not.toContain("never");
  });
});

describe("monorepos", () => {
  const WEB: TestProject = {
    "package.json": json({ workspaces: ["apps/*", "packages/*"] }),
    "packages/ui/package.json": json({ name: "ui", main: "src/index.ts" }),
    "packages/ui/src/index.ts": `export const label = "shared";`,
    "apps/docs/package.json": uses("react"),
    "apps/docs/index.html": `<p>docs</p>`,
    "apps/web/package.json": json({ name: "web-app", dependencies: { vue: "^3" } }),
    "apps/web/.env": "VITE_NAME=from the app",
    "apps/web/index.html": `<div id="app"></div><script type="module" src="/src/main.ts"></script>`,
    "apps/web/public/a.txt": "public text",
    "apps/web/src/main.ts": `import { createApp, h } from "vue"; import text from "/a.txt?raw";
createApp({ render: () => h("p", text + import.meta.env.VITE_NAME) }).mount("#app");`,
  };

  test("the app in a subfolder is found by its package.json, and that is told", async () => {
    const { manifest, log, text } = await builder.page(WEB);
    expect(manifest).toMatchObject({ kind: "vue", entry: "apps/web/index.html" });
    expect(log).toContain(`the app is the one in "apps/web"; others that can be named by an entry: apps/docs`);
    expect(text).toContain("public text");
    expect(text).toContain("from the app");
    expect(text).toContain("<title>web-app</title>");
  });

  test("an entry decides which app it is", async () => {
    const { manifest, text } = await builder.page(WEB, { entry: "apps/docs/index.html" });
    expect(manifest).toMatchObject({ kind: "html", entry: "apps/docs/index.html" });
    expect(text).toContain("<p>docs</p>");
  });

  test("a folder in a folder without any package.json is found too", async () => {
    const { manifest } = await builder.page({
      "site/index.html": `<link rel="stylesheet" href="/a.css">`,
      "site/a.css": "",
    });
    expect(manifest.entry).toBe("site/index.html");
  });
});

describe("what previews do not know", () => {
  test.each([
    ["next", "Next.js", "app/page.tsx"],
    ["nuxt", "Nuxt", "app.vue"],
    ["@sveltejs/kit", "SvelteKit", "src/routes/+page.svelte"],
    ["@angular/core", "Angular", "src/main.ts"],
    ["expo-router", "Expo Router", "screens/index.tsx"],
  ])("a project of %s is told as %s, with what can be shown of it", async (name, label, file) => {
    const packageJson = json({ main: "expo-router/entry", dependencies: { [name]: "*" } });
    const { details } = await builder.failure({ "package.json": packageJson, [file]: "export default 1;" });
    expect(details[0]).toMatchObject({ file: "package.json", text: expect.stringContaining(label) as unknown });
    expect(details[0]?.text).toContain("entry");
  });

  const ANGULAR: TestProject = {
    "package.json": json({ dependencies: { "@angular/core": "20", "@angular/platform-browser": "20", esbuild: "*" } }),
    "src/index.html": `<!doctype html><base href="/"><script>var visits = 1;</script><app-root></app-root>`,
    "src/main.ts": `import { bootstrapApplication } from "@angular/platform-browser";
import { App } from "./app/app";
bootstrapApplication(App);`,
    "src/app/app.ts": `import { Component } from "@angular/core";
@Component({ selector: "app-root", templateUrl: "./app.html" }) export class App {}`,
    "src/app/app.html": "<p>hi</p>",
  };

  test.each([
    ["by its start", {}, {}],
    ["by its config", { "angular.json": "{}", "src/main.ts": `import "./app/boot";` }, {}],
    ["when its page is the entry", {}, { entry: "src/index.html" }],
  ])("a page that Angular's tools fill is not shown empty: it is told %s", async (_, more, options) => {
    const { details } = await builder.failure({ ...ANGULAR, ...more }, options);
    expect(details[0]).toMatchObject({
      file: "package.json",
      line: 1,
      text: expect.stringContaining("Angular") as unknown,
    });
    expect(details[0]?.text).toContain("no compiler for its templates");
  });

  const page = (script: string): string => `<app-root></app-root>${script}`;
  test.each([
    [
      "starts a module of its own",
      "src/index.html",
      { "src/index.html": page(`<script type="module" src="own.js"></script>`), "src/own.js": "console.log(1);" },
    ],
    [
      "starts a classic script of its own",
      "src/index.html",
      { "src/index.html": page(`<script src="own.js"></script>`), "src/own.js": "console.log(1);" },
    ],
    ["is of code without Angular", "src/index.html", { "src/main.ts": "console.log(1);" }],
    ["has nothing for Angular to fill", "src/terms.html", { "src/terms.html": "<p>terms</p>" }],
    [
      "Angular's build wrote",
      "dist/a/index.html",
      { "dist/a/index.html": page(`<script src="main.js"></script>`), "dist/a/main.js": "" },
    ],
  ])("a page in a project with Angular that %s is shown", async (_, entry, more) => {
    const { manifest } = await builder.page({ ...ANGULAR, "package.json": uses("@angular/core"), ...more }, { entry });
    expect(manifest.entry).toBe(entry);
  });
});
