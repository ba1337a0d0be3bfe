import { readFile } from "node:fs/promises";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { Page } from "playwright-core";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { registerRestUser, type RestUser } from "#faults/rest-user.ts";
import { expectAccessible, openBrowser } from "./open-browser.ts";
import { openSite } from "./site.ts";

const stack = await createTestStack();
const site = await openSite(stack);
await site.processes.startWorker();
const browser = await openBrowser(site);
const { admin, sql, origin } = site;

afterEach(() => browser.closePages());
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
});

const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });
const press = (page: Page, name: string) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();

async function userRow(user: RestUser) {
  const [found] = await sql<{ id: string; tier: string; disabled_at: string | null }[]>`
    SELECT id, tier, disabled_at FROM users WHERE username = ${user.username}`;
  if (!found) throw new Error("the user is gone");
  return found;
}

const statusOf = async (jobId: string): Promise<string> => {
  const [found] = await sql<{ status: string }[]>`SELECT status FROM preview_sessions WHERE id = ${jobId}`;
  return found?.status ?? "";
};

/** Fails by itself: its only import leads nowhere. */
const brokenApp = { "index.html": '<script type="module" src="./main.ts"></script>', "main.ts": 'import "./nowhere";' };

describe("a user", () => {
  test("gets another tier once it is confirmed, and not when it is not", async () => {
    const user = await registerRestUser(origin);
    const page = await browser.openAs(admin, `/users?q=${user.username}`);
    const choose = async (tier: string): Promise<void> => {
      await page.getByRole("button", { name: `Tier of ${user.username}: Free` }).click();
      await expectAccessible(page);
      await page.getByRole("menuitem", { name: tier }).click();
    };
    await choose("Pro");
    await page.getByRole("menu").waitFor({ state: "detached" });
    await expectAccessible(page);
    await press(page, "Keep as it is");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect((await userRow(user)).tier).toBe("Free");
    await choose("Premium");
    await press(page, "Set to Premium");
    await page.getByText(`${user.username} has the tier Premium.`).waitFor();
    await page.getByRole("button", { name: `Tier of ${user.username}: Premium` }).waitFor();
    expect((await userRow(user)).tier).toBe("Premium");
  });

  test("is disabled, which ends what they do, and enabled again", async () => {
    const user = await registerRestUser(origin);
    const page = await browser.openAs(admin, `/users?q=${user.username}`);
    const act = async (action: string): Promise<void> => {
      await page.getByRole("button", { name: `Actions for ${user.username}` }).click();
      await page.getByRole("menuitem", { name: action }).click();
      await press(page, action);
    };
    await act("Disable");
    await row(page, user.username).getByText("Disabled").waitFor();
    await waitUntil(
      () => user.call("GET /auth/me").then(({ status }) => status),
      (status) => status === 401 || status === 403,
    );
    await act("Enable");
    await row(page, user.username).getByText("Enabled").waitFor();
    expect((await userRow(user)).disabled_at).toBe(null);
  });

  test("who is oneself stays, and the reason is told in place", async () => {
    const page = await browser.openAs(admin, `/users?q=${admin.username}`);
    await page.getByRole("button", { name: `Actions for ${admin.username}` }).click();
    await page.getByRole("menuitem", { name: "Disable" }).click();
    await press(page, "Disable");
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect((await userRow(admin)).disabled_at).toBe(null);
  });
});

describe("a queue", () => {
  test("is paused, holds what comes, shows it, and goes on when it is resumed", async () => {
    const user = await registerRestUser(origin);
    const page = await browser.openAs(admin, "/queues/preview-cpu");
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await press(page, "Pause");
    await page.getByText("preview-cpu is paused.").waitFor();
    await page.getByRole("button", { name: "Resume", exact: true }).waitFor();
    // The worker follows within five seconds, and says so.
    await waitUntil(
      () => site.processes.logLines(),
      (lines) =>
        lines.some((line) =>
          ['"scaling_followed"', '"preview-cpu"', '"paused":true'].every((part) => line.includes(part)),
        ),
    );
    const jobId = await user.requestPreview({ "index.html": "<h1>Later</h1>" });
    await row(page, "Queued").waitFor();
    const card = page.getByRole("link", { name: /^preview-cpu/ });
    await card.filter({ hasText: "1 waiting" }).filter({ hasText: "Paused" }).waitFor();
    expect(await statusOf(jobId)).toBe("QUEUED");
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    await press(page, "Resume");
    await row(page, "Completed").waitFor();
    expect(await statusOf(jobId)).toBe("COMPLETED");
  });
});

describe("a job", () => {
  test("that failed shows why, with its log, and is done once more", async () => {
    const user = await registerRestUser(origin);
    const jobId = await user.requestPreview(brokenApp);
    await waitUntil(
      () => statusOf(jobId),
      (status) => status === "FAILED",
    );
    const page = await browser.openAs(admin, `/jobs?user_id=${(await userRow(user)).id}`);
    await row(page, "Failed").getByText("nowhere").waitFor();
    await page.getByRole("button", { name: `Details of the Preview ${jobId.slice(-8)}` }).click();
    await page.getByRole("dialog").getByText("PREVIEW_BUILD_FAILED").first().waitFor();
    await expectAccessible(page);
    const log = await page.getByRole("dialog").getByRole("link", { name: "Log" }).getAttribute("href");
    expect(await fetch(log ?? "").then((answer) => answer.text())).toContain("nowhere");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: `Retry Preview ${jobId.slice(-8)}` }).click();
    await press(page, "Retry");
    await waitUntil(
      () => row(page, "Failed").count(),
      (count) => count === 2,
    );
    const retries = await sql`SELECT retried_from FROM preview_sessions WHERE retried_from = ${jobId}`;
    expect(retries).toHaveLength(1);
  });

  test("that waits is cancelled", async () => {
    const user = await registerRestUser(origin);
    const { id } = await userRow(user);
    // It waits for a GPU worker, of which there is none.
    await sql`INSERT INTO scaling_rules (queue, gpu_fallback) VALUES ('preview-gpu', 'wait')`;
    expect((await admin.call(`POST /admin/users/${id}/tier`, { tier: "Premium" })).status).toBe(200);
    const jobId = await user.requestPreview({ "index.html": "<h1>Never</h1>" });
    const page = await browser.openAs(admin, `/jobs?user_id=${id}&kind=preview`);
    await row(page, "Queued").getByText("preview-gpu").waitFor();
    await page.getByRole("button", { name: `Cancel Preview ${jobId.slice(-8)}` }).click();
    await press(page, "Cancel the job");
    await row(page, "Cancelled").waitFor();
    expect(await statusOf(jobId)).toBe("CANCELLED");
  });
});

describe("a scaling rule", () => {
  test("is held to its contract as it is typed, says what it would do, and is saved", async () => {
    const page = await browser.openAs(admin, "/scaling/ai-cpu");
    const field = (name: string) => page.getByRole("textbox", { name });
    const save = page.getByRole("button", { name: "Save the rule" });
    await field("Fewest workers").fill("9");
    await page.getByText("must not be more than max_workers").waitFor();
    expect(await save.isDisabled()).toBe(true);
    await expectAccessible(page);
    await field("Most workers").fill("12");
    const forecast = page.getByRole("region", { name: "What this rule would do" });
    await forecast.getByText("9", { exact: true }).first().waitFor();
    await save.click();
    await page.getByText("The rule of ai-cpu is set.").waitFor();
    const rules = await sql`SELECT min_workers, max_workers FROM scaling_rules WHERE queue = 'ai-cpu'`;
    expect(rules.map((rule) => ({ ...rule }))).toEqual([{ min_workers: 9, max_workers: 12 }]);
    await page
      .getByText("Set now")
      .or(page.getByText(/Set \d+ s ago/))
      .waitFor();
  });
});

describe("the audit log", () => {
  test("is filtered by the address, shown whole and exported as it is filtered", async () => {
    const user = await registerRestUser(origin);
    const { id } = await userRow(user);
    const page = await browser.openAs(admin, "/audit", { acceptDownloads: true });
    await page.evaluate("delete window.showSaveFilePicker");
    await page.getByRole("combobox", { name: "Event" }).fill("user_registered");
    await page.getByRole("textbox", { name: "Concerned" }).fill(id);
    await waitUntil(
      () => page.getByRole("row").count(),
      (count) => count === 2,
    );
    expect(new URL(page.url()).search).toBe(`?event_type=user_registered&user_id=${id}`);
    await page.getByRole("button", { name: "Details of user_registered" }).click();
    await page.getByRole("dialog").getByRole("link", { name: id }).first().waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export NDJSON" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^audit-[\dT-]+\.ndjson$/);
    const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ event_type: "user_registered", user_id: id }),
    ]);
    await page.getByText("The export is complete.").waitFor();
  });

  test("is written to a file as it comes, where the browser lets one choose it", async () => {
    const page = await browser.openAs(admin, "/audit?range=24h");
    // The window to choose a file is the browser's own; the file that it hands over is a real one.
    await page.evaluate(`window.showSaveFilePicker = async ({ suggestedName }) => {
      const folder = await navigator.storage.getDirectory();
      window.saved = await folder.getFileHandle(suggestedName, { create: true });
      return window.saved;
    }`);
    await page.getByRole("button", { name: "Export NDJSON" }).click();
    await page.getByText("The export is complete.").waitFor();
    const text = await page.evaluate<string>("saved.getFile().then((file) => file.text())");
    const events = text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { event_type: string }).event_type);
    expect(events).toContain("sign_in");
    expect(events.length).toBeGreaterThan(3);
  });
});
