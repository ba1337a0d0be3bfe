import { newId } from "@hivesync/platform/ids";
import { launchChromium } from "@hivesync/testing/chromium";
import { waitUntil } from "@hivesync/testing/wait-until";
import axe from "axe-core";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { startTestApi } from "#testing/start-test-api.ts";

const [api, browser] = await Promise.all([startTestApi(), launchChromium()]);
afterAll(async () => {
  await browser.close();
  await api[Symbol.asyncDispose]();
});
const origin = await api.listen();
const owner = await api.register();
const created = await api.call("POST /projects", { token: owner.token, body: { name: "Groceries" } });
const projectId = (created.body.data as { id: string }).id;

type Page = Awaited<ReturnType<typeof browser.newPage>>;
type PageOptions = Parameters<typeof browser.newPage>[0];
type Fields = Record<string, unknown>;

const json = (value: object) => api.sql.json(value as never);
const now = () => new Date().toISOString();

async function storeBundle(html: string): Promise<string> {
  const key = `t/test/${newId()}/index.html`;
  await api.deps.storage.put(key, html, "text/html");
  return key;
}

async function addPreview(fields: Fields = {}, livesMs = 3_600_000) {
  const row = {
    id: newId(),
    project_id: projectId,
    created_at: new Date(Date.now() - 10_000).toISOString(),
    expires_at: new Date(Date.now() + livesMs).toISOString(),
  };
  const required = { requested_by: owner.id, token_hash: "none", queue: "preview-cpu", priority: 5, input_key: "none" };
  await api.sql`INSERT INTO preview_sessions ${api.sql({ ...row, ...required, ...fields })}`;
  const token = await api.deps.tokens.signPreview(row);
  const change = (changes: Fields) =>
    api.sql`UPDATE preview_sessions SET ${api.sql(changes)} WHERE id = ${row.id}`.then(() => undefined);
  return { id: row.id, token, url: `${origin}/p/${token}`, change };
}

const completed = (bundleKey: string) => ({ status: "COMPLETED", completed_at: now(), bundle_url: bundleKey });
const running = (phase: string, ratio: number) => ({
  status: "RUNNING",
  started_at: now(),
  progress: json({ phase, ratio }),
});
const failed = (message: string, details: object[]) => ({
  status: "FAILED",
  completed_at: now(),
  error: json({ code: "PREVIEW_BUILD_FAILED", message, details }),
});
const brokenImport = {
  file: "src/screens/list.tsx",
  line: 14,
  column: 24,
  text: 'Could not resolve "./itme"',
  line_text: '  import { item } from "./itme";',
};

const pages: Page[] = [];
let problems: string[] = [];
afterEach(async () => {
  const seen = problems;
  problems = [];
  await Promise.all(pages.splice(0).map((page) => page.close()));
  if (seen.length > 0) throw new Error(`the page's console is not clean: ${seen.join("\n")}`);
});

/** Opens a page whose console must stay clean: a violation of the policy is printed there. */
async function openPage(url: string, options: PageOptions = {}, arrange?: (page: Page) => Promise<unknown>) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  pages.push(page);
  page.on("console", (message) => {
    const isProblem = ["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load");
    if (isProblem) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await arrange?.(page);
  await page.goto(url);
  return page;
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();
const statusSays = (page: Page, text: string) => page.locator("#status", { hasText: text }).waitFor();

describe("GET /p/:token", () => {
  test("answers a page that may reach nothing but us and storage, is never kept, and sends its address nowhere", async () => {
    const answer = await fetch((await addPreview()).url);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = answer.headers.get("content-security-policy") ?? "";
    const storage = new URL(api.stack.storage.endpoint).origin;
    expect(policy.split("; ")).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src 'sha256-[\w+/]{43}='$/),
      expect.stringMatching(/^style-src( 'sha256-[\w+/]{43}=')+$/),
      `frame-src 'self' ${storage}`,
      `connect-src 'self' ${storage}`,
      `img-src 'self' data: ${storage}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'self'",
    ]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "referrer-policy": "no-referrer",
      "x-robots-tag": "noindex",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
  });

  test("is the same page for every preview; neither it nor a log line holds a token", async () => {
    const [one, other] = [await addPreview(), await addPreview(running("building", 0.5))];
    const [html, same] = await Promise.all([one, other].map(async ({ url }) => (await fetch(url)).text()));
    expect(html).toBe(same);
    await waitUntil(
      () => api.logLines.filter((line) => line.includes('"/p/:token"')).length,
      (logged) => logged >= 2,
    );
    for (const { token } of [one, other]) {
      const signature = token.split(".")[2] ?? "";
      expect(html).not.toContain(signature);
      expect(api.logLines.join("")).not.toContain(signature);
    }
  });

  test.each([
    ["expired", 401, async () => (await addPreview({}, -1_000)).token],
    ["invalid", 401, async () => (await addPreview()).token.slice(0, -8)],
    ["invalid", 401, async () => "anything"],
    ["invalid", 401, async () => owner.token],
    ["missing", 404, async () => (await addPreview({ status: "CANCELLED", completed_at: now() })).token],
    [
      "missing",
      404,
      async () => {
        const { id, token } = await addPreview();
        await api.sql`DELETE FROM preview_sessions WHERE id = ${id}`;
        return token;
      },
    ],
  ])(
    "answers a link that is %s with %i and the same page, which says so without its script",
    async (state, status, make) => {
      const answer = await fetch(`${origin}/p/${await make()}`);
      expect(answer.status).toBe(status);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(await answer.text()).toContain(`<html lang="en" data-state="${state}">`);
    },
  );

  test("opens while the database fails, and recovers by itself", async () => {
    const { url } = await addPreview();
    await api.sql`ALTER TABLE preview_sessions RENAME TO away`;
    try {
      expect((await fetch(url)).status).toBe(500);
      const page = await openPage(url);
      await statusSays(page, "Reconnecting…");
      await heading(page, "Opening the preview");
      await api.sql`ALTER TABLE away RENAME TO preview_sessions`;
      await heading(page, "Waiting for a builder");
      await statusSays(page, "Waiting");
    } finally {
      await api.sql`ALTER TABLE IF EXISTS away RENAME TO preview_sessions`;
    }
  });
});

describe("while the preview is built", () => {
  test("the page waits, shows how far the build is, and then opens the app", async () => {
    const preview = await addPreview({ context: json({ git_branch: "main", git_commit: "3f2a91c7d0" }) });
    const page = await openPage(preview.url);
    await heading(page, "Waiting for a builder");
    await page.getByText("main · 3f2a91c", { exact: true }).waitFor();
    await preview.change(running("building", 0.55));
    await heading(page, "Building the preview");
    await page.locator("progress[value='55']").waitFor();
    expect(await page.locator("[aria-current=step]").textContent()).toBe("Build");
    expect(await page.title()).toBe("Building · HiveSync Preview");
    await preview.change(completed(await storeBundle("<h1>Groceries</h1>")));
    await page.frameLocator("iframe").getByRole("heading", { name: "Groceries" }).waitFor();
    await statusSays(page, "Ready");
    expect(await page.getByRole("heading", { name: "Building the preview" }).isVisible()).toBe(false);
  });

  test("a failed build is told with file, line and column, the source line with a mark, and its log", async () => {
    const logKey = `t/test/${newId()}/build.log`;
    await api.deps.storage.put(logKey, "error: what went wrong", "text/plain");
    const notMarkup = { file: null, line: null, column: null, text: "<img src=x> is text", line_text: null };
    const details = [brokenImport, { ...brokenImport, line_text: "\tx", column: 9 }, notMarkup];
    const { url } = await addPreview({ ...failed("Two errors and a remark.", details), logs_key: logKey });
    const page = await openPage(url);
    await heading(page, "The build failed");
    const rows = page.locator("#failure-rows > li");
    expect(await rows.first().locator("p").allTextContents()).toEqual([
      "src/screens/list.tsx:14:24",
      brokenImport.text,
    ]);
    expect(await rows.first().locator("code").textContent()).toBe(brokenImport.line_text.trim());
    expect(await rows.first().locator("mark").textContent()).toBe('"');
    expect(await rows.nth(1).locator("code").textContent()).toBe("x ");
    expect(await rows.nth(2).textContent()).toBe(notMarkup.text);
    await page.getByText("Two errors and a remark.").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download the build log" }).click(),
    ]);
    expect(await download.failure()).toBe(null);
  });

  test("a build that fails while the page is open says so; a message that repeats its only error stands once", async () => {
    const preview = await addPreview(running("fetching", 0.1));
    const page = await openPage(preview.url);
    await heading(page, "Building the preview");
    await preview.change(failed(`src/screens/list.tsx:14:24: ${brokenImport.text}`, [brokenImport]));
    await heading(page, "The build failed");
    await statusSays(page, "Build failed");
    expect(await page.getByText(brokenImport.text).filter({ visible: true }).count()).toBe(1);
    expect(await page.getByRole("link", { name: "Download the build log" }).isVisible()).toBe(false);
  });
});

describe("the app's frame", () => {
  test("keeps the app from the page, its storage and its address", async () => {
    const bundle = await storeBundle(`<ul></ul><script>
      const tried = { parent: () => parent.document.title, storage: () => localStorage.length, cookie: () => document.cookie,
        top: () => { top.location.href = "https://example.com/"; } };
      for (const [name, attempt] of Object.entries(tried)) {
        let outcome = "reached";
        try { attempt(); } catch (error) { outcome = "denied"; }
        document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: name + " " + outcome }));
      }
      document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: "referrer " + document.referrer }));
    </script>`);
    const { url } = await addPreview(completed(bundle));
    const page = await openPage(url);
    // The browser itself tells of the attempt to leave.
    await waitUntil(
      () => problems,
      (seen) => seen.length === 1,
    );
    expect(problems.splice(0).join("")).toContain("sandboxed");
    const items = page.frameLocator("iframe").getByRole("listitem");
    await items.getByText("referrer").waitFor();
    expect(await items.allTextContents()).toEqual([
      "parent denied",
      "storage denied",
      "cookie denied",
      "top denied",
      "referrer ",
    ]);
    expect(page.url()).toBe(url);
  });

  test("loads the app afresh on reload, by a link made for it, and leaves no step in the history", async () => {
    const { url } = await addPreview(completed(await storeBundle("<input aria-label='Item' />")));
    const page = await openPage(url);
    const input = page.frameLocator("iframe").getByLabel("Item");
    await input.fill("Lemons");
    const steps = await page.evaluate("history.length");
    await Promise.all([
      page.waitForResponse((response) => response.url().includes("/api/v1/preview/")),
      page.getByRole("button", { name: "Reload the preview" }).click(),
    ]);
    await waitUntil(
      () => input.inputValue(),
      (value) => value === "",
    );
    expect(await page.evaluate("history.length")).toBe(steps);
  });

  test("keeps the app when a reload gets no answer, and says so", async () => {
    const page = await openPage((await addPreview(completed(await storeBundle("<h1>Groceries</h1>")))).url);
    await statusSays(page, "Ready");
    await page.route("**/api/v1/**", (route) => route.abort(), { times: 1 });
    const reload = page.getByRole("button", { name: "Reload the preview" });
    await reload.click();
    await statusSays(page, "No answer, try again");
    expect(await page.frameLocator("iframe").getByRole("heading", { name: "Groceries" }).isVisible()).toBe(true);
    await reload.click();
    await statusSays(page, "Ready");
  });

  test("has the size of the chosen device, by keyboard too, and the choice is remembered", async () => {
    const { url } = await addPreview(
      completed(
        await storeBundle(
          `<output></output><script>
            const show = () => { document.querySelector("output").textContent = innerWidth };
            show();
            addEventListener("resize", show);
          </script>`,
        ),
      ),
    );
    const page = await openPage(url);
    const width = page.frameLocator("iframe").locator("output");
    await width.getByText("390").waitFor();
    await page.getByRole("radio", { name: "Phone" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.reload();
    expect(await page.getByRole("radio", { name: "Tablet" }).isChecked()).toBe(true);
    await width.getByText("820").waitFor();
    const [device, stage] = await Promise.all([
      page.locator("#device").boundingBox(),
      page.locator("main").boundingBox(),
    ]);
    expect(device?.height).toBeLessThan(stage?.height ?? 0);
  });

  test("has the whole screen of a phone below a small bar", async () => {
    const { url } = await addPreview(completed(await storeBundle("app")));
    const page = await openPage(url, { viewport: { width: 390, height: 844 } });
    await page.locator("iframe").waitFor();
    expect(await page.locator("iframe").boundingBox()).toEqual({ x: 0, y: 44, width: 390, height: 800 });
    expect(await page.getByRole("radio").filter({ visible: true }).count()).toBe(0);
  });
});

describe("errors of the app", () => {
  test("are shown as text, at most twenty and not at any length, until they are dismissed", async () => {
    const bundle = await storeBundle(`<script>
      const tell = (message) => parent.postMessage({ type: "hivesync:error", message, stack: "at Row (app.js:1:2)" }, "*");
      tell("<b>Row</b> is not defined"); tell("x".repeat(100_000)); tell({ not: "text" });
      for (let index = 0; index < 97; index += 1) tell("again");
      parent.postMessage(null, "*"); parent.postMessage({ type: "other", message: "other" }, "*");
    </script>`);
    const page = await openPage((await addPreview(completed(bundle))).url);
    const overlay = page.getByRole("region", { name: "The app has 100 errors" });
    await overlay.waitFor();
    const items = overlay.getByRole("listitem");
    expect(await items.count()).toBe(20);
    expect(await items.first().locator("p").textContent()).toBe("<b>Row</b> is not defined");
    expect((await items.nth(1).locator("p").textContent())?.length).toBe(501);
    expect(await items.nth(2).locator("p").textContent()).toBe("An error without a message");
    await overlay.getByText("Stack").first().click();
    await overlay.getByText("at Row (app.js:1:2)").first().waitFor();
    await overlay.getByRole("button", { name: "Dismiss the errors" }).click();
    expect(await overlay.isVisible()).toBe(false);
  });

  test("are taken from the app's frame alone", async () => {
    const page = await openPage((await addPreview(completed(await storeBundle("app")))).url);
    await page.locator("iframe").waitFor();
    await page.evaluate(`new Promise((resolve) => {
      addEventListener("message", resolve, { once: true });
      postMessage({ type: "hivesync:error", message: "forged" }, "*");
    })`);
    expect(await page.locator("#app-errors").isVisible()).toBe(false);
  });
});

describe("asking for news", () => {
  const countRequests = (page: Page) => {
    let count = 0;
    page.on("request", (request) => {
      if (request.url().includes("/api/v1/preview/")) count += 1;
    });
    return () => count;
  };

  test("waits as long as the server asks, and goes on quietly", async () => {
    const { url } = await addPreview();
    let requests = () => 0;
    const page = await openPage(url, {}, async (page) => {
      requests = countRequests(page);
      await page.clock.install();
      const refusal = {
        status: 503,
        headers: { "retry-after": "600" },
        json: { ok: false, error: { code: "SERVICE_UNAVAILABLE" } },
      };
      await page.route("**/api/v1/**", (route) => route.fulfill(refusal), { times: 1 });
    });
    await statusSays(page, "Reconnecting…");
    await page.clock.runFor(590_000);
    expect(requests()).toBe(1);
    await page.clock.runFor(20_000);
    await statusSays(page, "Waiting");
  });

  test("stops while nobody sees the page", async () => {
    const { url } = await addPreview();
    let requests = () => 0;
    const page = await openPage(url, {}, async (page) => {
      requests = countRequests(page);
      await page.clock.install();
    });
    await statusSays(page, "Waiting");
    const show = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event("visibilitychange"));`);
    await show(true);
    await page.clock.runFor(60_000);
    const before = requests();
    await page.clock.runFor(60_000);
    expect(requests()).toBe(before);
    await show(false);
    await waitUntil(requests, (count) => count > before);
  });

  test("learns of the preview's end while the app is open, and leaves the app running", async () => {
    const preview = await addPreview(completed(await storeBundle("<h1>Groceries</h1>")));
    const page = await openPage(preview.url, {}, (page) => page.clock.install());
    await page.frameLocator("iframe").getByRole("heading", { name: "Groceries" }).waitFor();
    await preview.change({ status: "CANCELLED" });
    await page.clock.runFor(301_000);
    await statusSays(page, "This preview was deleted");
    expect(await page.frameLocator("iframe").getByRole("heading", { name: "Groceries" }).isVisible()).toBe(true);
    expect(await page.getByRole("button", { name: "Reload the preview" }).isDisabled()).toBe(true);
  });
});

describe("accessibility", () => {
  const noisy = `<script>parent.postMessage({ type: "hivesync:error", message: "Row is not defined", stack: "at Row" }, "*")</script>`;
  test.each([
    ["Waiting", () => addPreview()],
    ["Building", () => addPreview(running("building", 0.4))],
    ["Build failed", () => addPreview({ ...failed("Broken.", [brokenImport]), logs_key: "none" })],
    ["Ready", async () => addPreview(completed(await storeBundle(noisy)))],
    ["Expired", () => addPreview({}, -1_000)],
    ["Gone", () => addPreview({ status: "CANCELLED", completed_at: now() })],
    ["Invalid link", async () => ({ url: `${origin}/p/anything` })],
  ])("axe finds nothing in the state %s, light and dark, wide and narrow", async (status, make) => {
    const page = await openPage((await make()).url);
    await statusSays(page, status);
    if (status === "Ready") await page.getByRole("region", { name: "The app has an error" }).waitFor();
    await page.evaluate(axe.source);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(colorScheme === "light" ? { width: 1280, height: 800 } : { width: 390, height: 844 });
      const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document, { iframes: false })");
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    }
  });
});
