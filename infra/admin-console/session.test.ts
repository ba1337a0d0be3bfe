import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { Page, Request } from "playwright-core";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { registerRestUser, type RestUser } from "#faults/rest-user.ts";
import { expectAccessible, expectStill, openBrowser, signIn } from "./open-browser.ts";
import { openSite } from "./site.ts";

const stack = await createTestStack();
const site = await openSite(stack);
const browser = await openBrowser(site);
const { admin, sql } = site;

afterEach(() => browser.closePages());
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const expectHeading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true }).waitFor();

/** The token that a page shows to the API, whenever it shows one. */
function watchToken(page: Page): () => string {
  let token = "";
  page.on("request", (request) => {
    token = request.headers()["authorization"] ?? token;
  });
  return () => token;
}

/** Ends every session of the admin, as a change of their password elsewhere would, and waits until the API refuses this token of one. */
async function endSessions(authorization: string): Promise<void> {
  await sql`UPDATE sessions SET revoked_at = now() WHERE user_id = (SELECT id FROM users WHERE username = ${admin.username})`;
  await waitUntil(
    () => fetch(`${site.origin}/api/v1/auth/me`, { headers: { authorization } }).then(({ status }) => status),
    (status) => status === 401,
  );
}

const untilAsked = (page: Page) => page.getByRole("dialog", { name: "Your session has ended" }).waitFor();

/** Chooses a tier for a user and stops before it is confirmed. Answers the page's token. */
async function chooseTier(page: Page, user: RestUser, tier: string): Promise<string> {
  const token = watchToken(page);
  await page.reload();
  await page.getByRole("button", { name: `Tier of ${user.username}: Free` }).click();
  await page.getByRole("menuitem", { name: tier }).click();
  return waitUntil(token, (shown) => shown !== "");
}

/** How many refreshes the tabs of a browser asked for, and how many were under way at once at most. */
function watchRefreshes(page: Page): () => { total: number; atOnce: number } {
  const isRefresh = (request: Request): boolean => new URL(request.url()).pathname === "/api/v1/auth/refresh";
  const seen = { total: 0, atOnce: 0 };
  let open = 0;
  const end = (request: Request): void => {
    if (isRefresh(request)) open -= 1;
  };
  page.context().on("request", (request) => {
    if (!isRefresh(request)) return;
    open += 1;
    seen.total += 1;
    seen.atOnce = Math.max(seen.atOnce, open);
  });
  page.context().on("requestfinished", end);
  page.context().on("requestfailed", end);
  return () => seen;
}

describe("signing in", () => {
  test("a wrong password is told in place, and the right one opens the console", async () => {
    const page = await browser.open("");
    await signIn(page, { ...admin, password: "not the password" });
    await page.getByRole("alert").filter({ hasText: "The name or the password is wrong." }).waitFor();
    await expectStill(page);
    await signIn(page, admin);
    await expectHeading(page, "Overview");
    await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  });

  test("whoever is no admin is told so, sees nothing, and can sign in as somebody else", async () => {
    const user = await registerRestUser(site.origin);
    const page = await browser.open("/users");
    await signIn(page, user);
    await expectHeading(page, "For admins only");
    await page.getByText(user.username).waitFor();
    await expectAccessible(page);
    expect(await page.getByRole("navigation").count()).toBe(0);
    await page.getByRole("button", { name: "Sign in as somebody else" }).click();
    await signIn(page, admin);
    await expectHeading(page, "Users");
  });

  test("lasts over a reload by a cookie that no script reads; no token is kept", async () => {
    const page = await browser.openAs(admin, "");
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: "__Host-hivesync_refresh", httpOnly: true, secure: true, sameSite: "Strict" });
    expect(await page.evaluate("document.cookie + localStorage.length + sessionStorage.length")).toBe("00");
    await page.reload();
    await expectHeading(page, "Overview");
  });

  test("is one refresh at a time however many tabs and calls need one", async () => {
    const page = await browser.openAs(admin, "");
    const refreshes = watchRefreshes(page);
    const tabs = await Promise.all([1, 2, 3].map(() => page.context().newPage()));
    await Promise.all(tabs.map((tab) => tab.goto(`${site.origin}/admin/users`)));
    await Promise.all(tabs.map((tab) => expectHeading(tab, "Users")));
    expect(refreshes()).toEqual({ total: 3, atOnce: 1 });
    const reused = await sql`SELECT 1 FROM audit_logs WHERE event_type = 'refresh_reused'`;
    expect(reused).toHaveLength(0);
  });
});

describe("the end of a session", () => {
  test("in mid-work keeps the page, asks to sign in again over it, and what was begun goes on", async () => {
    const user = await registerRestUser(site.origin);
    const page = await browser.openAs(admin, `/users?q=${user.username}`);
    await endSessions(await chooseTier(page, user, "Premium"));
    await page.getByRole("button", { name: "Set to Premium" }).click();
    await untilAsked(page);
    expect(page.url()).toContain(`/admin/users?q=${user.username}`);
    expect(await page.getByLabel("Email or username").inputValue()).toBe(admin.username);
    await page.getByRole("textbox", { name: "Password" }).fill("not the password");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "wrong" }).waitFor();
    await page.getByRole("textbox", { name: "Password" }).fill(admin.password);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: `Tier of ${user.username}: Premium` }).waitFor();
    const rows = await sql`SELECT tier FROM users WHERE username = ${user.username}`;
    expect(rows.map(({ tier }) => String(tier))).toEqual(["Premium"]);
    await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  });

  test("lets nobody else go on with what was begun", async () => {
    const other = await registerRestUser(site.origin);
    await sql`UPDATE users SET tier = 'Admin' WHERE username = ${other.username}`;
    const user = await registerRestUser(site.origin);
    const page = await browser.openAs(admin, `/users?q=${user.username}`);
    await endSessions(await chooseTier(page, user, "Pro"));
    await page.getByRole("button", { name: "Set to Pro" }).click();
    await untilAsked(page);
    await signIn(page, other);
    await page.getByRole("button", { name: `Tier of ${user.username}: Free` }).waitFor();
    const rows = await sql`SELECT tier FROM users WHERE username = ${user.username}`;
    expect(rows.map(({ tier }) => String(tier))).toEqual(["Free"]);
  });

  test("by signing out forgets everything, in every tab and on the server", async () => {
    const page = await browser.openAs(admin, "");
    const other = await page.context().newPage();
    await other.goto(`${site.origin}/admin/users`);
    await expectHeading(other, "Users");
    await page.getByRole("button", { name: `Account of ${admin.username}` }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await expectHeading(page, "Sign in");
    await expectHeading(other, "Sign in");
    await waitUntil(
      () => page.context().cookies(),
      (cookies) => cookies.length === 0,
    );
    await page.reload();
    await expectHeading(page, "Sign in");
  });

  test("of an admin's power closes the console", async () => {
    const demoted = await registerRestUser(site.origin);
    await sql`UPDATE users SET tier = 'Admin' WHERE username = ${demoted.username}`;
    const page = await browser.openAs(demoted, "/users");
    await expectHeading(page, "Users");
    await sql`UPDATE users SET tier = 'Free' WHERE username = ${demoted.username}`;
    await expectHeading(page, "For admins only");
  });
});

describe("a connection that is cut", () => {
  test("is told quietly, keeps what was shown, and comes back by itself", async () => {
    const page = await browser.openAs(admin, "");
    await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
    await page.context().setOffline(true);
    await page
      .getByRole("status")
      .filter({ hasText: /Offline|Reconnecting/ })
      .waitFor();
    await expectHeading(page, "Overview");
    await page.context().setOffline(false);
    await page.getByRole("status").filter({ hasText: "Live" }).waitFor();
  });
});
