import { waitUntil } from "@hivesync/testing/wait-until";
import { describe, expect, test } from "vitest";
import { startViewer, statusSays, type Page } from "#testing/start-viewer.ts";

const viewer = await startViewer();
const { api, json, put, addPage, addBuilt, openPage, expectProblems } = viewer;

const appOf = (page: Page) => page.frameLocator("iframe");
/** The app shows this text. */
const expectText = (page: Page, text: string) => appOf(page).getByText(text, { exact: true }).waitFor();
/** The viewer itself has a part of this name. */
const expectRegion = (page: Page, name: string) => page.getByRole("region", { name }).waitFor();
const key = (page: Page, name: string) => page.keyboard.press(name);

/** An app that says how large its window is. */
const measuring = `<output></output><script>
  const show = () => { document.querySelector("output").textContent = innerWidth + " x " + innerHeight };
  addEventListener("resize", show);
  // By layout too: a frame that is resized while it loads may get no event of it.
  new ResizeObserver(show).observe(document.documentElement);
</script>`;

/** An app that says in which colour scheme it finds itself, by script and by style. */
const coloured = {
  "index.html": `<output></output><p>styled</p><style>p { color: rgb(1, 1, 1) }
    @media (prefers-color-scheme: dark) { p { color: rgb(2, 2, 2) } }</style><script>
    const query = matchMedia("(prefers-color-scheme: dark)");
    const show = () => { document.querySelector("output").textContent = query.matches ? "dark" : "light" };
    show();
    query.addEventListener("change", show);
  </script>`,
};

describe("the device", () => {
  test("has the size of the chosen model, upright and turned, and the choice is remembered", async () => {
    const page = await openPage((await addPage(measuring)).url);
    await expectText(page, "390 x 844");
    await page.getByRole("button", { name: "Rotate" }).click();
    await expectText(page, "844 x 390");
    await page.locator("#model").selectOption({ label: "iPhone SE · 667 × 375" });
    await expectText(page, "667 x 375");
    await page.getByRole("button", { name: "Rotate" }).click();
    await expectText(page, "375 x 667");
    await page.getByRole("radio", { name: "Phone" }).focus();
    await key(page, "ArrowRight");
    await expectText(page, "820 x 1180");
    await page.reload();
    await expectText(page, "820 x 1180");
    expect(await page.getByRole("radio", { name: "Tablet" }).isChecked()).toBe(true);
    await key(page, "1");
    await expectText(page, "375 x 667");
  });

  test("is a phone of the preview's platform until somebody chooses one", async () => {
    const [android, ios] = await Promise.all(["android", "ios"].map((platform) => addPage("app", { platform })));
    const page = await openPage(String(android?.url));
    const model = page.locator("#model");
    /** The app is mounted, on a screen of this model and size. */
    const expectScreen = async (name: string, size: string) => {
      await page.locator("iframe").waitFor();
      expect(await model.inputValue()).toBe(name);
      const measure = `(({ offsetWidth, offsetHeight }) => offsetWidth + " x " + offsetHeight)(document.querySelector("iframe"))`;
      expect(await page.evaluate(measure)).toBe(size);
    };
    await expectScreen("Pixel 9", "412 x 923");
    // Another kind of device, and back, is no choice of a model.
    await key(page, "2");
    await expectScreen("iPad Air 11″", "820 x 1180");
    await key(page, "1");
    await expectScreen("Pixel 9", "412 x 923");
    await page.goto(String(ios?.url));
    await expectScreen("iPhone 16e", "390 x 844");
    await model.selectOption("iPhone SE");
    await page.goto(String(android?.url));
    await expectScreen("iPhone SE", "375 x 667");
  });

  test("fits the stage, and is as large as life when asked", async () => {
    const page = await openPage((await addPage(measuring)).url);
    await key(page, "2");
    const boxes = () => Promise.all(["#device", "main"].map((part) => page.locator(part).boundingBox()));
    const [fitted, stage] = await boxes();
    expect(fitted?.height).toBeLessThan(stage?.height ?? 0);
    const zoom = page.getByRole("button", { name: "Actual size" });
    expect(await zoom.textContent()).not.toContain("100 %");
    await zoom.click();
    const [actual] = await boxes();
    expect(actual).toMatchObject({ width: 864, height: 1224 });
    await expectText(page, "820 x 1180");
    await key(page, "z");
    expect((await boxes())[0]).toEqual(fitted);
  });

  test("a desktop has a window with the app's path, of a screen's size or as large as there is room", async () => {
    const page = await openPage((await addBuilt({ "index.html": `<a href="#/list">List</a>${measuring}` })).url);
    await key(page, "3");
    await expectText(page, "1280 x 800");
    await appOf(page).getByRole("link", { name: "List" }).dispatchEvent("click");
    await page.locator("#address", { hasText: "/#/list" }).waitFor();
    await page.locator("#model").selectOption("This window");
    await expectText(page, "1224 x 850");
    expect(await page.getByRole("button", { name: "Rotate" }).isDisabled()).toBe(true);
  });

  test("is the whole screen of a phone; a handle brings the bar and puts it away", async () => {
    const { url } = await addPage("app");
    const page = await openPage(url, { viewport: { width: 390, height: 844 } });
    await page.locator("iframe").waitFor();
    expect(await page.locator("iframe").boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    expect(await page.getByRole("radio").filter({ visible: true }).count()).toBe(0);
    const reload = page.getByRole("button", { name: "Reload the preview" });
    expect(await reload.isVisible()).toBe(false);
    const handle = page.getByRole("button", { name: "Preview tools" });
    await handle.click();
    await reload.click();
    await statusSays(page, "Ready");
    await handle.click();
    await reload.waitFor({ state: "hidden" });
  });
});

describe("light and dark", () => {
  const expectColour = async (page: Page, color: string) => {
    const script = `getComputedStyle(document.querySelector("p")).color`;
    expect(await page.frames()[1]?.evaluate(script)).toBe(color);
  };

  test("the app follows the viewer's choice as the browser passes it on", async () => {
    const page = await openPage((await addBuilt(coloured)).url, { colorScheme: null });
    await expectText(page, "light");
    await key(page, "d");
    await expectText(page, "dark");
    await expectColour(page, "rgb(2, 2, 2)");
    await page.reload();
    await expectText(page, "dark");
    await page.getByRole("button", { name: "Appearance: dark" }).click();
    await expectText(page, "light");
    await expectColour(page, "rgb(1, 1, 1)");
  });

  test("where the browser does not pass it on, the app's page does so itself", async () => {
    // An emulated colour scheme holds for every frame, whatever the page says.
    const page = await openPage((await addBuilt(coloured)).url, { colorScheme: "light" });
    await expectText(page, "light");
    await key(page, "d");
    await expectText(page, "dark");
    await expectColour(page, "rgb(2, 2, 2)");
    await key(page, "d");
    await expectText(page, "light");
    await expectColour(page, "rgb(1, 1, 1)");
  });
});

describe("loading the app", () => {
  test("a reload asks for a link made for it, and leaves no step in the history", async () => {
    const page = await openPage((await addPage("<input aria-label='Item' />")).url);
    const input = appOf(page).getByLabel("Item");
    await input.fill("Lemons");
    const steps = await page.evaluate("history.length");
    await Promise.all([
      page.waitForResponse((response) => /\/api\/v1\/preview\/[^/]+$/.test(response.url())),
      page.getByRole("button", { name: "Reload the preview" }).click(),
    ]);
    await waitUntil(
      () => input.inputValue(),
      (value) => value === "",
    );
    expect(await page.evaluate("history.length")).toBe(steps);
  });

  test("the app is kept when a reload gets no answer, and the bar says so", async () => {
    const page = await openPage((await addPage("<h1>Groceries</h1>")).url);
    await statusSays(page, "Ready");
    await page.route("**/api/v1/**", (route) => route.abort(), { times: 1 });
    const reload = page.getByRole("button", { name: "Reload the preview" });
    await reload.click();
    await statusSays(page, "No answer, try again");
    expect(await appOf(page).getByRole("heading", { name: "Groceries" }).isVisible()).toBe(true);
    await reload.click();
    await statusSays(page, "Ready");
  });

  test("an app that reloads itself comes back where it was, with what it has stored", async () => {
    const app = {
      "index.html": `<p></p><button>Again</button><script>
        localStorage.visits = Number(localStorage.visits ?? 0) + 1;
        document.cookie = "basket=" + localStorage.visits;
        document.querySelector("p").textContent = location.pathname + " visit " + localStorage.visits + " " + document.cookie;
        history.pushState(null, "", "/basket");
        document.querySelector("button").addEventListener("click", () => location.reload());
      </script>`,
    };
    const page = await openPage((await addBuilt(app)).url);
    await expectText(page, "/ visit 1 basket=1");
    await page.locator("#address", { hasText: "/basket" }).waitFor({ state: "attached" });
    await appOf(page).getByRole("button", { name: "Again" }).click();
    await expectText(page, "/basket visit 2 basket=2");
  });

  test("a link that no router takes loads the app anew at its path, as a form does; another site gets a tab", async () => {
    const app = {
      "index.html": `<p></p><a href="/about?x=1#team">About</a><a href="https://example.invalid/">Elsewhere</a>
        <form action="/search"><input name="q" value="lemons" /><button>Search</button></form>
        <script>document.querySelector("p").textContent = location.pathname + location.search + location.hash;</script>`,
    };
    const page = await openPage((await addBuilt(app)).url);
    await appOf(page).getByRole("link", { name: "About" }).click();
    await expectText(page, "/about?x=1#team");
    await appOf(page).getByRole("button", { name: "Search" }).click();
    await expectText(page, "/search?q=lemons");
    const [tab] = await Promise.all([
      page.waitForEvent("popup"),
      appOf(page).getByRole("link", { name: "Elsewhere" }).click(),
    ]);
    await tab.close();
    await expectText(page, "/search?q=lemons");
  });

  test("the pages of a project by hand lead to each other, by links and by scripts", async () => {
    const page = await openPage(
      (
        await addBuilt({
          "index.html": `<h1>Home</h1><a href="about.html">About</a><a href="gone.html">Gone</a>`,
          "about.html": `<h1>About</h1><button onclick="location.href = 'team/'">Team</button>`,
          "team/index.html": `<h1>Team</h1><a href="../index.html">Home</a>
            <script type="module" src="roll-call.js"></script>`,
          "team/roll-call.js": `document.body.append(document.createElement("button"));
            document.querySelector("button").textContent = "Call";
            document.querySelector("button").onclick = () => { throw new Error("nobody is here"); };`,
        })
      ).url,
    );
    await appOf(page).getByRole("link", { name: "About" }).click();
    await expectText(page, "About");
    await page.locator("#address", { hasText: "/about.html" }).waitFor({ state: "attached" });
    await appOf(page).getByRole("button", { name: "Team" }).click();
    await expectText(page, "Team");
    await page.locator("#address", { hasText: "/team/" }).waitFor({ state: "attached" });
    await appOf(page).getByRole("button", { name: "Call" }).click();
    // Of the second script in the project's one map.
    await page.locator("#app-error-list", { hasText: "team/roll-call.js:3" }).waitFor();
    await appOf(page).getByRole("link", { name: "Home" }).click();
    await expectText(page, "Home");
    await appOf(page).getByRole("link", { name: "Gone" }).click();
    await page.locator("#app-error-list", { hasText: `The preview has no page "/gone.html".` }).waitFor();
    await expectText(page, "Home");
    await expectProblems("nobody is here", "has no page");
  });

  test("an app that leaves its page as soon as it is there is left alone after a few times", async () => {
    const page = await openPage((await addBuilt({ "index.html": `<script>location.href = "/away";</script>` })).url);
    await expectRegion(page, "The app leaves its page again and again");
  });

  test("a picture of the app stands in while it loads, on the device that it is of", async () => {
    const artifacts = json({ snapshot_phone: await put("phone.png", "not really a picture", "image/png") });
    const preview = await addPage("<h1>Groceries</h1>", { artifacts });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const picture = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const page = await openPage(preview.url, {}, async (page) => {
      await page.route("**/phone.png*", (route) => route.fulfill({ contentType: "image/png", body: picture }));
      await page.route("**/index.html*", async (route) => {
        await held;
        await route.continue();
      });
    });
    await page.locator("#screen img").waitFor();
    expect(await page.locator("#screen img").getAttribute("src")).toContain("phone.png");
    release();
    await appOf(page).getByRole("heading", { name: "Groceries" }).waitFor();
    await page.locator("#screen img").waitFor({ state: "detached" });
  });
});

describe("errors of the app", () => {
  const throwing = {
    "index.html": `<p>up</p><script type="module" src="/src/main.ts"></script>`,
    "src/main.ts": `import { total } from "./cart";\n\nfor (const wait of [0, 1])\n  setTimeout(() => total([null as never]), wait);\nvoid Promise.reject(new RangeError("no such day"));\n`,
    "src/cart.ts": `// Prices.\nexport interface Row { price: number }\n\nexport function total(rows: Row[]): number {\n  let sum = 0;\n  for (const row of rows) sum += row.price;\n  return sum;\n}\n`,
  };

  test("are shown where they are in the sources, with the lines around, each once; to copy, dismiss or load anew", async () => {
    const page = await openPage((await addBuilt(throwing)).url);
    const overlay = page.getByRole("region", { name: "The app has 3 errors" });
    await overlay.waitFor();
    const [first, second] = [overlay.getByRole("listitem").first(), overlay.getByRole("listitem").nth(1)];
    const broken = overlay.getByRole("listitem").filter({ hasText: "TypeError" });
    await broken.locator("p.place", { hasText: "src/cart.ts:6:38" }).waitFor();
    expect(await broken.locator(".message").textContent()).toMatch(/^TypeError: .*'price'\) × 2$/);
    expect(await broken.locator(".main").textContent()).toBe("6  for (const row of rows) sum += row.price;");
    expect(await broken.locator(".main mark").textContent()).toBe("p");
    await broken.getByText("Called from one place").click();
    expect(await broken.locator(".stack").textContent()).toContain("src/main.ts:4:");
    expect(await overlay.getByRole("listitem").count()).toBe(2);
    const rejected = overlay.getByRole("listitem").filter({ hasText: "RangeError: no such day" });
    await rejected.locator("p.place", { hasText: "src/main.ts:5:21" }).waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await overlay.getByRole("button", { name: "Copy" }).click();
    await overlay.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(copied).toContain("src/cart.ts:6:38");
    expect(copied).not.toContain("X-Amz");
    await overlay.getByRole("button", { name: "Reload" }).click();
    await overlay.waitFor();
    await overlay.getByRole("button", { name: "Dismiss the errors" }).click();
    expect(await overlay.isVisible()).toBe(false);
    expect([await first.count(), await second.count()]).toEqual([0, 0]);
    await expectProblems("reading 'price'", "no such day");
  });

  test("stand in the bar until the app is loaded again, also when they were dismissed", async () => {
    const app = `<p>up</p><button>Break</button><script>
      document.querySelector("button").addEventListener("click", () => { throw new Error("no such day"); });
    </script>`;
    const page = await openPage((await addBuilt({ "index.html": app })).url);
    await statusSays(page, "Ready");
    const dot = `getComputedStyle(document.getElementById("status"), "::before").backgroundColor`;
    const good = await page.evaluate(dot);
    await appOf(page).getByRole("button", { name: "Break" }).click();
    await statusSays(page, "Error in the app");
    expect(await page.evaluate(dot)).not.toBe(good);
    await page.getByRole("button", { name: "Dismiss the errors" }).click();
    await page.getByRole("region", { name: "The app has an error" }).waitFor({ state: "hidden" });
    expect(await page.locator("#status").textContent()).toBe("Error in the app");
    await page.getByRole("button", { name: "Reload the preview" }).click();
    await statusSays(page, "Ready");
    expect(await page.evaluate(dot)).toBe(good);
    await expectProblems("no such day");
  });

  test("are shown as they came where there is no map, without the signature of a link", async () => {
    const stack = "at Row (https://storage.example/t/index.html?X-Amz-Signature=abc:1:2)";
    const bundle = `<script>parent.postMessage({ type: "hivesync:error", message: "Row is not defined", stack: ${JSON.stringify(stack)} }, "*")</script>`;
    const page = await openPage((await addPage(bundle)).url);
    await page.getByText("Stack", { exact: true }).click();
    expect(await page.locator(".stack").textContent()).toBe("at Row (https://storage.example/t/index.html:1:2)");
  });

  test("are shown as text, at most twenty and not at any length", async () => {
    const bundle = `<script>
      const tell = (message) => parent.postMessage({ type: "hivesync:error", message, stack: "" }, "*");
      tell("<b>Row</b> is not defined"); tell("x".repeat(100_000)); tell({ not: "text" });
      for (let index = 0; index < 97; index += 1) tell("error " + index);
      parent.postMessage(null, "*"); parent.postMessage({ type: "other", message: "other" }, "*");
      parent.postMessage({ type: "constructor" }, "*"); parent.postMessage({ type: { toString: "no" } }, "*");
      parent.postMessage({ type: "hivesync:path", path: 7 }, "*");
    </script>`;
    const page = await openPage((await addPage(bundle)).url);
    const overlay = page.getByRole("region", { name: "The app has 100 errors" });
    await overlay.waitFor();
    const messages = overlay.getByRole("listitem").locator(".message");
    expect(await messages.count()).toBe(20);
    expect(await messages.first().textContent()).toBe("<b>Row</b> is not defined");
    expect((await messages.nth(1).textContent())?.length).toBe(501);
    expect(await messages.nth(2).textContent()).toBe("An error without a message");
  });

  test("that only previews have come with advice", async () => {
    const page = await openPage((await addBuilt({ "index.html": `<script>indexedDB.open("x")</script>` })).url);
    await page.getByText("A preview has no IndexedDB").waitFor();
    await expectProblems("indexedDB is not defined");
  });
});

describe("the console", () => {
  test("has what the app logs, in its sources' lines, bounded and counted", async () => {
    const app = {
      "index.html": `<p>up</p><script type="module" src="main.ts"></script>`,
      "main.ts": `console.log("rows", [1, { name: "Milk" }], new Map([["a", 1]]));\nconsole.warn("%s of %d", "two", 3, document.body);\nconsole.error("failed", new Error("no network"));\nfor (let index = 0; index < 3; index += 1) console.info("again");\n`,
    };
    const page = await openPage((await addBuilt(app)).url);
    await page.locator("#console-count", { hasText: "2" }).waitFor();
    await key(page, "c");
    const lines = page.locator("#console-lines > li");
    await waitUntil(
      () => lines.count(),
      (count) => count === 4,
    );
    await lines.getByText("main.ts:3:25").waitFor();
    expect(await lines.locator("pre").allTextContents()).toEqual([
      'rows [1, { name: "Milk" }] Map [["a", 1]]',
      "two of 3 <body>",
      expect.stringMatching(/^failed Error: no network\n/),
      "again",
    ]);
    expect(await lines.nth(3).locator(".times").textContent()).toBe("3");
    await page.getByRole("button", { name: "Clear", exact: true }).click();
    expect(await lines.count()).toBe(0);
    await key(page, "Escape");
    expect(await page.getByRole("region", { name: "Console and build log" }).isVisible()).toBe(false);
    await expectProblems("two 3", "failed");
  });

  test("is offered where the app shows nothing", async () => {
    const page = await openPage((await addBuilt({ "index.html": `<div id="root"></div>` })).url);
    await expectRegion(page, "The app shows nothing");
    await page.getByRole("button", { name: "Open the console" }).click();
    await page.getByRole("tab", { name: "Console", selected: true }).waitFor();
  });

  test("holds what fits of an app that never stops", async () => {
    const page = await openPage(
      (
        await addPage(`<script>for (let index = 0; index < 5_000; index += 1)
          parent.postMessage({ type: "hivesync:console", level: "shout", text: "line " + index }, "*");</script>`)
      ).url,
    );
    await key(page, "c");
    await page.getByText("line 4999").waitFor();
    expect(await page.locator("#console-lines > li").count()).toBe(300);
  });
});

describe("sharing and keys", () => {
  test("the link is there as a code and to copy", async () => {
    const { url } = await addPage("app");
    const page = await openPage(url);
    await key(page, "s");
    await page.getByRole("img", { name: "QR code of the link" }).waitFor();
    expect(await page.getByLabel("Link of this preview").inputValue()).toBe(url);
    await page.getByText("This address is known to this computer alone.").waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.locator("#copy-link").click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(url);
    await key(page, "Escape");
    await page.locator("#share").waitFor({ state: "hidden" });
  });

  test("what is shared by the browser's own dialog bears the project's name, which is text whatever it holds", async () => {
    const { projectId, url } = await addPage("app");
    const name = `<img src="x" onerror="alert(1)"> & Sons`;
    await api.sql`UPDATE projects SET name = ${name} WHERE id = ${projectId}`;
    const page = await openPage(url, {}, (page) =>
      page.addInitScript(`navigator.share = async (data) => { globalThis.shared = data; };`),
    );
    await page.getByText(name, { exact: true }).waitFor();
    await key(page, "s");
    await page.locator("#share-link").click();
    expect(await page.evaluate("shared")).toEqual({ title: `${name} · HiveSync Preview`, url });
  });

  test("every key does what the list of keys says, and none with a modifier", async () => {
    const page = await openPage((await addPage("app")).url);
    await statusSays(page, "Ready");
    await key(page, "?");
    expect(await page.locator("#help kbd").allTextContents()).toEqual("123RZDEXLCS?".split(""));
    await key(page, "?");
    await page.locator("#help").waitFor({ state: "hidden" });
    await key(page, "Control+3");
    expect(await page.getByRole("radio", { name: "Phone" }).isChecked()).toBe(true);
    await key(page, "r");
    expect(await page.getByRole("button", { name: "Rotate" }).getAttribute("aria-pressed")).toBe("true");
    const reloaded = page.waitForResponse((response) => response.url().includes("index.html"));
    await key(page, "e");
    await reloaded;
  });
});
