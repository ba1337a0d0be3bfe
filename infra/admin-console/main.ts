import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { writeHeartbeat } from "@hivesync/platform/worker-heartbeat";
import { launchChromium } from "@hivesync/testing/chromium";
import { createStack, type TestStack } from "@hivesync/testing/stack";
import { startServices } from "@hivesync/testing/start-services";
import type { Page } from "playwright-core";
import { registerRestUser } from "#faults/rest-user.ts";
import { fillSite } from "./fill-site.ts";
import { openSite, type Site } from "./site.ts";

// Takes pictures of every page of the admin console, on a site full of data: `node infra/admin-console/main.ts <folder>`. For people to look at.

const pages = {
  overview: "/",
  queues: "/queues/preview-cpu",
  jobs: "/jobs?status=FAILED",
  workers: "/workers",
  scaling: "/scaling/preview-gpu",
  previews: "/previews",
  ai: "/ai?range=7d",
  users: "/users",
  audit: "/audit?range=24h",
};

const historyMs = 40_000;

const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 900, height: 900 } };

/** Machines that are not there, beside the one that is: what a fleet looks like. */
function pretendWorkers(stack: TestStack): () => void {
  const redis = connectRedis({ url: stack.redisUrl, use: "subscriber", onError: () => undefined });
  const beat = (): void => {
    for (const [index, active] of [3, 1, 0].entries())
      void writeHeartbeat(redis, stack.redisPrefix, {
        id: `gpu-forge-${index + 1}-4321-b1c2d3e${index}`,
        kind: "gpu",
        host: `forge-${index + 1}`,
        pid: 4_321 + index,
        queues: ["preview-gpu", "ai-gpu"],
        concurrency: 4,
        active,
        version: "1.0.0",
        gpu: {
          mode: index === 2 ? "software" : "cuda",
          name: index === 2 ? null : "NVIDIA L40S",
          memory_total_mb: index === 2 ? null : 46_068,
          memory_used_mb: index === 2 ? null : ([39_120, 12_400, 0][index] ?? 0),
          utilization: index === 2 ? null : ([0.83, 0.27, 0][index] ?? 0),
        },
        last_seen: new Date().toISOString(),
      });
  };
  beat();
  const timer = setInterval(beat, 2_000);
  return () => {
    clearInterval(timer);
    redis.disconnect();
  };
}

/** Some users who ask for previews all the time. */
async function keepBusy(site: Site): Promise<() => void> {
  let isOver = false;
  for (let user = 0; user < 4; user += 1) {
    const { requestPreview, username } = await registerRestUser(site.origin);
    await site.sql`UPDATE users SET tier = 'Pro' WHERE username = ${username}`;
    const ask = async (round: number): Promise<void> => {
      if (isOver) return;
      await requestPreview({ "index.html": `<h1>${username} ${round}</h1>` }).catch(() => undefined);
      setTimeout(() => void ask(round + 1), 2_500);
    };
    void ask(0);
  }
  return () => (isOver = true);
}

/** What opens over the pages. */
async function takeOverlays(page: Page, picture: (name: string) => Promise<unknown>): Promise<void> {
  const escape = async (): Promise<void> => {
    await page.keyboard.press("Escape");
    await page.locator("[role=dialog]").waitFor({ state: "detached" });
  };
  await page.keyboard.press("?");
  await page.getByText("Search on this page").waitFor();
  await picture("keys");
  await escape();
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Go to a page or a queue").waitFor();
  await picture("palette");
  await escape();
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByText("Jobs are still accepted").waitFor();
  await picture("confirm");
  await escape();
  await page
    .getByRole("button", { name: /^Details of/ })
    .first()
    .click();
  await page.getByText("Asked for by").waitFor();
  await picture("job");
  await escape();
}

async function takePictures(site: Site, folder: string): Promise<void> {
  const browser = await launchChromium();
  try {
    for (const colorScheme of ["light", "dark"] as const)
      for (const [size, viewport] of Object.entries(widths)) {
        const page = await browser.newPage({ viewport, colorScheme, reducedMotion: "reduce" });
        page.on("console", (message) => {
          if (message.type() === "error") console.log(`${page.url()}: ${message.text()}`);
        });
        page.on("pageerror", (error) => console.log(`${page.url()}: ${String(error)}`));
        await page.goto(`${site.origin}/admin`);
        await page.getByLabel("Email or username").waitFor();
        await page.screenshot({ path: path.join(folder, `sign-in-${colorScheme}-${size}.png`) });
        await page.getByLabel("Email or username").fill(site.admin.username);
        await page.getByRole("textbox", { name: "Password" }).fill(site.admin.password);
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("heading", { name: "Overview" }).waitFor();
        // Long enough that the charts of what the page has seen show something.
        await new Promise((resolve) => setTimeout(resolve, historyMs));
        for (const [name, address] of Object.entries(pages)) {
          // Within the page, so that it keeps what it has seen of the queues.
          await page.evaluate(`history.pushState(null, "", ${JSON.stringify(`/admin${address}`)})`);
          await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
          await new Promise((resolve) => setTimeout(resolve, 1_500));
          await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}-${size}.png`), fullPage: true });
        }
        await page.evaluate('history.pushState(null, "", "/admin/queues/preview-cpu?status=FAILED")');
        await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
        await takeOverlays(page, (name) =>
          page.screenshot({ path: path.join(folder, `${name}-${colorScheme}-${size}.png`) }),
        );
        await page.close();
      }
  } finally {
    await browser.close();
  }
}

const { positionals } = parseArgs({ allowPositionals: true });
const [folder = path.join(tmpdir(), "hivesync-console-pictures")] = positionals;
await mkdir(folder, { recursive: true });
const directory = await mkdtemp(path.join(tmpdir(), "hivesync-console-"));
const { services, stop } = await startServices({ directory, durable: false });
try {
  await using stack = await createStack(services);
  await using site = await openSite(stack);
  await fillSite(site.sql, site.admin.username);
  await site.processes.startWorker();
  const endWorkers = pretendWorkers(stack);
  const endUsers = await keepBusy(site);
  await takePictures(site, folder);
  endUsers();
  endWorkers();
  console.log(`The pictures are in ${folder}.`);
} finally {
  await stop();
  await rm(directory, { recursive: true, force: true });
}
