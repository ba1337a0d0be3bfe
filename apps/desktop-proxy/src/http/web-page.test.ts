import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { desktopPrefix } from "@hivesync/contracts/desktop";
import { newSecret } from "@hivesync/platform/ids";
import { launchChromium } from "@hivesync/testing/chromium";
import { expect, test } from "vitest";
import { startTestDesktop } from "#testing/test-desktop.ts";

/** A page of another origin, which even knows the local token. `attack()` answers what it got. */
const evilPage = (base: string, token: string): string => `<!doctype html>
<form action="${base}/link" method="post" enctype="text/plain"><input name='{"directory":"/tmp","x":"' value='"}'></form>
<script>
  const base = ${JSON.stringify(base)};
  const authorization = "Bearer ${token}";
  const question = "?nonce=${newSecret()}";
  const get = (path, init) => fetch(base + path, init).then((answer) => answer.type, () => "refused");
  const load = (element) => new Promise((resolve) => {
    element.onload = () => resolve("loaded");
    element.onerror = () => resolve("refused");
    document.body.append(element);
  });
  async function attack() {
    return {
      fetch: await get(question),
      withToken: await get("/status", { headers: { authorization } }),
      unread: await get(question, { mode: "no-cors" }),
      simplePost: await get("/logout", { method: "POST", mode: "no-cors", body: "{}" }),
      jsonPost: await get("/logout", { method: "POST", body: "{}", headers: { authorization, "content-type": "application/json" } }),
      image: await load(Object.assign(new Image(), { src: base + "/status" })),
      script: await load(Object.assign(document.createElement("script"), { src: base + question })),
    };
  }
</script>`;

test("a page of another origin reads nothing and changes nothing: by fetch, form, image, script or a visit", async () => {
  await using desktop = await startTestDesktop({ upstream: "http://127.0.0.1:9" });
  const base = `http://localhost:${desktop.proxy.port}${desktopPrefix}`;
  const site = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(evilPage(base, desktop.discovery.token));
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
    expect(await page.evaluate("attack()")).toEqual({
      fetch: "refused",
      withToken: "refused",
      // It was sent, and the page cannot look at the refusal.
      unread: "opaque",
      simplePost: "opaque",
      jsonPost: "refused",
      image: "refused",
      script: "refused",
    });
    const answered = page.waitForResponse(`${base}/link`);
    await page.evaluate("document.querySelector('form').submit()");
    expect((await answered).status()).toBe(403);
    const visit = await (await browser.newPage()).goto(`${base}?nonce=${newSecret()}`);
    expect(visit?.status()).toBe(403);
  } finally {
    await browser.close();
    site.close();
  }
  const events = desktop.lines.map((line) => (JSON.parse(line) as { event_type: string }).event_type);
  expect(events.filter((type) => type === "refused").length).toBeGreaterThanOrEqual(7);
  expect(events).not.toContain("local_call");
  expect((await desktop.call("GET /status")).body.data["folders"]).toEqual([]);
});
