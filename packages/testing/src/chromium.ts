import { launchBrowser } from "@hivesync/chromium/launch-browser";
import type { Browser } from "playwright-core";

/**
 * Starts a real headless Chromium for a test. Web security is on, so frames are as isolated as for users; Chromium's own
 * sandbox is off, for tests run as root in containers, where it cannot start.
 *
 * @example
 * await using browser = await launchChromium();
 * const page = await browser.newPage();
 */
export async function launchChromium(): Promise<Browser> {
  return await launchBrowser({ sandbox: false });
}
