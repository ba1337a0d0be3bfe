import { launchChromium } from "@hivesync/testing/chromium";
import { FlattenMap, originalPositionFor } from "@jridgewell/trace-mapping";
import { afterAll, describe, expect, test } from "vitest";
import { openFramed } from "#testing/framed-page.ts";
import { PIXEL_PNG, createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

// A project of several pages in one preview. That the viewer follows its links is a test of the viewer's.
const [builder, browser] = await Promise.all([createTestBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

/** A site by hand, as beginners make them. */
const site: TestProject = {
  "style.css": "h1 { color: rgb(1, 2, 3) }",
  "logo.png": PIXEL_PNG,
  "index.html": `<html lang="en"><link rel="stylesheet" href="style.css"><img src="logo.png"><h1>Home</h1>
    <a href="about.html">About</a> <a href="team/">Team</a></html>`,
  "about.html": `<html lang="fr" class="about"><title>About us</title><link rel="stylesheet" href="style.css"><img src="logo.png"><h1>About</h1>
    <script>const page = "about"; document.querySelector("h1").append(" us, at " + location.pathname);</script></html>`,
  "team/index.html": `<link rel="stylesheet" href="../style.css"><h1>Team</h1><p></p><a href="ada.html">Ada</a><a href="../index.html">Home</a>
    <script>fetch("names.json").then((response) => response.json()).then((names) => { document.querySelector("p").textContent = names.join(); });</script>`,
  "team/ada.html": `<h1>Ada</h1>`,
  "team/names.json": `["Ada", "Grace"]`,
};

describe("a page that others lead to is shown at its address", () => {
  test.each([
    ["/", "Home", "en"],
    ["/index.html", "Home", "en"],
    ["/about.html?from=home#top", "About us, at /about.html", "fr"],
    ["/about", "About us, at /about", "fr"],
    ["/somewhere/of/a/router", "Home", "en"],
  ])("%s", async (path, heading, lang) => {
    const { html } = await builder.page(site);
    await using page = await openFramed(browser, html, path);
    const title = page.frame.locator("h1");
    await title.getByText(heading, { exact: true }).waitFor();
    expect(await title.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(1, 2, 3)");
    const image = page.frame.locator("img");
    expect(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(1);
    expect(await title.evaluate(() => document.documentElement.lang)).toBe(lang);
    expect(page.problems).toEqual([]);
  });

  test("one in a folder finds the files beside it, and has a page of its own that only it leads to", async () => {
    const { html, log } = await builder.page(site);
    await using team = await openFramed(browser, html, "/team/");
    await team.frame.getByText("Ada,Grace").waitFor();
    expect(team.problems).toEqual([]);
    await using ada = await openFramed(browser, html, "/team/ada.html");
    await ada.frame.getByRole("heading", { name: "Ada" }).waitFor();
    expect(log).toContain("pages: /, /about.html, /team/, /team/ada.html");
  });

  test("what pages have in common is held once", async () => {
    const photo = Buffer.alloc(300_000, PIXEL_PNG);
    const pages = ["a", "b", "c", "d"].map((name) => [`${name}.html`, `<img src="photo.png"><h1>${name}</h1>`]);
    const links = pages.map(([path]) => `<a href="${String(path)}"></a>`).join("");
    const { html } = await builder.page({
      "photo.png": photo,
      "index.html": `<img src="photo.png">${links}`,
      ...(Object.fromEntries(pages) as TestProject),
    });
    expect(html.length).toBeLessThan(600_000);
  });
});

test("a page with modules has its own, and one map leads back from all", async () => {
  const { html, sourceMap } = await builder.page({
    "index.html": `<a href="shop.html">Shop</a><script type="module" src="home.js"></script>`,
    "home.js": `import { name } from "./name.js";\ndocument.body.append("home of " + name);`,
    "shop.html": `<p></p><script type="module" src="shop.ts"></script>`,
    "shop.ts": `import { name } from "./name.js";\nconst items: string[] = [name];\nexport const fail = (): never => { throw new Error("no " + items.length); };\nsetTimeout(fail);`,
    "name.js": `export const name = "lemons";`,
  });
  await using home = await openFramed(browser, html);
  await home.frame.getByText("home of lemons").waitFor();
  await using shop = await openFramed(browser, html, "/shop.html");
  expect(await shop.toldErrors(1)).toEqual(["Error: no 1"]);
  const [, line, column] = /hivesync-preview\.js:(\d+):(\d+)/.exec(await shop.toldStack()) ?? [];
  const map = new FlattenMap(Buffer.from(sourceMap).toString());
  const place = originalPositionFor(map, { line: Number(line), column: Number(column) - 1 });
  expect(place).toMatchObject({ source: "vfs:shop.ts", line: 3 });
});

describe("a page is left out, and the others are shown", () => {
  test.each([
    ["names a script that is not there", `<script src="gone.js"></script>`, `gone.js`],
    ["has a script that cannot be bundled", `<script type="module">import "./gone.js";</script>`, `gone.js`],
  ])("when it %s", async (_, about, why) => {
    const { html, warnings } = await builder.page({
      "index.html": `<h1>Home</h1>\n<a href="about.html">About</a>`,
      "about.html": about,
    });
    expect(warnings).toEqual([
      expect.objectContaining({
        file: "index.html",
        line: 2,
        text: expect.stringMatching(`^The link to "about.html" leads nowhere. .*${why}`) as string,
      }),
    ]);
    await using page = await openFramed(browser, html);
    await page.frame.getByRole("link", { name: "About" }).click();
    expect(await page.toldErrors(1)).toEqual([`Error: The preview has no page "/about.html".`]);
  });

  test("when there are more than a preview holds", async () => {
    const names = Array.from({ length: 53 }, (_, index) => `page-${index}.html`);
    const { warnings, log } = await builder.page({
      "index.html": names.map((name) => `<a href="${name}">${name}</a>`).join("\n"),
      ...(Object.fromEntries(names.map((name) => [name, `<h1>${name}</h1>`])) as TestProject),
    });
    expect(warnings.map(({ line }) => line)).toEqual([51, 52, 53]);
    expect(log).toContain("/page-49.html");
    expect(log).not.toMatch(/^pages:.*page-50/m);
  });

  test("nor is one held that only a build has written, or that no page leads to", async () => {
    const { log, text } = await builder.page({
      "index.html": `<a href="dist/about.html">Built</a>`,
      "dist/about.html": "<h1>Built</h1>",
      "draft.html": "<h1>Draft</h1>",
    });
    expect(log).not.toMatch(/^pages:/m);
    expect(text).not.toContain("Draft");
  });
});

test.each([
  ["a script in the page", `<script>const go = () => { location.href = "done.html"; };</script>`],
  ["what is done at a click", `<button onclick="location.href = 'done.html'">Go</button>`],
  ["a script of its own", `<script src="classic.js"></script>`],
  ["a module", `<script type="module" src="module.js"></script>`],
])("a page that only %s leads to is held too", async (_, script) => {
  const { html } = await builder.page({
    "index.html": script,
    "classic.js": `const go = () => window.location.replace("./done.html");`,
    "module.js": `export const go = () => location.assign("/done.html");`,
    "done.html": "<h1>Done</h1>",
  });
  await using page = await openFramed(browser, html, "/done.html");
  await page.frame.getByRole("heading", { name: "Done" }).waitFor();
  expect(page.problems).toEqual([]);
});

describe("a link leads to the page that it means", () => {
  const home = (text: string): string => `<h1>Home</h1>${text}`;
  const about = "<h1>About</h1>";
  test.each<[string, TestProject, { entry?: string; links: string[]; heading: string }]>([
    [
      "the first one by its own name",
      { "about.html": `${about}<a href="home.html">Back</a>`, "home.html": home(`<a href="about.html">About us</a>`) },
      { entry: "home.html", links: ["About us", "Back"], heading: "Home" },
    ],
    [
      "the only one by its own name",
      { "home.html": home(`<a href="home.html">Here</a>`) },
      { links: ["Here"], heading: "Home" },
    ],
    [
      "an index beside the page that is asked for",
      { "index.html": "<h1>Index</h1>", "home.html": home(`<a href="index.html">Start</a>`) },
      { entry: "home.html", links: ["Start"], heading: "Index" },
    ],
    [
      "an index above the page that is asked for",
      { "index.html": "<h1>Index</h1>", "pages/home.html": home("") },
      { entry: "pages/home.html", links: [], heading: "Home" },
    ],
    [
      "one beside the index of a folder that is named without a slash",
      {
        "index.html": `<a href="team">Team</a>`,
        "team/index.html": `<a href="ada.html">Ada</a>`,
        "team/ada.html": "<h1>Ada L.</h1>",
      },
      { links: ["Team", "Ada"], heading: "Ada L." },
    ],
    [
      "one that a build wrote, from one that a build wrote",
      { "dist/index.html": `<a href="about.html">About us</a>`, "dist/about.html": about },
      { entry: "dist/index.html", links: ["About us"], heading: "About" },
    ],
    [
      "one that a script names too",
      {
        "index.html": `<a href="about.html">About us</a><script>if (location.pathname.endsWith("about.html")) alert();</script>`,
        "about.html": about,
      },
      { links: ["About us"], heading: "About" },
    ],
  ])("%s", async (_, project, { entry, links, heading }) => {
    const { html, warnings } = await builder.page(project, entry === undefined ? {} : { entry });
    await using page = await openFramed(browser, html);
    for (const link of links) await page.frame.getByText(link, { exact: true }).click();
    await page.frame.getByRole("heading", { name: heading, exact: true }).waitFor();
    expect(page.problems).toEqual([]);
    expect(warnings).toEqual([]);
  });

  test("of two with one address the first is held, and the other is told of", async () => {
    const { warnings } = await builder.page({
      "package.json": "{}",
      "src/index.html": `<a href="about.html">A</a>\n<a href="../about.html">B</a>`,
      "src/about.html": about,
      "about.html": about,
    });
    expect(warnings).toMatchObject([
      { line: 2, text: expect.stringContaining("has the address /about.html") as string },
    ]);
  });

  test("an address of a router stays what it is beside a script of its name", async () => {
    const { text, warnings } = await builder.page({ "index.html": `<a href="/about">About</a>`, "about.js": "" });
    expect(text).toContain(`href="/about"`);
    expect(warnings).toEqual([]);
  });
});

test.each([`<a href="#">Go</a>`, `<button onclick="location.hash = 'x'; location.hash = ''">Go</button>`])(
  "a page stays as it is at %s",
  async (written) => {
    const { html } = await builder.page({ "index.html": `<h1>Fresh</h1>${written}` });
    await using page = await openFramed(browser, html);
    const title = page.frame.locator("h1");
    await title.evaluate((element) => element.replaceChildren("Used"));
    // The frame is taken away as soon as the page asks to be loaded.
    await page.owner.evaluate(() => {
      addEventListener("message", ({ data }) => {
        if ((data as { type: string }).type === "seen") document.title = "seen";
      });
    });
    await page.frame.getByText("Go").click();
    await title.evaluate(() => parent.postMessage({ type: "seen" }, "*"));
    await page.owner.waitForFunction(() => document.title === "seen");
    expect(await title.textContent()).toBe("Used");
  },
);

test("a page of many tags in a comment that never end is written in the time of any other", async () => {
  const { html } = await builder.page({
    "index.html": `<h1>Home</h1><a href="about.html">About</a><!--${"<script ".repeat(200_000)}${"<script>".repeat(100_000)}-->`,
    "about.html": "<h1>About</h1>",
  });
  expect(html.length).toBeGreaterThan(2_000_000);
});

test("a page that only leads on to another one leads there", async () => {
  const { html, log } = await builder.page({
    "index.html": `<meta http-equiv="refresh" content="0; url='docs/start.html'">`,
    "docs/start.html": "<h1>Start</h1>",
  });
  expect(log).toContain("pages: /, /docs/start.html");
  await using page = await openFramed(browser, html);
  await page.frame.getByRole("heading", { name: "Start" }).waitFor();
  expect(page.problems).toEqual([]);
});

test("a link to a page that the project does not have is told of, with the nearest names", async () => {
  const { warnings } = await builder.page({
    "index.html": `<a href="abuot.html">About</a>`,
    "about.html": "<h1>About</h1>",
  });
  expect(warnings).toEqual([
    expect.objectContaining({
      file: "index.html",
      line: 1,
      text: expect.stringMatching(/^The link to "abuot.html" leads nowhere\. .*about\.html/) as string,
    }),
  ]);
});

test("a file that a link downloads is in the page", async () => {
  const { html } = await builder.page({
    "index.html": `<a href="files/plan.pdf" download>The plan</a>`,
    "files/plan.pdf": "%PDF-1.4 a plan",
  });
  await using page = await openFramed(browser, html);
  const download = page.owner.waitForEvent("download");
  await page.frame.getByText("The plan").click();
  expect((await download).suggestedFilename()).toBe("plan.pdf");
});
