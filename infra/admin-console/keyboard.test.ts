import { createTestStack } from "@hivesync/testing/test-stack";
import type { Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { registerRestUser } from "#faults/rest-user.ts";
import { expectAccessible, openBrowser, settled } from "./open-browser.ts";
import { openSite } from "./site.ts";

const stack = await createTestStack();
const site = await openSite(stack);
const browser = await openBrowser(site);
const { admin, sql, origin } = site;

afterEach(() => browser.closePages());
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const expectHeading = (page: Page, name: string) =>
  page.getByRole("heading", { name, exact: true, level: 1 }).waitFor();

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Goes on by Tab until this has the focus, and it shows. */
async function tabTo(page: Page, name: string): Promise<void> {
  const label = () =>
    page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");
  for (let count = 0; count < 60; count += 1) {
    await page.keyboard.press("Tab");
    if ((await label()) !== name) continue;
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).not.toBe("none");
    return;
  }
  throw new Error(`Tab does not come to ${name}`);
}

describe("by keyboard alone", () => {
  test("one signs in, finds a user and gives a tier", async () => {
    const user = await registerRestUser(origin);
    const page = await browser.open("");
    await page.getByLabel("Email or username").waitFor();
    await page.keyboard.type(admin.username);
    await press(page, "Tab");
    await page.keyboard.type(admin.password);
    await press(page, "Enter");
    await expectHeading(page, "Overview");
    await press(page, "g", "u");
    await expectHeading(page, "Users");
    await press(page, "/");
    await page.keyboard.type(user.username);
    await page.getByText("That is the only one").waitFor();
    await tabTo(page, `Tier of ${user.username}: Free`);
    await press(page, "Enter");
    await page.getByRole("menuitem", { name: "Pro" }).and(page.locator(":focus")).waitFor();
    await press(page, "Enter");
    await page.locator("button:focus", { hasText: "Set to Pro" }).waitFor();
    await press(page, "Enter");
    await page.getByRole("button", { name: `Tier of ${user.username}: Pro` }).waitFor();
    const rows = await sql`SELECT tier FROM users WHERE username = ${user.username}`;
    expect(rows.map(({ tier }) => String(tier))).toEqual(["Pro"]);
  });

  test.each([
    ["q", "Queues"],
    ["j", "Jobs"],
    ["w", "Workers"],
    ["s", "Scaling"],
    ["p", "Previews"],
    ["i", "AI jobs"],
    ["u", "Users"],
    ["a", "Audit"],
    ["o", "Overview"],
  ])("g %s goes to %s, which is told by its heading", async (key, name) => {
    const page = await browser.openAs(admin, "/no-such-page");
    await expectHeading(page, "Nothing here");
    await press(page, "g", key);
    await expectHeading(page, name);
    await settled(page);
    expect(await page.title()).toBe(`${name} · HiveSync Admin`);
  });

  test("? lists the keys, and no key does anything while one types", async () => {
    const page = await browser.openAs(admin, "/users");
    await expectHeading(page, "Users");
    await press(page, "?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await help.getByText("Search on this page").waitFor();
    await expectAccessible(page);
    await press(page, "Escape");
    await help.waitFor({ state: "detached" });
    await press(page, "/");
    await page.keyboard.type("g?");
    expect(await page.getByRole("searchbox", { name: "Search users" }).inputValue()).toBe("g?");
    await expectHeading(page, "Users");
  });

  test("Ctrl K goes anywhere by its name", async () => {
    const page = await browser.openAs(admin, "/");
    await expectHeading(page, "Overview");
    await press(page, "Control+k");
    await page.getByPlaceholder("Go to a page or a queue").and(page.locator(":focus")).waitFor();
    await page.keyboard.type("ai-gpu");
    await press(page, "Enter");
    await expectHeading(page, "Queues");
    expect(page.url()).toBe(`${origin}/admin/queues/ai-gpu`);
  });
});

describe("colours", () => {
  test("are the system's until one chooses, and the choice is kept", async () => {
    const page = await browser.openAs(admin, "/", { colorScheme: "light" });
    const scheme = () => page.evaluate("document.documentElement.dataset.mantineColorScheme");
    expect(await scheme()).toBe("light");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.locator("html[data-mantine-color-scheme=dark]").waitFor();
    await page.getByRole("button", { name: `Account of ${admin.username}` }).click();
    await expectAccessible(page);
    await page.getByTitle("Light").click();
    await page.locator("html[data-mantine-color-scheme=light]").waitFor();
    await page.reload();
    await expectHeading(page, "Overview");
    expect(await scheme()).toBe("light");
  });
});
