import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, describe, expect, test } from "vitest";
import { openFramed } from "#testing/framed-page.ts";
import { PIXEL_PNG, createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, browser] = await Promise.all([createTestBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

const uses = (name: string): string => JSON.stringify({ dependencies: { [name]: "*" } });

/** Opens the project as the viewer does, waits until the page has shown `text`, and answers the widths of its pictures. */
async function widths(project: TestProject, text: string): Promise<number[]> {
  const { html } = await builder.page({ "public/pics/dot.png": PIXEL_PNG, ...project });
  await using page = await openFramed(browser, html);
  await page.frame.getByText(text).first().waitFor();
  await page.frame.locator("img").first().waitFor({ state: "attached" });
  const found = await page.frame.locator("body").evaluate((body) => {
    const images = [...body.querySelectorAll("img")];
    return Promise.all(images.map((image) => image.decode().then(() => image.naturalWidth)));
  });
  expect(page.problems).toEqual([]);
  return found;
}

describe("a picture of the public folder is seen, and nothing is asked for", () => {
  test.each<[string, TestProject]>([
    [
      "React",
      {
        "package.json": uses("react"),
        "src/App.jsx": `const name = "dot";
export default () => <p>shown <img src="/pics/dot.png?v=2" /><img src={\`/pics/\${name}.png\`} /><img srcSet="/pics/dot.png 1x, /pics/none.png 3x" />
<span dangerouslySetInnerHTML={{ __html: "<img alt='' src='/pics/dot.png'>" }} /></p>;`,
      },
    ],
    [
      "Vue",
      {
        "package.json": uses("vue"),
        "src/App.vue": `<script setup>const folder = "/pics/";</script>
<template><p>shown <img src="/pics/dot.png"><img :src="folder + 'dot.png'"></p>${"<p>static <img src='/pics/dot.png'></p>".repeat(21)}</template>`,
      },
    ],
    [
      "Svelte",
      {
        "package.json": uses("svelte"),
        "src/App.svelte": `<script>let { name = "dot" } = $props();</script><p>shown <img alt="" src="/pics/dot.png"><img alt="" src={"/pics/" + name + ".png"}></p>`,
      },
    ],
    [
      "Solid",
      {
        "package.json": uses("solid-js"),
        "src/App.jsx": `export default () => <p>shown <img src="/pics/dot.png" /></p>;`,
      },
    ],
    [
      "a plain page",
      {
        "pics/own.png": PIXEL_PNG,
        "index.html": `<p>shown</p><script>
const image = new Image(); image.src = "pics/own.png"; document.body.append(image);
document.body.insertAdjacentHTML("beforeend", "<img src=./pics/own.png>");
</script>`,
      },
    ],
  ])("%s", async (_name, project) => {
    const found = await widths(project, "shown");
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(found.map(() => 1));
  });

  test("also in styles that code sets", async () => {
    const { html } = await builder.page({
      "public/dot.png": PIXEL_PNG,
      "index.html": `<p id="a">shown</p><p id="b">b</p><p id="c">c</p><p id="d">d</p><script type="module">
c.style.backgroundImage = "url(/dot.png)"; d.style.cssText = 'background: url("/dot.png") no-repeat';
a.style.setProperty("background-image", "url('/dot.png')");
b.setAttribute("style", "background: url(/dot.png)");
const sheet = document.head.appendChild(document.createElement("style")).sheet;
sheet.insertRule("body { background-image: url(/dot.png) }");
</script>`,
    });
    await using page = await openFramed(browser, html);
    await page.frame.getByText("shown").waitFor();
    const read = (selector: string): Promise<string> =>
      page.frame.locator(selector).evaluate((element) => getComputedStyle(element).backgroundImage);
    for (const selector of ["#a", "#b", "#c", "#d", "body"]) expect(await read(selector)).toContain("data:image/png");
    expect(page.problems).toEqual([]);
  });
});

describe("data of the public folder", () => {
  const files: TestProject = {
    "package.json": uses("react"),
    "public/data.json": `{ "name": "data" }`,
    "public/notes/readme.txt": "a note",
  };
  const app = (script: string): TestProject => ({
    ...files,
    "index.html": `<p id="out">waiting</p><script type="module" src="/src/main.js"></script>`,
    "src/main.js": `const out = document.getElementById("out"); ${script}`,
  });

  test.each([
    [
      "fetch",
      `const r = await fetch("/data.json"); out.textContent = (await r.json()).name + " " + r.status + r.ok + " " + new URL(r.url).pathname;`,
      "data 200true /data.json",
    ],
    [
      "fetch of a Request and of a URL",
      `const of = async (what) => (await (await fetch(what)).json()).name;
out.textContent = (await of(new Request("/data.json"))) + " " + (await of(new URL("/data.json", location.href)));`,
      "data data",
    ],
    [
      "XMLHttpRequest",
      `const ask = new XMLHttpRequest(); ask.open("GET", "/notes/readme.txt"); ask.onload = () => { out.textContent = ask.responseText + " " + ask.status; }; ask.send();`,
      "a note 200",
    ],
  ])("comes by %s", async (_name, script, text) => {
    const { html } = await builder.page(app(script));
    await using page = await openFramed(browser, html);
    await page.frame.getByText(text).waitFor();
    expect(page.problems).toEqual([]);
  });

  test("what is sent to a server, and what is elsewhere, is not answered by a file", async () => {
    const { html } = await builder.page(
      app(`
const results = await Promise.allSettled([fetch("/data.json", { method: "POST" }), fetch("https://other.test/data.json")]);
out.textContent = results.map(({ status }) => status).join();`),
    );
    await using page = await openFramed(browser, html);
    await page.frame.getByText("rejected,rejected").waitFor();
    expect(page.problems).toContain("asked for https://other.test/data.json");
  });

  test("is saved where a link leads to it", async () => {
    const project = app(`out.innerHTML = '<a href="/notes/readme.txt">the notes</a>';`);
    const { html } = await builder.page(project);
    await using page = await openFramed(browser, html);
    const [owner] = browser
      .contexts()
      .flatMap((context) => context.pages())
      .slice(-1);
    const saved = owner?.waitForEvent("download");
    await page.frame.getByText("the notes").click();
    expect((await saved)?.suggestedFilename()).toBe("readme.txt");
    expect(page.problems).toEqual([]);
  });

  test.each(["large", "document"])(
    "a gallery of links shows its pictures, by listeners of the %s",
    async (listening) => {
      const { html, warnings } = await builder.page({
        "my dot.png": PIXEL_PNG,
        "index.html": `<a id="large" href="my dot.png">Large</a><img alt=""><script>
        (window[${JSON.stringify(listening)}]).addEventListener("click", (event) => {
          event.preventDefault();
          document.querySelector("img").src = event.target.href;
        });</script>`,
      });
      expect(warnings).toEqual([]);
      await using page = await openFramed(browser, html);
      const saved: unknown[] = [];
      const owner = browser.contexts().at(-1)?.pages().at(-1);
      owner?.on("download", (download) => saved.push(download));
      await page.frame.getByText("Large").click();
      const width = await page.frame
        .locator("img")
        .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
      expect(width).toBeGreaterThan(0);
      expect(saved).toEqual([]);
      expect(page.problems).toEqual([]);
    },
  );

  test("comes by an address that is relative to a module", async () => {
    const script = `out.textContent = (await (await fetch(new URL("/data.json", import.meta.url))).json()).name + " of a module";`;
    const { html } = await builder.page(app(script));
    await using page = await openFramed(browser, html);
    await page.frame.getByText("data of a module").waitFor();
    expect(page.problems).toEqual([]);
  });
});
