import { describe, expect, test } from "vitest";
import { startViewer, statusSays, type Page } from "#testing/start-viewer.ts";

const { api, origin, owner, addPage, addBuilt, openPage, expectProblems } = await startViewer();

const itemsOf = (page: Page) => page.frameLocator("iframe").getByRole("listitem");

/** A page that makes each attempt and writes down how it went. */
const attempting = (attempts: string) => `<ul></ul><script>
  const write = (text) => document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: text }));
  const attempts = { ${attempts} };
  (async () => {
    for (const [name, attempt] of Object.entries(attempts)) {
      let outcome = "reached";
      try { outcome = (await attempt()) ?? "reached"; } catch (error) { outcome = "denied"; }
      write(name + " " + outcome);
    }
    write("done");
  })();
</script>`;

async function outcomes(page: Page): Promise<string[]> {
  await itemsOf(page).getByText("done", { exact: true }).waitFor();
  return (await itemsOf(page).allTextContents()).slice(0, -1);
}

describe("the framed page", () => {
  test("reads and changes nothing of the viewer, of its storage and its address", async () => {
    const { url } = await addPage(
      attempting(`
        document: () => parent.document.title, address: () => parent.location.href, storage: () => localStorage.length,
        "parent's storage": () => parent.localStorage.length, cookie: () => document.cookie,
        top: () => { top.location.href = "https://example.invalid/"; }, frames: () => parent.frames[0].name && parent.status,
        worker: () => navigator.serviceWorker.register("/sw.js"), database: () => indexedDB.open("x"),
        referrer: () => "is '" + document.referrer + "'", origin: () => "is " + self.origin`),
    );
    const page = await openPage(url);
    expect(await outcomes(page)).toEqual([
      "document denied",
      "address denied",
      "storage denied",
      "parent's storage denied",
      "cookie denied",
      "top denied",
      "frames denied",
      "worker denied",
      "database denied",
      "referrer is ''",
      "origin is null",
    ]);
    expect(page.url()).toBe(url);
    // The browser itself tells of the attempt to leave.
    await expectProblems("sandboxed");
  });

  test("learns the viewer's token neither from its name nor from a message", async () => {
    const preview = await addPage(
      `<p></p><script>
        let heard = window.name;
        addEventListener("message", ({ data }) => { heard += JSON.stringify(data); show(); });
        const show = () => document.querySelector("p").textContent = heard;
        show();
      </script>`,
    );
    const page = await openPage(preview.url);
    await page.frameLocator("iframe").getByText("hivesync").waitFor();
    await page.keyboard.press("d");
    await page.frameLocator("iframe").getByText("hivesync:appearance").waitFor();
    const heard = (await page.frameLocator("iframe").locator("p").textContent()) ?? "";
    expect(heard).toContain(`"path":"/"`);
    for (const secret of preview.token.split(".")) expect(heard).not.toContain(secret);
  });

  test("gets no answer of the API, even where the browser is signed in", async () => {
    const call = (path: string, options: string) =>
      `() => fetch("${origin}${path}", ${options}).then(() => "answered")`;
    const { url } = await addPage(
      attempting(`
        simple: ${call("/api/v1/health", "{}")},
        "with cookies": ${call("/api/v1/auth/me", '{ credentials: "include" }')},
        "with a token": ${call("/api/v1/auth/me", `{ headers: { authorization: "Bearer ${owner.token}" } }`)},
        write: ${call("/api/v1/projects", '{ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: "theirs" }) }')},
        trpc: ${call("/trpc/projects.list", '{ credentials: "include" }')},
        opaque: () => fetch("${origin}/api/v1/health", { mode: "no-cors" }).then((answer) => answer.text()).then((text) => "read '" + text + "'")`),
    );
    const page = await openPage(url);
    expect(await outcomes(page)).toEqual([
      "simple denied",
      "with cookies denied",
      "with a token denied",
      "write denied",
      "trpc denied",
      "opaque read ''",
    ]);
    await expectProblems("CORS policy");
    const written = await api.sql`SELECT id FROM projects WHERE name = 'theirs'`;
    expect(written).toEqual([]);
  });

  test("cannot frame the viewer, nor sends its links and forms into the viewer's place", async () => {
    const { url } = await addBuilt({
      "index.html": `<a href="https://example.invalid/" target="_top">Top</a><a href="/x" target="_parent">Parent</a><iframe title="inner"></iframe>
        <script>document.querySelector("iframe").src = "${origin}/p/anything";</script>`,
    });
    const page = await openPage(url);
    const app = page.frameLocator("iframe");
    const [tab] = await Promise.all([page.waitForEvent("popup"), app.getByRole("link", { name: "Top" }).click()]);
    await tab.close();
    await app.getByRole("link", { name: "Parent" }).click();
    await page.locator("#address", { hasText: "/x" }).waitFor({ state: "attached" });
    expect(page.url()).toBe(url);
    await expectProblems("frame-ancestors");
  });

  test("opens tabs that are no way back into the viewer", async () => {
    const { url } = await addPage(`<button>Open</button><p></p><script>
      document.querySelector("button").addEventListener("click", () => {
        const tab = open(${JSON.stringify(origin)} + "/p/anything");
        setTimeout(() => {
          let text = "denied";
          try { text = tab.document.title; } catch {}
          document.querySelector("p").textContent = "tab " + text;
        }, 500);
      });
    </script>`);
    const page = await openPage(url);
    const [tab] = await Promise.all([
      page.waitForEvent("popup"),
      page.frameLocator("iframe").getByRole("button", { name: "Open" }).click(),
    ]);
    await page.frameLocator("iframe").getByText("tab denied").waitFor();
    // The viewer of the tab is cut off from whoever opened it.
    expect(await tab.evaluate("opener === null")).toBe(true);
    await tab.close();
  });
});

describe("messages", () => {
  test("are taken from the app's frame alone", async () => {
    const page = await openPage((await addPage("app")).url);
    await statusSays(page, "Ready");
    await page.evaluate(`new Promise((resolve) => {
      addEventListener("message", resolve, { once: true });
      postMessage({ type: "hivesync:error", message: "forged" }, "*");
    })`);
    expect(await page.locator("#app-errors").isVisible()).toBe(false);
  });

  test("of the viewer are taken by the page from the viewer alone", async () => {
    const { url } = await addBuilt({
      "index.html": `<output></output><script>
        const query = matchMedia("(prefers-color-scheme: dark)");
        postMessage({ type: "hivesync:appearance", dark: true }, "*");
        addEventListener("message", () => setTimeout(() => {
          document.querySelector("output").textContent = query.matches ? "fooled" : "unmoved";
        }, 400));
      </script>`,
    });
    const page = await openPage(url, { colorScheme: "light" });
    await page
      .frameLocator("iframe")
      .getByText(/unmoved|fooled/)
      .waitFor();
    expect(await page.frameLocator("iframe").locator("output").textContent()).toBe("unmoved");
  });
});
