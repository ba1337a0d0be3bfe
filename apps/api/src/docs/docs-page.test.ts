import { api as contracts } from "@hivesync/contracts/api";
import { exampleIds } from "@hivesync/contracts/example-ids";
import type { Project } from "@hivesync/contracts/resources/projects";
import type { Task } from "@hivesync/contracts/resources/tasks";
import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestApi } from "#testing/start-test-api.ts";

const [api, browser] = await Promise.all([startTestApi(), launchChromium()]);
afterAll(async () => {
  await browser.close();
  await api[Symbol.asyncDispose]();
});
const origin = await api.listen();

type Context = Awaited<ReturnType<typeof browser.newContext>>;
type Page = Awaited<ReturnType<typeof browser.newPage>>;

const contexts: Context[] = [];
let problems: string[] = [];
beforeEach(() => api.sql`DELETE FROM users`.then(() => undefined));
afterEach(async () => {
  const seen = problems;
  problems = [];
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  if (seen.length > 0) throw new Error(`the page is not clean: ${seen.join("\n")}`);
});

/** A browser of its own, which notes what its console says and whom it asks. */
async function openBrowser(options: Parameters<typeof browser.newContext>[0] = {}, own = origin): Promise<Context> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, ...options });
  contexts.push(context);
  context.setDefaultTimeout(30_000);
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  context.on("weberror", (error) => problems.push(String(error.error())));
  context.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== "data:" && asked !== own) problems.push(`asked ${request.url()}`);
  });
  return context;
}

async function openDocs(context: Context): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/docs`);
  await page.getByRole("heading", { name: "HiveSync API" }).waitFor();
  return page;
}

/** Goes to an operation by its link in the introduction. */
const follow = (page: Page, operation: string) => page.getByRole("link", { name: operation, exact: true }).click();

/** Opens the console of an operation, sends what stands there once it was seen to, and answers what came back. */
async function send(
  page: Page,
  operation: `${string} /${string}`,
  seeTo: (console: ReturnType<Page["getByRole"]>) => Promise<unknown> = async () => undefined,
) {
  const [method = "", path = ""] = operation.split(" ");
  await page.getByRole("button", { name: `(${method.toLowerCase()} ${path})` }).click();
  const console = page.getByRole("dialog");
  await seeTo(console);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().includes("/api/v1/")),
    console.getByRole("button", { name: `${method.toLowerCase()} request to` }).click(),
  ]);
  await console.getByText(`${answer.status()} `).first().waitFor();
  await page.keyboard.press("Escape");
  await console.waitFor({ state: "hidden" });
  return { status: answer.status(), body: (await answer.json()) as { data: unknown } };
}

// A page of this size takes seconds to be drawn where other tests run beside it.
describe("GET /docs", { timeout: 120_000 }, () => {
  test("a newcomer registers with the example, pastes the token once, lists projects and makes a task", async () => {
    const context = await openBrowser();
    const page = await openDocs(context);
    await follow(page, "POST /api/v1/auth/register");
    const registered = await send(page, "POST /api/v1/auth/register");
    expect(registered.status).toBe(201);
    const { access_token: token } = registered.body.data as { access_token: string };

    await page.goto(`${origin}/docs`);
    await page.getByPlaceholder("Token").first().click();
    await page.keyboard.insertText(token);
    await follow(page, "POST /api/v1/projects");
    const created = await send(page, "POST /api/v1/projects");
    expect(created.status).toBe(201);
    const project = created.body.data as Project;
    const listed = await send(page, "GET /api/v1/projects");
    expect(listed).toMatchObject({ status: 200, body: { data: { items: [project] } } });

    // The token stays, also in a page that is opened later.
    const later = await openDocs(context);
    await follow(later, "POST /api/v1/projects/{id}/tasks");
    const made = await send(later, "POST /api/v1/projects/{id}/tasks", async (console) => {
      await console.getByText(exampleIds.project).click();
      await later.keyboard.press("ControlOrMeta+A");
      await later.keyboard.insertText(project.id);
    });
    expect(made.status).toBe(201);
    expect(made.body.data as Task).toMatchObject({ project_id: project.id, status: "OPEN" });
  });

  test("whoever has an account signs in with the example", async () => {
    await api.call("POST /auth/register", { body: contracts.auth.register.example.input });
    const page = await openDocs(await openBrowser());
    await follow(page, "POST /api/v1/auth/login");
    expect((await send(page, "POST /api/v1/auth/login")).status).toBe(200);
  });

  test.each(["light", "dark"] as const)("follows the %s of the system", async (colorScheme) => {
    const page = await openDocs(await openBrowser({ colorScheme }));
    const read: unknown = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    const [red = 0] = String(read).match(/\d+/g)?.map(Number) ?? [];
    expect(red > 128).toBe(colorScheme === "light");
  });

  test("needs no host but its own name, whatever that is", async () => {
    const elsewhere = origin.replace("127.0.0.1", "localhost");
    const page = await (await openBrowser({}, elsewhere)).newPage();
    await page.goto(`${elsewhere}/docs#tag/health/GET/api/v1/health`);
    expect((await send(page, "GET /api/v1/health")).status).toBe(200);
  });

  test("is a page that may reach nothing but us, and stands in no other page", async () => {
    const answer = await fetch(`${origin}/docs`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("content-security-policy")?.split("; ")).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src 'self' 'sha256-[\w+/]{43}='$/),
      "style-src 'unsafe-inline'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test("sends its script packed, and not again to whom has it", async () => {
    const first = await fetch(`${origin}/docs/scalar.js`);
    expect(first.headers.get("content-encoding")).toBe("gzip");
    expect(first.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const etag = first.headers.get("etag") ?? "";
    const again = await fetch(`${origin}/docs/scalar.js`, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
  });
});
