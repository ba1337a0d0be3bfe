import type { launchChromium } from "@hivesync/testing/chromium";
import type { PageMessage } from "#in-page/prelude/page-messages.ts";

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;
type Told = Extract<PageMessage, { type: "hivesync:error" }>;
type Frame = ReturnType<Page["frameLocator"]>;

/** A preview's page in a frame like the viewer's. */
export interface FramedPage extends AsyncDisposable {
  /** The page that frames it. */
  readonly owner: Page;
  readonly frame: Frame;
  /** What the consoles have printed as errors, and what was thrown. */
  readonly problems: readonly string[];
  /** The errors that the page has told its viewer, once it has told as many as are awaited. */
  toldErrors(awaited: number): Promise<string[]>;
  /** The stack of the first of them. */
  toldStack(): Promise<string>;
}

const viewerUrl = "http://viewer.test/";
const appUrl = "http://storage.test/bundles/1/index.html?X-Amz-Signature=1";
// As the viewer's: apps/api/src/viewer/page/app-frame.ts.
const sandbox =
  "allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-downloads allow-pointer-lock";
const viewer = (path: string): string => `<!doctype html><body><script>window.told = [];
const show = (path) => {
  const frame = Object.assign(document.createElement("iframe"), { width: 390, height: 844, src: ${JSON.stringify(appUrl)} });
  frame.setAttribute("sandbox", ${JSON.stringify(sandbox)});
  frame.name = JSON.stringify({ hivesync: { path, dark: false } });
  document.body.replaceChildren(frame);
};
addEventListener("message", ({ data }) => {
  if (data?.type === "hivesync:error") told.push(data);
  if (data?.type === "hivesync:navigate") show(data.path);
});
show(${JSON.stringify(path)});</script>`;

/** Opens a preview's page as the viewer does: in a sandboxed frame, from storage, with nothing else to be reached. */
export async function openFramed(browser: Browser, html: Uint8Array, path = "/"): Promise<FramedPage> {
  const page = await browser.newPage({ viewport: { width: 420, height: 880 } });
  page.setDefaultTimeout(10_000);
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url === viewerUrl) return route.fulfill({ contentType: "text/html", body: viewer(path) });
    if (url === appUrl) return route.fulfill({ contentType: "text/html", body: Buffer.from(html) });
    problems.push(`asked for ${url}`);
    return route.abort();
  });
  await page.goto(viewerUrl);
  const told = () => page.evaluate(() => (globalThis as unknown as { told: Told[] }).told);
  return {
    owner: page,
    frame: page.frameLocator("iframe"),
    problems,
    toldErrors: async (awaited) => {
      const hasTold = (count: number): boolean => (globalThis as unknown as { told: Told[] }).told.length >= count;
      // What has not come by then is told as missing.
      await page.waitForFunction(hasTold, awaited).catch(() => undefined);
      return (await told()).map(({ message }) => message);
    },
    toldStack: async () => (await told())[0]?.stack ?? "",
    [Symbol.asyncDispose]: () => page.close(),
  };
}
