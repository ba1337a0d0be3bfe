import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { launchChromium } from "@hivesync/testing/chromium";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import type { Site } from "./site.ts";

/** Who signs in. */
export interface Login {
  username: string;
  password: string;
}

type ContextOptions = Parameters<Browser["newContext"]>[0];

/** A Chromium whose pages must stay clean: no error in a console, no exception, nothing that the policy stopped. */
export interface TestBrowser extends AsyncDisposable {
  /** A page of a browser profile of its own, at an address below `/admin`. */
  open: (address: string, options?: ContextOptions) => Promise<Page>;
  /** The same, signed in. */
  openAs: (login: Login, address: string, options?: ContextOptions) => Promise<Page>;
  /** Closes all pages. Throws when one was not clean. */
  closePages: () => Promise<void>;
}

// How far what was shown moved, after the standard's own measure, over the life of the page.
const watchShifts = `
  window.cumulativeShift = 0;
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      window.cumulativeShift += entry.value;
      window.shifts.push(...entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 200) ?? node?.textContent));
    }
  }).observe({ type: "layout-shift", buffered: true });`;

/** What a browser prints of an answer that is an error: the page deals with it. */
const isAnswer = (text: string): boolean => text.startsWith("Failed to load resource");

function watchConsole(page: Page, problems: string[]): void {
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !isAnswer(message.text()))
      problems.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`${page.url()}: ${String(error)}`));
}

export async function signIn(page: Page, { username, password }: Login): Promise<void> {
  await page.getByLabel("Email or username").fill(username);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Starts a browser for a site's console. */
export async function openBrowser(site: Pick<Site, "origin">): Promise<TestBrowser> {
  const browser = await launchChromium();
  const contexts: BrowserContext[] = [];
  const problems: string[] = [];
  const open: TestBrowser["open"] = async (address, options = {}) => {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    contexts.push(context);
    context.on("page", (page) => watchConsole(page, problems));
    await context.addInitScript(watchShifts);
    const page = await context.newPage();
    await page.goto(`${site.origin}/admin${address}`);
    return page;
  };
  return {
    open,
    openAs: async (login, address, options) => {
      const page = await open(address, options);
      await signIn(page, login);
      await page.getByRole("navigation", { name: "Pages" }).waitFor();
      return page;
    },
    closePages: async () => {
      const seen = problems.splice(0);
      await Promise.all(contexts.splice(0).map((context) => context.close()));
      expect(seen).toEqual([]);
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** Waits until nothing on the page is awaited any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
}

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** Holds the page against every rule of axe for WCAG 2.2 AA and its best practices. */
export async function expectAccessible(page: Page): Promise<void> {
  // As a debugger would: the page's policy lets no script of ours in.
  await page.evaluate(await readFile(axePath, "utf8"));
  const { violations } = await page.evaluate<AxeResults>("axe.run(document)");
  const told = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ html, failureSummary }) => `${html.slice(0, 300)}\n${failureSummary}`),
  }));
  expect(told).toEqual([]);
}

/** Holds the page to having stood still. */
export async function expectStill(page: Page): Promise<void> {
  const [shift, shifts] = await page.evaluate<[number, string[]]>("[cumulativeShift, shifts]");
  expect({ shift, shifts: shift < 0.05 ? [] : shifts }).toEqual({ shift: expect.any(Number), shifts: [] });
}
