import type { Preview } from "@hivesync/contracts/resources/previews";
import { newId } from "@hivesync/platform/ids";
import { createTestBuilder, type TestProject } from "@hivesync/preview-builder/testing/test-builder";
import { launchChromium } from "@hivesync/testing/chromium";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, afterEach } from "vitest";
import { jobKinds } from "#outbox/job-kinds.ts";
import { startTestApi, type TestApi } from "./start-test-api.ts";

type Browser = Awaited<ReturnType<typeof launchChromium>>;
export type Page = Awaited<ReturnType<Browser["newPage"]>>;
type PageOptions = Parameters<Browser["newPage"]>[0];
type Fields = Record<string, unknown>;

/** A preview in the database, with its link. */
export interface ViewedPreview {
  id: string;
  projectId: string;
  /** The code at the end of its link. */
  code: string;
  /** Its preview token, which opens the same. */
  token: string;
  url: string;
  /** Changes the row, if at all, and tells whoever streams it. */
  change: (changes: Fields) => Promise<void>;
}

const now = () => new Date().toISOString();

/** Tells whoever streams the preview, as whoever changes it does. */
async function announce(api: TestApi, id: string): Promise<void> {
  const [row] = await api.sql`SELECT project_id, status, progress FROM preview_sessions WHERE id = ${id}`;
  const { project_id, status, progress } = row as Pick<Preview, "project_id" | "status" | "progress">;
  const isOpen = status === "QUEUED" || status === "RUNNING";
  api.deps.events.publish(
    isOpen
      ? [{ topic: "preview", key: id, message: { type: "progress", job_id: id, project_id, status, progress } }]
      : jobKinds.preview.endEvents({ id, project_id, requested_by: null }, status),
  );
}

/** Rows of previews, written as a worker would have them written. */
function createRows(api: TestApi, origin: string, owner: { id: string }) {
  const json = (value: object) => api.sql.json(value as never);
  // Not by the API: a busy machine may need longer for the file than an access token lives.
  const addProject = async (): Promise<string> => {
    const id = newId();
    await api.sql`INSERT INTO projects (id, team_id, name)
      SELECT ${id}, team_id, 'Groceries' FROM team_members WHERE user_id = ${owner.id} LIMIT 1`;
    return id;
  };
  const add = async (fields: Fields = {}, livesMs = 3_600_000): Promise<ViewedPreview> => {
    const projectId = (fields["project_id"] as string | undefined) ?? (await addProject());
    const row = {
      id: newId(),
      project_id: projectId,
      created_at: new Date(Date.now() - 10_000).toISOString(),
      expires_at: new Date(Date.now() + livesMs).toISOString(),
    };
    const required = { requested_by: owner.id, token_hash: "none", queue: "preview-cpu", priority: 5, input_key: "n" };
    await api.sql`INSERT INTO preview_sessions ${api.sql({ ...required, ...fields, ...row })}`;
    const token = await api.deps.tokens.signPreview(row);
    const change = async (changes: Fields): Promise<void> => {
      if (Object.keys(changes).length > 0)
        await api.sql`UPDATE preview_sessions SET ${api.sql(changes)} WHERE id = ${row.id}`;
      await announce(api, row.id);
    };
    const code = api.deps.previewLinks.codeOf(row.id);
    return { id: row.id, projectId, code, token, url: `${origin}/p/${code}`, change };
  };
  const put = async (name: string, content: string | Uint8Array, type: string): Promise<string> => {
    const key = `t/test/${newId()}/${name}`;
    await api.deps.storage.put(key, content, type);
    return key;
  };
  return { add, put, json };
}

/**
 * Pages of this file's browser, closed after each test. A page's console must stay clean, but for what the test expects: a violation of a
 * policy is printed there.
 */
function createPages(browser: Browser) {
  const pages: Page[] = [];
  const problems: string[] = [];
  const expected: string[] = [];
  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    const texts = expected.splice(0);
    const unexpected = problems.splice(0).filter((problem) => !texts.some((text) => problem.includes(text)));
    if (unexpected.length > 0) throw new Error(`the page's console is not clean: ${unexpected.join("\n")}`);
  });
  const expectProblems = async (...texts: string[]): Promise<void> => {
    expected.push(...texts);
    await waitUntil(
      () => problems,
      (seen) => texts.every((text) => seen.some((problem) => problem.includes(text))),
    );
  };
  const open = async (url: string, options: PageOptions = {}, arrange?: (page: Page) => Promise<unknown>) => {
    // A phone has its real size on it: clicks into a frame that is scaled go astray.
    const viewport = { width: 1280, height: 1000 };
    const page = await browser.newPage({ viewport, reducedMotion: "reduce", ...options });
    pages.push(page);
    // Sooner than the test's own end, so that what is told is the element that did not come.
    page.setDefaultTimeout(15_000);
    page.on("console", (message) => {
      const isProblem = ["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load");
      if (isProblem) problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(String(error)));
    await arrange?.(page);
    await page.goto(url);
    return page;
  };
  return { open, expectProblems };
}

/** The API with a browser before its viewer, for one test file. */
export async function startViewer() {
  const [api, browser, builder] = await Promise.all([startTestApi(), launchChromium(), createTestBuilder()]);
  afterAll(async () => {
    await browser.close();
    await api[Symbol.asyncDispose]();
    await builder[Symbol.asyncDispose]();
  });
  const origin = await api.listen();
  const owner = await api.register();
  const rows = createRows(api, origin, owner);
  const pages = createPages(browser);
  const completed = (bundleKey: string) => ({ status: "COMPLETED", completed_at: now(), bundle_url: bundleKey });
  return {
    api,
    origin,
    owner,
    ...rows,
    completed,
    running: (phase: string, ratio: number) => ({
      status: "RUNNING",
      started_at: now(),
      progress: rows.json({ phase, ratio }),
    }),
    failed: (message: string, details: object[]) => ({
      status: "FAILED",
      completed_at: now(),
      error: rows.json({ code: "PREVIEW_BUILD_FAILED", message, details }),
    }),
    /** Waits until a page's console has printed each of these. They are no problem in this test, however often they are printed. */
    expectProblems: pages.expectProblems,
    /** A preview whose page is this text, with nothing of the builder in it. */
    addPage: async (html: string, fields: Fields = {}) =>
      rows.add({ ...completed(await rows.put("index.html", html, "text/html")), ...fields }),
    /** A preview of a project that is really built. */
    addBuilt: async (project: TestProject, fields: Fields = {}) => {
      const { html, sourceMap, log } = await builder.page(project);
      const [page, map, logs] = await Promise.all([
        rows.put("index.html", html, "text/html"),
        rows.put("source.map", sourceMap, "application/json"),
        rows.put("build.log", log, "text/plain"),
      ]);
      return rows.add({ ...completed(page), artifacts: rows.json({ source_map: map }), logs_key: logs, ...fields });
    },
    openPage: pages.open,
  };
}

export const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();
export const statusSays = (page: Page, text: string) => page.locator("#status", { hasText: text }).waitFor();
