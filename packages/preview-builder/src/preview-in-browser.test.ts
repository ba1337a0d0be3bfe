import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BuildOptions, BuildSuccess } from "#build-result.ts";
import { NATIVE_TODO, createTestBuilder, readExample } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, browser] = await Promise.all([createTestBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

const ORIGIN = "http://storage.test";
let page: Awaited<ReturnType<typeof browser.newPage>>;
let problems: string[];
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
});
afterEach(() => page.close());

/** Serves the page as storage does, under a path and query of its own, and lets nothing else be reached. */
async function serve(result: BuildSuccess): Promise<string> {
  const html = Buffer.from(result.html).toString();
  await page.route("**/*", (route) => {
    const { hostname, pathname } = new URL(route.request().url());
    if (`http://${hostname}` !== ORIGIN) return route.abort();
    const frame = `<iframe sandbox="allow-scripts allow-forms" src="/bundles/1/index.html?X-Amz-Signature=1"></iframe>
<script>window.errors = []; addEventListener("message", ({ data }) => data.type === "hivesync:error" && window.errors.push(data));</script>`;
    return route.fulfill({ contentType: "text/html", body: pathname === "/viewer" ? frame : html });
  });
  return `${ORIGIN}/bundles/1/index.html?X-Amz-Signature=1`;
}

async function open(project: TestProject, options?: Partial<BuildOptions>): Promise<BuildSuccess> {
  const result = await builder.page(project, options);
  await page.goto(await serve(result));
  return result;
}

/** Opens the page in a frame as the viewer does: scripts allowed, an origin of its own. */
async function openFramed(project: TestProject): Promise<BuildSuccess> {
  const result = await builder.page(project);
  await serve(result);
  await page.goto(`${ORIGIN}/viewer`);
  return result;
}

const framedErrors = () =>
  page.evaluate(() => (globalThis as unknown as { errors: { message: string; stack: string }[] }).errors);

describe("React Native", () => {
  test("the todo takes a new item", async () => {
    await open(NATIVE_TODO);
    await page.locator("input").fill("eggs");
    await page.getByText("Add").click();
    await page.getByText("eggs", { exact: true }).waitFor();
    expect(await page.getByText("milk").isVisible()).toBe(true);
    expect(problems).toEqual([]);
  });

  test("the example adds, ticks and removes items", async () => {
    await open(await readExample("todo-native"));
    expect(await page.title()).toBe("Groceries");
    await page.getByPlaceholder("Add an item").fill("Lemons");
    await page.getByRole("button", { name: "Add" }).click();
    const lemons = page.getByRole("checkbox", { name: "Lemons" });
    await lemons.click();
    expect(await lemons.getAttribute("aria-checked")).toBe("true");
    await page.getByText("4 to go, 2 in the basket").waitFor();
    await page.getByRole("button", { name: "Remove Lemons" }).click();
    await lemons.waitFor({ state: "detached" });
    expect(problems).toEqual([]);
  });

  test.each([
    [
      "a default export",
      {
        "App.tsx": `import { Text } from "react-native"; export default function App() { return <Text>shown</Text>; }`,
      },
    ],
    [
      "a component that is only registered",
      {
        "index.js": `import { AppRegistry, Text } from "react-native"; AppRegistry.registerComponent("demo", () => () => <Text>shown</Text>);`,
      },
    ],
    [
      "an app that runs itself",
      {
        "index.js": `import { AppRegistry, Text } from "react-native"; AppRegistry.registerComponent("demo", () => () => <Text>shown</Text>);
AppRegistry.runApplication("demo", { rootTag: document.getElementById("root") });`,
      },
    ],
  ])("%s is mounted", async (_, project) => {
    await open(project);
    await page.getByText("shown").waitFor();
    expect(await page.getByText("shown").count()).toBe(1);
    expect(problems).toEqual([]);
  });

  test("Platform says what was asked for, and an alert is shown and answered in the page", async () => {
    const app = `import { useState } from "react"; import { Alert, Platform, Text } from "react-native";
export default function App() {
  const [answer, setAnswer] = useState("none");
  const ask = () => Alert.alert("Sure?", "It is gone then.", [{ text: "Keep", style: "cancel" }, { text: "Delete", onPress: () => setAnswer("deleted") }]);
  return <Text onPress={ask}>{Platform.OS} {Platform.select({ native: "native", default: "other" })} {answer}</Text>;
}`;
    await open({ "App.tsx": app }, { platform: "ios" });
    await page.getByText("ios native none").click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("ios native deleted").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test("development mode works too", async () => {
    await open(NATIVE_TODO, { mode: "development" });
    await page.getByText("Groceries").waitFor();
    expect(problems).toEqual([]);
  });
});

describe("pages", () => {
  test("the Vite React example filters and saves hikes, and its pictures are there", async () => {
    await open(await readExample("vite-react"));
    await page.getByRole("button", { name: "Steep" }).click();
    expect(await page.getByRole("article").count()).toBe(1);
    await page.getByRole("button", { name: "Save for the weekend" }).click();
    await page.getByText("2 saved for the weekend").waitFor();
    const picture = await page.locator("header img").evaluate((image) => (image as HTMLImageElement).naturalWidth);
    expect(picture).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });

  test("the plain HTML example scales its recipe", async () => {
    await open(await readExample("plain-html"));
    await page.getByRole("button", { name: "More loaves" }).click();
    await page.getByText("800 g").waitFor();
    expect(problems).toEqual([]);
  });

  test("a default export of a React file without a page is mounted once, also when it mounts itself", async () => {
    await open({ "src/App.jsx": `export default () => <p>shown</p>;` });
    await page.getByText("shown").waitFor();
    await open({
      "src/main.jsx": `import { createRoot } from "react-dom/client"; export default function App() { return <p>mounted</p>; }
createRoot(document.getElementById("root")).render(<App />);`,
    });
    await page.getByText("mounted").waitFor();
    expect(await page.getByText("mounted").count()).toBe(1);
    expect(problems).toEqual([]);
  });

  test("text that looks like markup stays text, in scripts, templates, patterns and styles", async () => {
    const awkward = `</script><script>alert(1)</script><!-- <script> </style> \u2028 ]]>`;
    const { text } = await builder.page({ "index.html": "<p>x</p>" });
    expect(text).not.toContain(awkward);
    await open({
      "index.html": `<p id="a"></p><p id="b"></p><p id="c"></p><script src="plain.js"></script><script type="module" src="main.js"></script>`,
      "plain.js": `document.getElementById("c").textContent = ${JSON.stringify(awkward)};`,
      "main.js": `import "./a.css"; const id = "a"; document.getElementById(id).textContent = ${JSON.stringify(awkward)};
document.getElementById("b").textContent = \`${awkward}\${/<!--<\\/script>/.test("<!--</script>")}\`;`,
      "a.css": `#a::after { content: "</style><script>alert(1)</script>"; }`,
    });
    expect(await page.locator("#a").textContent()).toBe(awkward);
    expect(await page.locator("#b").textContent()).toBe(`${awkward}true`);
    expect(await page.locator("#c").textContent()).toBe(awkward);
    const content = await page.locator("#a").evaluate((element) => getComputedStyle(element, "::after").content);
    expect(content).toContain("</style><script>");
    expect(problems).toEqual([]);
  });

  test("an app finds itself at the root, wherever its file lies", async () => {
    await open({ "index.ts": `document.body.append(location.pathname + location.search);` });
    expect(await page.locator("body").innerText()).toBe("/");
    expect(problems).toEqual([]);
  });
});

describe("in the viewer's frame", () => {
  test("storage and cookies work in memory, and the whole example with them", async () => {
    await openFramed(await readExample("plain-html"));
    const frame = page.frameLocator("iframe");
    await frame.getByRole("checkbox").first().check();
    await frame.getByText("400 g").waitFor();
    await openFramed({
      "index.ts": `localStorage.setItem("n", 5 as never); sessionStorage.other = "x"; document.cookie = "a=b; path=/";
document.body.append(localStorage.getItem("n") + sessionStorage.other + Object.keys(localStorage) + localStorage.length + document.cookie);`,
    });
    await page.frameLocator("iframe").getByText("5xn1a=b").waitFor();
    expect(problems).toEqual([]);
    expect(await framedErrors()).toEqual([]);
  });

  /** Where the code stood in the project from which an error was thrown. */
  const originOf = (stack: string, result: BuildSuccess) => {
    const [, line, column] = /hivesync-preview\.js:(\d+):(\d+)/.exec(stack) ?? [];
    const map = new SourceMap(JSON.parse(Buffer.from(result.sourceMap).toString()) as SourceMapPayload);
    return map.findEntry(Number(line) - 1, Number(column) - 1);
  };

  test("errors reach the parent with a stack that the source map leads back to the project", async () => {
    const thrower = `// a first line\n\nexport function fail(): never {\n  throw new TypeError("broken on purpose");\n}\n`;
    const result = await openFramed({
      "index.html": `<script type="module" src="/src/main.tsx"></script>`,
      "src/main.tsx": `import { fail } from "./fail";\nconst view = <p>unused</p>;\nsetTimeout(() => fail(), 0, view);\nvoid Promise.reject(new Error("rejected"));\n`,
      "src/fail.ts": thrower,
    });
    await page.waitForFunction(() => (globalThis as unknown as { errors: unknown[] }).errors.length >= 2);
    const errors = await framedErrors();
    expect(errors.map(({ message }) => message).sort()).toEqual(["Error: rejected", "TypeError: broken on purpose"]);
    const stack = errors.find(({ message }) => message.startsWith("TypeError"))?.stack ?? "";
    const entry = originOf(stack, result);
    expect(entry).toMatchObject({ originalSource: "vfs:src/fail.ts", originalLine: 3 });
    expect(entry).toMatchObject({ originalColumn: thrower.split("\n")[3]?.indexOf("new TypeError") });
  });

  const VUE_MAIN = `import { createApp } from "vue"; import App from "./App.vue"; createApp(App).mount("#app");`;
  const vuePage = (app: string, main = VUE_MAIN): TestProject => ({
    "package.json": `{"dependencies": {"vue": "^3.5.0"}}`,
    "index.html": `<div id="app"></div><script type="module" src="/src/main.js"></script>`,
    "src/main.js": main,
    "src/App.vue": app,
  });
  const fails = `function fail() {\n  throw new TypeError("broken on purpose");\n}`;
  const button = `<template><button @click="fail">Fail</button></template>`;
  const mountedAsync = `import { onMounted } from "vue";\nonMounted(async () => { await null; fail(); });`;

  test.each([
    ["a render function", vuePage(`<script setup>\n${fails}\n</script>\n<template><p>{{ fail() }}</p></template>`)],
    ["an event's handler", vuePage(`<script setup>\n${fails}\n</script>\n${button}`)],
    ["an async hook", vuePage(`<script setup>\n${fails}\n${mountedAsync}\n</script>\n${button}`)],
    [
      "an app that compiles its templates in the page",
      {
        ...vuePage(""),
        "vite.config.js": `export default { resolve: { alias: { vue: "vue/dist/vue.esm-bundler.js" } } };`,
        "src/main.js": `import { createApp } from "vue";\n${fails}\ncreateApp({ template: "<button @click='fail'>Fail</button>", methods: { fail } }).mount("#app");`,
      },
    ],
    [
      "a component that nothing mounts",
      { "App.vue": `<script setup>\n${fails}\n${mountedAsync}\n</script>\n${button}` },
    ],
  ] satisfies [string, TestProject][])("an error in %s reaches the parent (Vue)", async (what, project) => {
    const result = await openFramed(project);
    if (/handler|templates/.test(what)) await page.frameLocator("iframe").getByText("Fail").click();
    await page.waitForFunction(() => (globalThis as unknown as { errors: unknown[] }).errors.length > 0);
    const errors = await framedErrors();
    expect(errors.map(({ message }) => message)).toEqual(["TypeError: broken on purpose"]);
    const file = /templates/.test(what) ? "main.js" : "App.vue";
    const { originalSource } = originOf(errors[0]?.stack ?? "", result) as { originalSource?: string };
    expect(originalSource?.endsWith(file)).toBe(true);
  });

  test.each(["errorHandler = () => {}", "throwUnhandledErrorInProduction = false"])(
    "an error of a Vue app with app.config.%s is not told, and later ones are",
    async (config) => {
      const last = `setTimeout(() => { throw new Error("the last"); });`;
      const app = `<script setup>\n${fails.replace("throw", `${last} throw`)}\n</script>\n${button}`;
      const main = VUE_MAIN.replace("createApp(App)", `const app = createApp(App); app.config.${config}; app`);
      await openFramed(vuePage(app, main));
      await page.frameLocator("iframe").getByText("Fail").click();
      await page.waitForFunction(() => (globalThis as unknown as { errors: unknown[] }).errors.length > 0);
      expect((await framedErrors()).map(({ message }) => message)).toEqual(["Error: the last"]);
    },
  );
});
