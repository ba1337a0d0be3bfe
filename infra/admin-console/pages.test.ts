import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { fillSite } from "./fill-site.ts";
import { expectAccessible, expectStill, openBrowser, settled } from "./open-browser.ts";
import { openSite } from "./site.ts";

const stack = await createTestStack();
const site = await openSite(stack);
await fillSite(site.sql, site.admin.username);
await site.processes.startWorker();
const browser = await openBrowser(site);
const { admin, sql } = site;

afterEach(() => browser.closePages());
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });

const pages = [
  ["/", "Overview"],
  ["/queues/preview-cpu?status=FAILED", "Queues"],
  ["/jobs", "Jobs"],
  ["/workers", "Workers"],
  ["/scaling/preview-gpu", "Scaling"],
  ["/previews", "Previews"],
  ["/ai?range=7d", "AI jobs"],
  ["/users", "Users"],
  ["/audit?range=24h", "Audit"],
  ["/no-such-page", "Nothing here"],
] as const;

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  test.each(pages)("%s stands still as it loads, is accessible, and its console is clean", async (address, heading) => {
    const page = await browser.openAs(admin, address, { colorScheme });
    await page.getByRole("heading", { name: heading, exact: true, level: 1 }).waitFor();
    await settled(page);
    await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
    expect(await page.title()).toBe(`${heading} · HiveSync Admin`);
    expect(await page.evaluate("document.documentElement.dataset.mantineColorScheme")).toBe(colorScheme);
    await expectAccessible(page);
    await expectStill(page);
  });
});

test.each(pages)("%s is accessible on a narrow screen, and nothing is wider than it", async (address, heading) => {
  const page = await browser.openAs(admin, address, { viewport: { width: 900, height: 900 } });
  await page.getByRole("heading", { name: heading, exact: true, level: 1 }).waitFor();
  await settled(page);
  await expectAccessible(page);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(900);
});

describe("the overview", () => {
  test("shows the health of each part, what the queues hold and what failed", async () => {
    const page = await browser.openAs(admin, "/");
    const health = page.getByRole("list", { name: "Health" }).getByRole("listitem");
    await health.filter({ hasText: "CPU workers" }).filter({ hasText: "1 alive" }).waitFor();
    await health.filter({ hasText: "GPU workers" }).filter({ hasText: "None" }).waitFor();
    for (const part of ["Database", "Redis", "Object storage"])
      await health.filter({ hasText: part }).filter({ hasText: "Up" }).waitFor();
    const [{ failed } = { failed: 0 }] = await sql<{ failed: number }[]>`
      SELECT count(*)::int AS failed FROM preview_sessions WHERE queue = 'preview-cpu' AND status = 'FAILED' AND completed_at > now() - interval '1 day'`;
    expect(failed).toBeGreaterThan(5);
    await row(page, "preview-cpu")
      .getByRole("cell", { name: String(failed), exact: true })
      .waitFor();
  });
});

describe("workers", () => {
  test("come and go while one looks", async () => {
    const page = await browser.openAs(admin, "/workers");
    await row(page, "preview-cpu").waitFor();
    const gpu = await site.processes.startWorker("gpu");
    await row(page, "Software").waitFor();
    await gpu.stop();
    await row(page, "Software").waitFor({ state: "detached" });
    expect(await row(page, "preview-cpu").count()).toBe(1);
  });
});

describe("statistics", () => {
  test("are of the time in the address, with reasons and tiers", async () => {
    const span = { from: new Date(Date.now() - 30 * 3_600_000), to: new Date(Date.now() - 3_600_000) };
    const [{ total } = { total: 0 }] = await sql<{ total: number }[]>`
      SELECT count(*)::int AS total FROM preview_sessions WHERE created_at >= ${span.from} AND created_at < ${span.to}`;
    expect(total).toBeGreaterThan(100);
    const page = await browser.openAs(admin, `/previews?from=${span.from.toISOString()}&to=${span.to.toISOString()}`);
    await page.getByText(total.toLocaleString("en"), { exact: true }).waitFor();
    await row(page, 'Could not resolve "./itme"').getByText("PREVIEW_BUILD_FAILED").waitFor();
    await row(page, "Premium").waitFor();
    await page.getByRole("button", { name: /\d+ \w+, \d+:\d+ to/ }).click();
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "Last 30 days" }).click();
    const all = await sql<{ total: number }[]>`SELECT count(*)::int AS total FROM preview_sessions`;
    await page.getByText((all[0]?.total ?? 0).toLocaleString("en"), { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe("?range=30d");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Last 30 days" }).click();
    await page.getByLabel("From").fill("2026-01-02T10:00");
    await page.getByLabel("To", { exact: true }).fill("2026-01-01T10:00");
    await page.getByText("must be before the end").waitFor();
    await page.getByLabel("To", { exact: true }).fill("2026-01-03T10:00");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByText("No previews were asked for in this time.").waitFor();
  });

  test("of a time without a job say so", async () => {
    const page = await browser.openAs(admin, "/ai?from=2026-01-01T00:00:00.000Z&to=2026-01-02T00:00:00.000Z");
    await page.getByText("No AI jobs were asked for in this time.").waitFor();
    await page.getByText("Nothing failed").waitFor();
    expect(await page.getByRole("row").filter({ hasText: "%" }).count()).toBe(0);
  });
});

describe("users", () => {
  test("are searched, filtered and gone through to the last", async () => {
    const page = await browser.openAs(admin, "/users");
    const rows = page.getByRole("row");
    await waitUntil(
      () => rows.count(),
      (count) => count === 51,
    );
    await page.getByRole("button", { name: "Show more" }).click();
    await waitUntil(
      () => rows.count(),
      (count) => count === 66,
    );
    await page.getByText("All 65 are shown").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("GRACE");
    await waitUntil(
      () => rows.count(),
      (count) => count === 4,
    );
    expect(page.url()).toContain("?q=GRACE");
    await page.getByRole("searchbox", { name: "Search users" }).fill("");
    await page.getByRole("combobox", { name: "State" }).click();
    await page.getByRole("option", { name: "Disabled" }).click();
    await row(page, "radia").getByText("Disabled").waitFor();
    await page.getByRole("searchbox", { name: "Search users" }).fill("nobody is called so");
    await page.getByText("Nobody is like that").waitFor();
  });
});

describe("what cannot be loaded", () => {
  test("says so, and loads when asked again", async () => {
    const page = await browser.openAs(admin, "/");
    await page.route("**/trpc/admin.listUsers**", (route) => route.abort());
    await page.getByRole("link", { name: "Users" }).click();
    await page.getByText("This could not be loaded").waitFor();
    await page.unroute("**/trpc/admin.listUsers**");
    await page.getByRole("button", { name: "Try again" }).click();
    await row(page, "radia").first().waitFor();
    expect(await page.getByText("This could not be loaded").count()).toBe(0);
  });
});
