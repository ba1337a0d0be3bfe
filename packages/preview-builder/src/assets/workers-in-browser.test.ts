import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, browser] = await Promise.all([createTestBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

/** Opens the page in a frame as the viewer does, where nothing else can be reached. */
async function shown(project: TestProject): Promise<{ text: string; problems: string[] }> {
  const result = await builder.page(project);
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.route("**/*", (route) => {
    const { pathname } = new URL(route.request().url());
    const frame = `<iframe sandbox="allow-scripts allow-forms" src="/app"></iframe>`;
    if (pathname !== "/app" && pathname !== "/") return route.abort();
    return route.fulfill({ contentType: "text/html", body: pathname === "/app" ? Buffer.from(result.html) : frame });
  });
  await page.goto("http://storage.test/");
  const done = page.frameLocator("iframe").locator("#done");
  await done.waitFor();
  const text = await done.innerText();
  await page.close();
  return { text, problems };
}

const show = `const show = (text: unknown) => { const p = document.createElement("p"); p.id = "done"; p.textContent = String(text); document.body.append(p); };`;
const app = (main: string, more: TestProject): TestProject => ({
  "index.html": `<script type="module" src="/src/main.ts"></script>`,
  "src/main.ts": `${show}\n${main}`,
  "src/double.ts": `export const double = (n: number): number => n * 2;`,
  ...more,
});
const answering = `import { double } from "./double"; onmessage = ({ data }) => postMessage(double(data));`;

describe("workers", () => {
  test.each([
    ["new URL", `const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });`],
    ["?worker", `import W from "./worker?worker"; const worker = new W();`],
    ["?worker&inline", `import W from "./worker.ts?worker&inline"; const worker = new W();`],
    ["an address", `const worker = new Worker("/src/worker.ts");`],
  ])("that are named by %s run with what they import", async (_, start) => {
    const main = `${start}\nworker.onmessage = ({ data }) => show(data); worker.postMessage(21);`;
    expect(await shown(app(main, { "src/worker.ts": answering }))).toEqual({ text: "42", problems: [] });
  });

  test("have frameworks of their own, and workers of their own", async () => {
    const main = `const worker = new Worker(new URL("./outer.tsx", import.meta.url), { type: "module" }); worker.onmessage = ({ data }) => show(data);`;
    const project = app(main, {
      "package.json": `{"dependencies":{"react":"^19.0.0"}}`,
      "src/outer.tsx": `import { isValidElement } from "react"; const inner = new Worker(new URL("./worker.ts", import.meta.url));
inner.onmessage = ({ data }) => postMessage(data + ":" + isValidElement(<p />)); inner.postMessage(21);`,
      "src/worker.ts": answering,
    });
    expect(await shown(project)).toEqual({ text: "42:true", problems: [] });
  });
});

test("WebAssembly starts from the page itself", async () => {
  // A module with nothing in it but a memory that is exported as "m".
  const wasm = Buffer.from("0061736d010000000503010001070501016d0200", "hex");
  const main = `import init from "./a.wasm?init"; const { exports } = await init(); show(Object.keys(exports));`;
  expect(await shown(app(main, { "src/a.wasm": wasm }))).toEqual({ text: "m", problems: [] });
});

test("a worker that starts itself is an error, and one in a worker's code has its place", async () => {
  const main = `new Worker(new URL("./worker.ts", import.meta.url)); show(1);`;
  const itself = await builder.failure(
    app(main, { "src/worker.ts": `new Worker(new URL("./worker.ts", import.meta.url));` }),
  );
  expect(itself.details[0]?.text).toContain("starts itself");
  const broken = await builder.failure(app(main, { "src/worker.ts": `const a = 1;\nimport "./gone";` }));
  expect(broken.details[0]).toMatchObject({ file: "src/worker.ts", line: 2 });
});
