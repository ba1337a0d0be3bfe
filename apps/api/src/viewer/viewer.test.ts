import { waitUntil } from "@hivesync/testing/wait-until";
import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { heading, startViewer, statusSays, type Page } from "#testing/start-viewer.ts";

const viewer = await startViewer();
const { api, origin, owner, json, add: addPreview, running, failed, completed, put, addPage, openPage } = viewer;
const now = () => new Date().toISOString();
const brokenImport = {
  file: "src/screens/list.tsx",
  line: 14,
  column: 24,
  text: 'Could not resolve "./itme"',
  line_text: '  import { item } from "./itme";',
};

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
      expect.stringMatching(/^style-src 'sha256-[\w+/]{43}='$/),
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

  test("answers it packed to whoever takes that, the same page", async () => {
    const { url } = await addPreview();
    const [plain, packed] = await Promise.all([
      fetch(url, { headers: { "accept-encoding": "identity" } }),
      fetch(url, { headers: { "accept-encoding": "gzip" } }),
    ]);
    expect([plain, packed].map(({ headers }) => headers.get("content-encoding"))).toEqual([null, "gzip"]);
    expect(await packed.text()).toBe(await plain.text());
  });

  test("asks nobody but us and storage for anything", async () => {
    const preview = await addPage("<h1>Groceries</h1>", { logs_key: await put("build.log", "done", "text/plain") });
    const asked = new Set<string>();
    const page = await openPage(preview.url, {}, async (page) => {
      page.on("request", (request) => asked.add(new URL(request.url()).origin));
    });
    await statusSays(page, "Ready");
    await page.keyboard.press("s");
    await page.locator("#qr path[d^=M]").waitFor();
    await page.keyboard.press("l");
    await page.locator("#log", { hasText: "done" }).waitFor();
    expect([...asked].sort()).toEqual([origin, new URL(api.stack.storage.endpoint).origin].sort());
  });

  test("is the same page for every preview; neither it nor a log line holds a token", async () => {
    const [one, other] = [await addPreview(), await addPreview(running("building", 0.5))];
    const [html, same] = await Promise.all([one, other].map(async ({ url }) => (await fetch(url)).text()));
    expect(html).toBe(same);
    await waitUntil(
      () => api.logLines.filter((line) => line.includes('"/p/:token"')).length,
      (logged) => logged >= 2,
    );
    for (const { code } of [one, other]) {
      const proof = code.slice(-16);
      expect(html).not.toContain(proof);
      expect(api.logLines.join("")).not.toContain(proof);
    }
  });

  test.each([
    ["expired", 401, async () => (await addPreview({}, -1_000)).token],
    ["expired", 401, async () => (await addPreview({}, -1_000)).code],
    ["invalid", 401, async () => (await addPreview()).token.slice(0, -8)],
    ["invalid", 401, async () => (await addPreview()).code.slice(0, -1)],
    ["invalid", 401, async () => "anything"],
    ["invalid", 401, async () => owner.token],
    ["missing", 404, async () => (await addPreview({ status: "CANCELLED", completed_at: now() })).code],
    [
      "missing",
      404,
      async () => {
        const { id, code } = await addPreview();
        await api.sql`DELETE FROM preview_sessions WHERE id = ${id}`;
        return code;
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
    expect(await page.title()).toBe("Building · Groceries · HiveSync Preview");
    const built = completed(await put("index.html", "<h1>Groceries</h1>", "text/html"));
    await preview.change({ ...built, kind: "Vue page (Vue 3)" });
    await page.frameLocator("iframe").getByRole("heading", { name: "Groceries" }).waitFor();
    await statusSays(page, "Ready");
    expect(await page.title()).toBe("Groceries · HiveSync Preview");
    await page.getByText("Vue page (Vue 3) · main · 3f2a91c", { exact: true }).waitFor();
    expect(await page.getByRole("heading", { name: "Building the preview" }).isVisible()).toBe(false);
  });

  test("the bar names the project, and of what is said beside it the name is the last to be cut", async () => {
    const context = json({ git_branch: "a-branch-with-a-name-of-some-length", git_commit: "3f2a91c7d0" });
    const preview = await addPreview({ kind: "Expo app (React 19)", context });
    const page = await openPage(preview.url, { viewport: { width: 1280, height: 800 } });
    await page.getByText("Groceries", { exact: true }).waitFor();
    const areCut = `["project", "source"].map((id) => document.getElementById(id)).map((part) => part.scrollWidth > part.clientWidth)`;
    expect(await page.evaluate(areCut)).toEqual([false, true]);
    expect(await page.locator("#origin").getAttribute("title")).toMatch(
      /^Groceries · Expo app \(React 19\) · a-branch/,
    );
  });

  test("what is said beside the project's name takes what the tools at the other side leave free", async () => {
    const preview = await addPreview({ kind: "plain HTML page", context: json({ git_branch: "main" }) });
    const page = await openPage(preview.url, { viewport: { width: 1280, height: 800 } });
    await page.getByText("plain HTML page · main", { exact: true }).waitFor();
    const areCut = `["source", "bar"].map((id) => document.getElementById(id)).map((part) => part.scrollWidth > part.clientWidth)`;
    expect(await page.evaluate(areCut)).toEqual([false, false]);
  });

  test("progress never goes back, as where a second worker begins anew", async () => {
    const preview = await addPreview(running("building", 0.6));
    const page = await openPage(preview.url);
    await page.locator("progress[value='60']").waitFor();
    await preview.change(running("fetching", 0.1));
    await page.locator("[data-phase=fetching][aria-current=step]").waitFor();
    expect(await page.locator("progress").getAttribute("value")).toBe("60");
    await preview.change(running("uploading", 0.9));
    await page.locator("progress[value='90']").waitFor();
  });

  test("the drawer says what is being done, and has the builder's log once there is one", async () => {
    const preview = await addPreview(running("fetching", 0.1));
    const page = await openPage(preview.url);
    await heading(page, "Building the preview");
    await page.keyboard.press("l");
    await page.locator("#log", { hasText: "Fetching the files" }).waitFor();
    await preview.change(running("building", 0.5));
    await page.locator("#log", { hasText: "Building" }).waitFor();
    const logs_key = await put("build.log", "React, starting from src/main.tsx\n<b>done</b>", "text/plain");
    await preview.change({ ...failed("Broken.", [brokenImport]), logs_key });
    await heading(page, "The build failed");
    await page.locator("#log", { hasText: "React, starting from src/main.tsx" }).waitFor();
    expect(await page.locator("#log").textContent()).toContain("<b>done</b>");
  });

  test("a failed build is told with file, line and column and the source line with a mark, all of it to copy", async () => {
    const notMarkup = { file: null, line: null, column: null, text: "<img src=x> is text", line_text: null };
    const details = [brokenImport, { ...brokenImport, line_text: "\tx", column: 9 }, notMarkup];
    const { url } = await addPreview(failed("Two errors and a remark.", details));
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
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy" }).first().click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(
      [
        "Two errors and a remark.",
        `src/screens/list.tsx:14:24: ${brokenImport.text}\n    ${brokenImport.line_text.trim()}`,
        `src/screens/list.tsx:14:9: ${brokenImport.text}\n    x`,
        notMarkup.text,
      ].join("\n\n"),
    );
  });

  test("a build that fails while the page is open says so; a message that repeats its only error stands once", async () => {
    const preview = await addPreview(running("fetching", 0.1));
    const page = await openPage(preview.url);
    await heading(page, "Building the preview");
    await preview.change(failed(`src/screens/list.tsx:14:24: ${brokenImport.text}`, [brokenImport]));
    await heading(page, "The build failed");
    await statusSays(page, "Build failed");
    expect(await page.getByText(brokenImport.text).filter({ visible: true }).count()).toBe(1);
    await page.getByRole("button", { name: "Build log", exact: true }).click();
    await page.locator("#log", { hasText: "There is no log." }).waitFor();
  });
});

describe("a newer preview of the project", () => {
  const title = (page: Page, text: string) =>
    page.frameLocator("iframe").getByRole("heading", { name: text }).waitFor();

  test("is offered, not forced, and opened in place of the older one", async () => {
    const older = await addPage("<h1>Older</h1>");
    const page = await openPage(older.url);
    await title(page, "Older");
    const newer = await addPreview({ project_id: older.projectId });
    await newer.change(completed(await put("index.html", "<h1>Newer</h1>", "text/html")));
    const offer = page.getByRole("region", { name: "A newer preview" });
    await offer.waitFor();
    await title(page, "Older");
    const steps = await page.evaluate("history.length");
    await offer.getByRole("link", { name: "Open it" }).click();
    await title(page, "Newer");
    // By its path: the page stays with the name of the server that it was opened by.
    expect(page.url()).toBe(newer.url);
    expect(await page.evaluate("history.length")).toBe(steps);
  });

  test("is opened at once where that was chosen once, from a failed build too", async () => {
    const older = await addPreview(failed("Broken.", [brokenImport]));
    const page = await openPage(older.url);
    await heading(page, "The build failed");
    const newer = await addPage("<h1>Newer</h1>", { project_id: older.projectId });
    await newer.change({});
    await page.getByLabel("Always").check();
    await title(page, "Newer");
    const newest = await addPage("<h1>Newest</h1>", { project_id: older.projectId });
    await newest.change({});
    await title(page, "Newest");
    expect(page.url()).toBe(newest.url);
  });

  const failure = (page: Page) => page.getByRole("region", { name: "A newer build failed" });
  /** The project's next preview fails, and whoever streams an older one is told. */
  const failNext = async (projectId: string) => {
    const next = await addPreview({ project_id: projectId });
    await next.change(failed("Broken.", [brokenImport]));
    return next;
  };
  /** A page of somebody who has chosen that the newest is always opened. */
  const openAlways = (url: string) =>
    openPage(url, {}, (page) =>
      page.addInitScript(`if (self === top) localStorage.setItem("hivesync-newest", "always")`),
    );

  test("that failed is told beside the app, which stays until somebody asks why", async () => {
    const older = await addPage("<h1>Older</h1>");
    const page = await openPage(older.url);
    await title(page, "Older");
    const broken = await failNext(older.projectId);
    await failure(page).waitFor();
    expect(await page.locator("#announcement").textContent()).toBe("A newer build failed");
    expect(await failure(page).getByLabel("Always").isVisible()).toBe(false);
    await title(page, "Older");
    await statusSays(page, "Ready");
    const steps = await page.evaluate("history.length");
    await failure(page).getByRole("link", { name: "See why" }).click();
    await heading(page, "The build failed");
    expect(page.url()).toBe(broken.url);
    expect(await page.evaluate("history.length")).toBe(steps);
  });

  test("that failed gives way to the next that is ready, also where it was dismissed", async () => {
    const older = await addPage("<h1>Older</h1>");
    const [page, other] = [await openPage(older.url), await openPage(older.url)];
    await failNext(older.projectId);
    await failure(page).waitFor();
    await failure(other).getByRole("button", { name: "Stay with this preview" }).click();
    await failure(other).waitFor({ state: "hidden" });
    const mended = await addPage("<h1>Mended</h1>", { project_id: older.projectId });
    await mended.change({});
    for (const each of [page, other]) {
      const offer = each.getByRole("region", { name: "A newer preview is ready" });
      await offer.getByLabel("Always").waitFor();
      expect(await failure(each).count()).toBe(0);
      await offer.getByRole("link", { name: "Open it" }).click();
      await title(each, "Mended");
    }
  });

  test("that failed takes nobody from an app, and is opened in place of an older failure where that was chosen", async () => {
    const older = await addPage("<h1>Older</h1>");
    const page = await openAlways(older.url);
    await title(page, "Older");
    const broken = await failNext(older.projectId);
    await failure(page).waitFor();
    await title(page, "Older");
    expect(page.url()).toBe(older.url);
    await page.goto(broken.url);
    await heading(page, "The build failed");
    const next = await failNext(older.projectId);
    await page.waitForURL(next.url);
    await heading(page, "The build failed");
    // What failed already when the page opened, in whichever order it comes to know of both.
    await page.goto(broken.url);
    await page.waitForURL(next.url);
  });

  test("that failed is offered in place of an older failure, and opened once it is chosen", async () => {
    const older = await addPreview(failed("Broken.", [brokenImport]));
    const page = await openPage(older.url);
    await heading(page, "The build failed");
    const broken = await failNext(older.projectId);
    await failure(page).waitFor();
    expect(page.url()).toBe(older.url);
    await failure(page).getByLabel("Always").click();
    await page.waitForURL(broken.url);
  });
});

describe("the stream of news", () => {
  const streams = (page: Page) => {
    const opened: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/stream")) opened.push(request.headers()["authorization"] ?? "");
    });
    return opened;
  };

  test("is asked for once, with the link's code in a header and in no address", async () => {
    const preview = await addPreview();
    let opened: string[] = [];
    const page = await openPage(preview.url, {}, async (page) => {
      opened = streams(page);
    });
    await statusSays(page, "Waiting");
    for (const ratio of [0.1, 0.2, 0.3]) await preview.change(running("building", ratio));
    await page.locator("progress[value='30']").waitFor();
    expect(opened).toEqual([`Bearer ${preview.code}`]);
  });

  test("is asked for again when it was refused, as late as the server asks", async () => {
    const { url } = await addPreview();
    let opened: string[] = [];
    const page = await openPage(url, {}, async (page) => {
      opened = streams(page);
      await page.clock.install();
      const refusal = {
        status: 503,
        headers: { "retry-after": "600" },
        json: { ok: false, error: { code: "SERVICE_UNAVAILABLE" } },
      };
      await page.route("**/api/v1/**", (route) => route.fulfill(refusal), { times: 2 });
    });
    await statusSays(page, "Reconnecting…");
    await page.clock.runFor(590_000);
    expect(opened.length).toBe(1);
    await page.clock.runFor(20_000);
    await statusSays(page, "Waiting");
    await heading(page, "Waiting for a builder");
  });

  test("is let go by a tab that nobody sees for a minute, and comes back with what was missed", async () => {
    const preview = await addPreview();
    let opened: string[] = [];
    const page = await openPage(preview.url, {}, async (page) => {
      opened = streams(page);
      await page.clock.install();
    });
    await statusSays(page, "Waiting");
    const show = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
        document.dispatchEvent(new Event("visibilitychange"));`);
    await show(true);
    await page.clock.runFor(61_000);
    await waitUntil(
      () => api.deps.openStreams.count(),
      (count) => count === 0,
    );
    await preview.change(running("building", 0.4));
    await page.clock.runFor(60_000);
    expect(opened.length).toBe(1);
    await show(false);
    await heading(page, "Building the preview");
    expect(opened.length).toBe(2);
  });

  test("ends with the preview while the app is open, and leaves the app running", async () => {
    const preview = await addPage("<h1>Groceries</h1>");
    const page = await openPage(preview.url);
    const app = page.frameLocator("iframe").getByRole("heading", { name: "Groceries" });
    await app.waitFor();
    await api.sql`DELETE FROM preview_sessions WHERE id = ${preview.id}`;
    await api.deps.openStreams.recheckOnce();
    await statusSays(page, "This preview was deleted");
    expect(await app.isVisible()).toBe(true);
    expect(await page.getByRole("button", { name: "Reload the preview" }).isDisabled()).toBe(true);
  });
});

describe("accessibility", () => {
  const noisy = `<script>const tell = (data) => parent.postMessage(data, "*");
    tell({ type: "hivesync:error", message: "Row is not defined", stack: "at Row" });
    tell({ type: "hivesync:console", level: "warn", text: "slow" });</script>`;
  test.each([
    ["Waiting", () => addPreview()],
    ["Building", () => addPreview(running("building", 0.4))],
    ["Build failed", () => addPreview({ ...failed("Broken.", [brokenImport]), logs_key: "none" })],
    ["Error in the app", () => addPage(noisy)],
    ["Expired", () => addPreview({}, -1_000)],
    ["Gone", () => addPreview({ status: "CANCELLED", completed_at: now() })],
    ["Invalid link", async () => ({ url: `${origin}/p/anything` })],
  ])(
    "axe finds nothing in the state %s, light and dark, wide and narrow, with all that opens",
    async (status, make) => {
      const page = await openPage((await make()).url);
      await statusSays(page, status);
      if (status === "Error in the app") await page.getByRole("region", { name: "The app has an error" }).waitFor();
      await page.evaluate(axe.source);
      const check = async (): Promise<void> => {
        const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document, { iframes: false })");
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      };
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(
          colorScheme === "light" ? { width: 1280, height: 800 } : { width: 390, height: 844 },
        );
        await check();
        for (const key of ["s", "?", "c", "l"]) {
          await page.keyboard.press(key);
          await check();
          await page.keyboard.press("Escape");
        }
      }
    },
  );
});
