import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Snapshot } from "./snapshot-messages.ts";
import { snapshotSizes } from "./snapshot-sizes.ts";

// A name that no resolver knows (RFC 2606). The page runs as at `/`, as it does in the viewer.
const address = "http://preview.hivesync.invalid/";
// Runs in the page.
const threeFrames = `document.fonts.ready.then(async () => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
})`;
const loadMs = 8_000;
const drawMs = 4_000;

/** Answers the page itself and refuses whatever else it asks for. The network is not there anyway; this says so at once. */
async function serveOnly(context: BrowserContext, html: Uint8Array): Promise<void> {
  await context.route("**", async (route) => {
    const isPage = route.request().isNavigationRequest() && route.request().url() === address;
    if (!isPage) return route.abort("blockedbyclient");
    await route.fulfill({ body: Buffer.from(html), contentType: "text/html; charset=utf-8" });
  });
  await context.routeWebSocket(/.*/, (socket) => socket.close());
}

/** Waits until what was loaded has been drawn. A page that never comes to rest is pictured as it is. */
async function untilDrawn(page: Page): Promise<void> {
  const drawn = page.evaluate(threeFrames);
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, drawMs);
  // A page that is closed meanwhile fails the picture, not this.
  await Promise.race([drawn.catch(() => undefined), late]);
  clearTimeout(timer);
}

async function takePicture(browser: Browser, html: Uint8Array, size: Snapshot["size"]): Promise<Snapshot> {
  await using context = await browser.newContext({
    viewport: snapshotSizes[size],
    serviceWorkers: "block",
    acceptDownloads: false,
    reducedMotion: "reduce",
  });
  await serveOnly(context, html);
  const page = await context.newPage();
  context.on("page", (popup) => void popup.close().catch(() => undefined));
  page.on("dialog", (dialog) => void dialog.dismiss().catch(() => undefined));
  await page.goto(address, { waitUntil: "load", timeout: loadMs });
  await untilDrawn(page);
  return { size, png: await page.screenshot({ timeout: drawMs, animations: "disabled" }) };
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/timeout/i.test(text)) return "the page did not come to rest in time";
  return /crash|closed/i.test(text) ? "the page crashed" : "the page could not be shown";
}

/** One picture for each size of device, or a warning. After the first that fails the others are not tried: they would take as long. */
export async function takePictures(
  browser: Browser,
  html: Uint8Array,
): Promise<{ snapshots: Snapshot[]; warnings: string[] }> {
  const snapshots: Snapshot[] = [];
  for (const size of Object.keys(snapshotSizes) as Snapshot["size"][]) {
    try {
      snapshots.push(await takePicture(browser, html, size));
    } catch (error) {
      return { snapshots, warnings: [`No picture of the size ${size} was taken: ${reasonOf(error)}.`] };
    }
  }
  return { snapshots, warnings: [] };
}
