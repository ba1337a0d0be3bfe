import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createHiveSync, type NodeHiveSync, type WatchEvent } from "#node/index.ts";
import { startContractServer, type ContractServer } from "#testing/contract-server.ts";
import { PreviewJobs } from "#testing/preview-jobs.ts";
import { TestSessions } from "#testing/test-sessions.ts";
import { startUploadServer, type UploadServer } from "#testing/upload-server.ts";

const project_id = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10";
let directory: string;
let uploads: UploadServer;
let jobs: PreviewJobs;
let server: ContractServer;
let hive: NodeHiveSync;
let controller: AbortController;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "hivesync-watch-"));
  uploads = await startUploadServer();
  jobs = new PreviewJobs(uploads);
  server = await startContractServer({ ...new TestSessions().handlers, ...jobs.handlers });
  hive = createHiveSync({ baseUrl: server.baseUrl, retry: { baseDelayMs: 1 }, desktop: "off" });
  await hive.auth.login({ username: "ada", password: "correct horse" });
  controller = new AbortController();
  await write("index.html", "one");
});

afterEach(async () => {
  controller.abort();
  await server[Symbol.asyncDispose]();
  await uploads[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

async function write(name: string, contents: string): Promise<void> {
  await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
  await writeFile(path.join(directory, name), contents);
}

function start() {
  const events = hive.previews.watch({ project_id, directory, signal: controller.signal });
  return async (): Promise<WatchEvent> => {
    const { value } = await events.next();
    if (value === undefined) throw new Error("the watch has ended");
    return value;
  };
}

const lastPaths = () => jobs.requests.at(-1)?.files.map((file) => file.path);

it("publishes the folder at once, and after each save, also in folders that are new", async () => {
  const next = start();
  expect(await next()).toMatchObject({ type: "requested", preview: { status: "QUEUED" } });
  expect(await next()).toMatchObject({
    type: "completed",
    preview: { status: "COMPLETED", kind: "Vue page (Vue 3)", warnings: ["w"] },
  });
  const requested = next();
  await write("src/deep/a.ts", "export const a = 1;");
  expect(await requested).toMatchObject({ type: "requested", preview: { uploaded: { files: 1 } } });
  await next();
  expect(lastPaths()).toEqual(["index.html", "src/deep/a.ts"]);
  const again = next();
  await write("src/deep/a.ts", "export const a = 22;");
  expect(await again).toMatchObject({ type: "requested", preview: { uploaded: { files: 1 } } });
});

it("a save while a preview is being built cancels that one", async () => {
  jobs.states = [{ status: "RUNNING" }];
  const next = start();
  expect((await next()).type).toBe("requested");
  const superseded = next();
  await write("index.html", "two and more");
  expect((await superseded).type).toBe("superseded");
  expect(jobs.cancels).toBe(1);
  jobs.states = [{ status: "COMPLETED" }];
  expect(await next()).toMatchObject({ type: "requested", preview: { uploaded: { files: 1 } } });
  expect((await next()).type).toBe("completed");
});

it("what a publish leaves out, and a file that is written as it was, make no preview", async () => {
  const next = start();
  await next();
  await next();
  const requested = next();
  await write("node_modules/x/index.js", "x");
  await write(".git/index", "x");
  await write("dist/out.js", "x");
  await write("added.txt", "now");
  await requested;
  expect(lastPaths()).toEqual(["added.txt", "index.html"]);
  expect(jobs.requests.filter(({ files }) => files.length === 1)).toHaveLength(2);
});

it("a build that fails is told, and the next save is published", async () => {
  jobs.failWith({ code: "PREVIEW_BUILD_FAILED", message: "The build failed.", details: [] });
  const next = start();
  await next();
  expect(await next()).toMatchObject({
    type: "failed",
    error: { code: "PREVIEW_BUILD_FAILED" },
    retry_after_ms: null,
  });
  jobs.states = [{ status: "COMPLETED" }];
  const requested = next();
  await write("index.html", "mended");
  expect((await requested).type).toBe("requested");
  expect((await next()).type).toBe("completed");
});

it("ends with the signal's reason, and keeps nothing open", async () => {
  const next = start();
  await next();
  await next();
  const waiting = next();
  controller.abort(new Error("closed"));
  await expect(waiting).rejects.toThrow("closed");
});

it("a folder that holds nothing is told, and watched until it does", async () => {
  await rm(path.join(directory, "index.html"));
  const next = start();
  expect(await next()).toMatchObject({ type: "failed", error: { name: "LocalFileError" } });
  const requested = next();
  await write("index.html", "here");
  expect((await requested).type).toBe("requested");
});
