import { launchChromium } from "@hivesync/testing/chromium";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PageMessage, PageStart } from "#in-page/prelude/page-messages.ts";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

// How a page behaves in a frame as the viewer makes it, and by itself. The viewer's own tests show the two together.
const [builder, browser] = await Promise.all([createTestBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

const ORIGIN = "http://storage.test";
const BUNDLE = "/bundles/1/index.html?X-Amz-Signature=1";
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

async function open(project: TestProject, at: "/viewer" | typeof BUNDLE, start: PageStart = {}): Promise<void> {
  const { html } = await builder.page(project);
  const name = JSON.stringify({ hivesync: start }).replaceAll('"', "&quot;");
  const frame = `<iframe name="${name}" sandbox="allow-scripts allow-forms allow-modals allow-popups" src="${BUNDLE}"></iframe>
<script>window.heard = []; addEventListener("message", ({ data }) => window.heard.push(data));</script>`;
  await page.route("**/*", (route) => {
    const { hostname, pathname } = new URL(route.request().url());
    if (`http://${hostname}` !== ORIGIN) return route.abort();
    const body = pathname === "/viewer" ? frame : Buffer.from(html);
    return route.fulfill({ contentType: "text/html", body });
  });
  await page.goto(ORIGIN + at);
}

const framed = (script: string, start?: PageStart, body = "<ul></ul>") =>
  open({ "index.html": `${body}<script>${script}</script>` }, "/viewer", start);
const heard = () => page.evaluate<PageMessage[]>("window.heard");
const heardOf = async <Type extends PageMessage["type"]>(type: Type) =>
  (await heard()).filter((message): message is Extract<PageMessage, { type: Type }> => message.type === type);
const inFrame = <Value>(script: string): Promise<Value> => {
  const frame = page.frames()[1];
  if (frame === undefined) throw new Error("the page is framed");
  return frame.evaluate<Value>(script);
};

describe("storage in the frame", () => {
  test("is Web Storage in all that an app sees of it", async () => {
    await framed(`window.seen = [];
      const see = (value) => seen.push(value);
      localStorage.setItem("b", 5); localStorage.a = { toString: () => "text" };
      see(localStorage instanceof Storage); see(String(localStorage)); see(localStorage.length); see(localStorage.key(0));
      see(localStorage.getItem("b") + localStorage.a); see(localStorage.getItem("missing")); see(localStorage.missing === undefined);
      see("a" in localStorage); see(Object.keys(localStorage).join()); see(JSON.stringify({ ...localStorage }));
      delete localStorage.a; localStorage.removeItem("b"); see(localStorage.length);
      localStorage.clear(); see(localStorage.length); see(sessionStorage.length);
      try { localStorage.setItem("large", "x".repeat(6 * 1024 * 1024)); } catch (error) { see(error.name + error.code); }`);
    expect(await inFrame("seen")).toEqual([
      true,
      "[object Storage]",
      2,
      "b",
      "5text",
      null,
      true,
      true,
      "b,a",
      JSON.stringify({ b: "5", a: "text" }),
      0,
      0,
      0,
      "QuotaExceededError22",
    ]);
  });

  test("cookies are set, changed and ended as a browser does", async () => {
    await framed(`document.cookie = "a=1; path=/; secure"; document.cookie = "b=two=2"; document.cookie = "c=3; max-age=60";
      document.cookie = "a=9"; document.cookie = "b=; expires=Thu, 01 Jan 1970 00:00:00 GMT"; document.cookie = "c=; Max-Age=0"; document.cookie = "d";`);
    expect(await inFrame("document.cookie")).toBe("a=9; d");
  });

  test("is told to the viewer, and found again by the page that is given it", async () => {
    await framed(`localStorage.list = "milk"; sessionStorage.step = "2"; document.cookie = "seen=1";`);
    const [kept] = await waitUntil(
      () => heardOf("hivesync:storage"),
      (messages) => messages.length > 0,
    );
    expect(kept?.storage).toEqual({ local: { list: "milk" }, session: { step: "2" }, cookies: { seen: "1" } });
    await framed("", { storage: kept?.storage ?? { local: {}, session: {}, cookies: {} } });
    expect(await inFrame("localStorage.list + sessionStorage.step + document.cookie")).toBe("milk2seen=1");
  });

  test("is told before the viewer is asked for the next page, as after a login", async () => {
    await framed(`localStorage.user = "eva"; location.assign("/next");`);
    const told = await waitUntil(heard, (messages) => messages.some(({ type }) => type === "hivesync:navigate"));
    const types = told.map(({ type }) => type).filter((type) => /:(?:storage|navigate)$/.test(type));
    expect(types).toEqual(["hivesync:storage", "hivesync:navigate"]);
  });

  test("what the frame has only to deny is not there to be found", async () => {
    await framed("");
    const found = `["serviceWorker" in navigator, "caches" in window, "indexedDB" in window]`;
    expect(await inFrame(found)).toEqual([false, false, false]);
    expect(problems).toEqual([]);
  });
});

describe("the path in the frame", () => {
  test("is the one that the page was given, before the app looks, and the window has no name", async () => {
    await framed("window.first = location.pathname + location.hash + name;", { path: "/orders/7#top" });
    expect(await inFrame("first")).toBe("/orders/7#top");
  });

  test.each(["//example.com/", "/\\example.com", "https://example.com/", "orders"])(
    "is the root where it was given %s",
    async (path) => {
      await framed("window.first = location.href;", { path });
      expect(await inFrame("first")).toBe(`${ORIGIN}/`);
    },
  );

  test("is told whenever it changes: by a router of the history, of the hash, and by going back", async () => {
    await framed("");
    await inFrame(`history.pushState({ step: 1 }, "", "/list?sort=name")`);
    await inFrame(`history.replaceState(null, "", "/list")`);
    await inFrame(`location.hash = "#/detail"`);
    await inFrame(`history.back()`);
    const told = await waitUntil(
      () => heardOf("hivesync:path"),
      (messages) => messages.at(-1)?.path === "/list" && messages.length >= 5,
    );
    expect(told.slice(0, 4).map(({ path }) => path)).toEqual(["/", "/list?sort=name", "/list", "/list#/detail"]);
  });
});

describe("links and forms in the frame", () => {
  const click = (text: string) => page.frameLocator("iframe").getByText(text, { exact: true }).click();

  test("what a router takes is its own; what it leaves is asked of the viewer", async () => {
    await framed(
      `document.querySelector("#taken").addEventListener("click", (event) => event.preventDefault());`,
      {},
      `<a id="taken" href="/taken">Taken</a> <a href="/left?x=1#y">Left</a> <a href="./index.html">Home</a> <a href="#here">Here</a>
       <a href="/list" target="_top">Top</a>`,
    );
    for (const text of ["Taken", "Here", "Left", "Home", "Top"]) await click(text);
    const asked = await waitUntil(
      () => heardOf("hivesync:navigate"),
      (messages) => messages.length >= 3,
    );
    expect(asked.map(({ path }) => path)).toEqual(["/left?x=1#y", "/", "/list"]);
    expect(await inFrame("location.hash")).toBe("#here");
  });

  test("a part of the page is gone to where the link names the page as the index that it is", async () => {
    await framed("", {}, `<a href="index.html#part">Part</a><p id="part"></p>`);
    await click("Part");
    await waitUntil(
      () => inFrame<string>("location.pathname + location.hash"),
      (at) => at === "/#part",
    );
    expect(await heardOf("hivesync:navigate")).toEqual([]);
  });

  test("another site opens in a tab that knows nothing of the app", async () => {
    await framed("", {}, `<a href="https://example.invalid/">Elsewhere</a>`);
    await page.context().route("https://example.invalid/", (route) => route.fulfill({ body: "elsewhere" }));
    const [tab] = await Promise.all([page.waitForEvent("popup"), click("Elsewhere")]);
    await tab.waitForURL("https://example.invalid/");
    expect(await tab.evaluate("opener === null")).toBe(true);
    await tab.close();
  });

  test("a page that the project does not have is an error, and a form that needs a server is said in the console", async () => {
    await framed(
      "",
      {},
      `<a href="about.html">About</a><form method="post" action="/send"><button>Send</button></form>`,
    );
    await click("About");
    const [error] = await waitUntil(
      () => heardOf("hivesync:error"),
      (messages) => messages.length > 0,
    );
    expect(error?.message).toBe(`Error: The preview has no page "/about.html".`);
    await click("Send");
    const [said] = await waitUntil(
      () => heardOf("hivesync:console"),
      (messages) => messages.length > 0,
    );
    expect(said?.text).toBe(`A form was sent to "/send". A preview has no server that could take it.`);
    expect(await heardOf("hivesync:navigate")).toEqual([]);
  });

  const asked = async () => {
    const [message] = await waitUntil(
      () => heardOf("hivesync:navigate"),
      (messages) => messages.length > 0,
    );
    return message;
  };

  test.each([
    ["location.assign('done?by=script#end')", "/shop/done?by=script#end"],
    ["location.replace('/')", "/"],
    ["location = '/away'", "/away"],
    ["window.location.href = 'index.html'", "/shop/"],
    ["document.location.pathname = '/about'", "/about?item=1"],
    ["location.search = 'item=2'", "/shop/?item=2"],
    ["location.reload()", "/shop/?item=1"],
    ["window.open('/help')", "/help"],
  ])("a script that goes somewhere by %s has the app loaded there, and stays itself", async (script, path) => {
    await framed("", { path: "/shop/?item=1" }, `<button onclick="${script}">Go</button>`);
    await click("Go");
    expect(await asked()).toEqual({ type: "hivesync:navigate", path, byApp: false });
    expect(await heardOf("hivesync:bye")).toEqual([]);
  });

  test("so does a module, whose location is else the page's own", async () => {
    await open(
      {
        "index.html": `<script type="module" src="main.ts"></script>`,
        "main.ts": `const { origin }: Location = window.location;
          (globalThis as any).seen = [location instanceof Location, String(location), new URL("x", location as any).pathname, location.host, origin];
          location.hash = "part";
          (globalThis as any).hash = [location.hash, document.URL];
          location.href = "/next";`,
      },
      "/viewer",
      { path: "/shop?item=1" },
    );
    expect(await asked()).toEqual({ type: "hivesync:navigate", path: "/next", byApp: true });
    expect(await inFrame("seen")).toEqual([true, `${ORIGIN}/shop?item=1`, "/x", "storage.test", ORIGIN]);
    expect(await inFrame("hash")).toEqual(["#part", `${ORIGIN}/shop?item=1#part`]);
  });

  test("another site that a script goes to on a click gets a tab of its own", async () => {
    await framed("", {}, `<button onclick="location.href = 'https://example.invalid/'">Leave</button>`);
    const [tab] = await Promise.all([page.waitForEvent("popup"), click("Leave")]);
    await tab.close();
    expect(await heardOf("hivesync:bye")).toEqual([]);
  });

  test("a worker has its own", async () => {
    await open(
      {
        "index.html": `<p></p><script type="module" src="main.js"></script>`,
        "main.js": `const worker = new Worker(new URL("./work.js", import.meta.url), { type: "module" });
          worker.onmessage = ({ data }) => { document.querySelector("p").textContent = data; };`,
        "work.js": `postMessage("at " + location.protocol + self.location.href.slice(0, 5));`,
      },
      "/viewer",
    );
    await page.frameLocator("iframe").getByText("at data:data:").waitFor();
    expect(await heardOf("hivesync:error")).toEqual([]);
  });

  test("a form that asks by its address is the app's page at that address, with its fields", async () => {
    const form = `<form action="/search"><input name="q" value="two words" /><input name="method" value="post" />
      <button name="by" value="button">Search</button></form>`;
    await framed("", {}, form);
    await click("Search");
    const [asked] = await waitUntil(
      () => heardOf("hivesync:navigate"),
      (messages) => messages.length > 0,
    );
    expect(asked?.path).toBe("/search?q=two+words&method=post&by=button");
  });
});

describe("what people expect of a page, in the frame", () => {
  test("dialogs open and are answered", async () => {
    page.on("dialog", (dialog) => void dialog.accept(dialog.type() === "prompt" ? "Ada" : ""));
    await framed(`window.answers = () => [confirm("Sure?"), prompt("Name?"), alert("Hello")];`);
    expect(await inFrame("answers()")).toEqual([true, "Ada", undefined]);
  });

  test("a text is copied though the frame is denied the clipboard", async () => {
    await framed(
      `document.querySelector("button").addEventListener("click", async () => {
        await navigator.clipboard.writeText("copied in the frame");
        document.querySelector("output").textContent = "done";
      });`,
      {},
      `<button>Copy</button><output></output><textarea aria-label="Paste"></textarea>`,
    );
    const frame = page.frameLocator("iframe");
    await frame.getByRole("button").click();
    await frame.getByText("done").waitFor();
    await frame.getByLabel("Paste").press("ControlOrMeta+v");
    expect(await frame.getByLabel("Paste").inputValue()).toBe("copied in the frame");
  });

  test("what the console is given is told short, whatever it is, and bounded", async () => {
    await framed(`const loop = { name: "loop" }; loop.self = loop;
      console.log("a", 1, null, undefined, true, 2n, Symbol("s"), () => 1, [1, [2, [3]]], loop);
      console.log("%s has %d%% %o", "Ada", 7, { a: 1 }, "more"); console.log({ get bad() { throw new Error("no"); } });
      console.info(new Map([["a", new Set([1])]]), new Date(0), document.createElement("p")); console.warn("x".repeat(5000));
      for (let index = 0; index < 500; index += 1) console.log("again " + index);`);
    const told = await waitUntil(
      () => heardOf("hivesync:console"),
      (messages) => messages.length >= 40,
    );
    expect(told.slice(0, 4).map(({ text }) => text)).toEqual([
      `a 1 null undefined true 2n Symbol(s) ƒ  [1, [2, [… 1]]] { name: "loop", self: { name: "loop", self: {…} } }`,
      `Ada has 7% { a: 1 } more`,
      `{ bad: (throws) }`,
      `Map [["a", Set [… 1]]] 1970-01-01T00:00:00.000Z <p>`,
    ]);
    expect(told[4]).toMatchObject({ level: "warn", text: `${"x".repeat(4000)}…` });
    expect(told.length).toBeLessThanOrEqual(100);
  });

  test("errors that nobody caught are told, with what is thrown that is no error; harmless noise is not", async () => {
    await framed(`setTimeout(() => { throw "a text"; });
      Promise.reject({ code: 7 }); Promise.reject(undefined);
      dispatchEvent(new ErrorEvent("error", { message: "ResizeObserver loop completed with undelivered notifications." }));
      dispatchEvent(new ErrorEvent("error", { message: "from elsewhere" })); new Image().src = "/missing.png";`);
    const told = await waitUntil(
      () => heardOf("hivesync:error"),
      (messages) => messages.length >= 4,
    );
    expect(told.map(({ message }) => message).sort()).toEqual(["a text", "from elsewhere", "undefined", "{ code: 7 }"]);
  });

  test("an app that shows nothing is noticed, one that shows a picture or a colour is not", async () => {
    const blank = `<div></div>`;
    const painted = `<div style="width: 10px; height: 10px; background: teal"></div>`;
    await framed("", {}, painted);
    await page.waitForFunction("performance.now() > 3500");
    expect(await heardOf("hivesync:blank")).toEqual([]);
    await framed("", {}, blank);
    const told = await waitUntil(
      () => heardOf("hivesync:blank"),
      (messages) => messages.length > 0,
    );
    expect(told.length).toBe(1);
  });
});

describe("opened by itself", () => {
  test("the page has real storage, says nothing to anybody, and shows its errors until they are dismissed", async () => {
    const script = `localStorage.kept = "yes"; window.onmessage = () => { document.title = "told"; };
      setTimeout(() => { throw new TypeError("<b>broken</b>"); });`;
    await open({ "index.html": `<title>App</title><p>app</p><script>${script}</script>` }, BUNDLE);
    const box = page.getByRole("alert");
    await box.getByText("TypeError: <b>broken</b>").waitFor();
    expect(await page.evaluate("localStorage.kept + location.pathname")).toBe("yes/");
    expect(await page.evaluate("'indexedDB' in window")).toBe(true);
    await box.getByRole("button", { name: "Dismiss" }).click();
    expect(await box.count()).toBe(0);
    expect(await page.title()).toBe("App");
  });
});
