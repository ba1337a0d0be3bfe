import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHiveSync, createMemorySource, type DocsOptions, type DocsProgress, type HiveSync } from "#index.ts";
import { AiJobs, testResult } from "#testing/ai-jobs.ts";
import { startContractServer, type ContractServer } from "#testing/contract-server.ts";
import { TestSessions } from "#testing/test-sessions.ts";
import { startUploadServer, type UploadServer } from "#testing/upload-server.ts";
import { chooseFiles } from "./docs-source.ts";

const project_id = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10";
const files = { "src/a.ts": "export const a = 1;\n", "src/b.ts": "export const b = 2;\n", "c.ts": "export {};\n" };
const order = { project_id, job_type: "document", selection: [{ path: "src/a.ts" }] } satisfies DocsOptions;
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

let uploads: UploadServer;
let jobs: AiJobs;
let server: ContractServer;
let hive: HiveSync;

beforeEach(async () => {
  uploads = await startUploadServer();
  jobs = new AiJobs(uploads);
  server = await startContractServer({ ...new TestSessions().handlers, ...jobs.handlers });
  hive = createHiveSync({ baseUrl: server.baseUrl, retry: { baseDelayMs: 1 } });
  await hive.auth.login({ username: "ada", password: "correct horse" });
  server.requests.length = 0;
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await uploads[Symbol.asyncDispose]();
});

/** Storage that answers these, one after the other, to whoever reads a result. */
async function serveResults(answers: [status: number, body: string][]): Promise<AsyncDisposable & { url: string }> {
  const storage = createServer((_request, response) => {
    const [status, body] = answers.shift() ?? [500, ""];
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => storage.listen(0, "127.0.0.1", resolve));
  const { port } = storage.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/result.json`,
    [Symbol.asyncDispose]: async () => {
      storage.closeAllConnections();
      await new Promise((resolve) => storage.close(resolve));
    },
  };
}

describe("Writing documentation", () => {
  it("sends the selection and the context, nothing else, and answers what was written with the hash it began from", async () => {
    const text = `/** One. */\n${files["src/a.ts"]}`;
    const edits = [{ path: "src/a.ts", line: 1, delete_lines: 0, insert: "/** One. */\n" }];
    const result = { ...testResult, edits, diff: "the diff", files: [{ path: "src/a.ts", text }] };
    jobs.states = [{ status: "COMPLETED", result }];
    const selection = [{ path: "src/a.ts", line_start: 1, line_end: 9 }];
    const written = await hive.docs.write({
      ...order,
      selection,
      files,
      context: { files: ["src/b.ts"], replace: true },
    });
    expect(uploads.puts.toSorted()).toEqual([sha256(files["src/a.ts"]), sha256(files["src/b.ts"])].toSorted());
    const [first, second, ...others] = jobs.requests;
    expect(others).toEqual([]);
    expect(second).toEqual(first);
    expect(first?.input).toEqual({
      project_id,
      job_type: "document",
      selection: [{ path: "src/a.ts", sha256: sha256(files["src/a.ts"]), size: 20, line_start: 1, line_end: 9 }],
      context: { files: [{ path: "src/b.ts", sha256: sha256(files["src/b.ts"]), size: 20 }], replace: true },
    });
    expect(written).toEqual({
      ...result,
      job_id: expect.any(String),
      files: [{ path: "src/a.ts", text, base_sha256: sha256(files["src/a.ts"]) }],
      uploaded: { files: 2, bytes: 40 },
    });
  });

  it("of what is stored is one request when it does not wait", async () => {
    await hive.docs.write({ ...order, files });
    server.requests.length = 0;
    const submitted = await hive.docs.write({ ...order, files: createMemorySource(files), wait: false });
    expect(submitted).toMatchObject({ status: "QUEUED", queue: "ai-cpu", uploaded: { files: 0, bytes: 0 } });
    expect(server.requests).toHaveLength(1);
  });

  it("passes on no file that was not selected, whatever the answer names", async () => {
    const result = { ...testResult, files: ["src/b.ts", "../x.ts"].map((path) => ({ path, text: "" })) };
    jobs.states = [{ status: "COMPLETED", result }];
    expect((await hive.docs.write({ ...order, files })).files).toEqual([]);
  });

  it("refuses a selected file that is not among the files, before anything is sent", async () => {
    const error = await failureOf(hive.docs.write({ ...order, files, selection: [{ path: "d.ts" }] }));
    expect(error).toMatchObject({ name: "TypeError", message: "The files to write about hold no d.ts" });
    expect(server.requests).toEqual([]);
  });

  it("tells how far it is, phase by phase, never going back", async () => {
    jobs.states = [
      { status: "RUNNING", progress: { phase: "fetching", ratio: 0.1 } },
      { status: "RUNNING", progress: { phase: "writing", ratio: 0.5 } },
      { status: "RUNNING", progress: { phase: "uploading", ratio: 0.9 } },
      { status: "COMPLETED", result: testResult },
    ];
    const steps: DocsProgress[] = [];
    await hive.docs.write({ ...order, files, onProgress: (step) => steps.push(step) });
    const phases = steps.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);
    expect(phases).toEqual(["uploading", "queued", "fetching", "writing", "saving", "done"]);
    const ratios = steps.map(({ ratio }) => ratio);
    expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
    expect(ratios.at(-1)).toBe(1);
  });

  it("stops at an abort, with its reason, and asks for nothing more", async () => {
    const abort = new AbortController();
    uploads.refuse = () => {
      abort.abort(new Error("closed"));
      return undefined;
    };
    expect(await failureOf(hive.docs.write({ ...order, files, signal: abort.signal }))).toMatchObject({
      message: "closed",
    });
    expect(jobs.requests).toHaveLength(1);
  });
});

describe("Writing documentation of the mirror", () => {
  it("names paths and lines alone, uploads nothing, and answers what was written", async () => {
    const edits = [{ path: "src/a.ts", line: 1, delete_lines: 0, insert: "/** One. */\n" }];
    const result = { ...testResult, edits, diff: "the diff", files: [{ path: "src/a.ts", text: "text" }] };
    jobs.states = [{ status: "COMPLETED", result }];
    const selection = [{ path: "src/a.ts", line_start: 1, line_end: undefined }];
    const context = { files: ["src/b.ts"], replace: false };
    const written = await hive.docs.writeMirror({ ...order, selection, context });
    expect(jobs.mirrorRequests).toEqual([
      {
        project_id,
        job_type: "document",
        source: { mirror: true },
        selection: [{ path: "src/a.ts", line_start: 1 }],
        context: { files: [{ path: "src/b.ts" }], replace: false },
      },
    ]);
    expect(written).toEqual({ ...result, job_id: expect.any(String), uploaded: { files: 0, bytes: 0 } });
    expect(uploads.puts).toEqual([]);
  });

  it("is one request when it does not wait", async () => {
    const submitted = await hive.docs.writeMirror({ ...order, wait: false });
    expect(submitted).toMatchObject({ status: "QUEUED", queue: "ai-cpu" });
    expect(server.requests).toHaveLength(1);
  });
});

describe("A result that is too large for the answer", () => {
  it("is fetched, by a fresh link when the first is too old, and keeps what this client knows of it", async () => {
    const stored = JSON.stringify({ ...testResult, markdown: "large", added_later: 1 });
    await using storage = await serveResults([
      [403, ""],
      [503, ""],
      [200, stored],
    ]);
    jobs.states = [{ status: "COMPLETED", result_url: storage.url }];
    const written = await hive.docs.write({ ...order, files });
    expect(written).toMatchObject({ markdown: "large", engine: "static" });
    expect(written).not.toHaveProperty("added_later");
    expect(jobs.gets).toBe(3);
  });

  it.each([
    ["is no JSON", "<html>"],
    ["lacks its parts", '{"engine":"static"}'],
  ])("and %s is an error, tried once", async (_name, body) => {
    await using storage = await serveResults([[200, body]]);
    jobs.states = [{ status: "COMPLETED", result_url: storage.url }];
    expect(await failureOf(hive.docs.write({ ...order, files }))).toMatchObject({ code: "INTERNAL_ERROR" });
    expect(jobs.gets).toBe(1);
  });
});

describe("A job that fails", () => {
  it("is a HiveSyncError with the reason", async () => {
    const error = { code: "AI_JOB_FAILED", message: "No selected file is text in UTF-8.", details: null };
    jobs.states = [{ status: "FAILED", error }];
    const failure = await failureOf(hive.docs.write({ ...order, files }));
    expect(failure).toMatchObject({ name: "HiveSyncError", ...error, status: 422 });
  });

  it("says so when it was cancelled", async () => {
    jobs.states = [{ status: "CANCELLED" }];
    const failure = await failureOf(hive.docs.write({ ...order, files }));
    expect(failure).toMatchObject({ code: "AI_JOB_FAILED", message: "The documentation job was cancelled." });
  });
});

describe("Neighbours", () => {
  const listed = (sizes: Record<string, number>, neighbours: string[]) => ({
    files: Object.entries(sizes).map(([path, size]) => ({ path, size, sha256: sha256(path) })),
    secrets: [],
    skipped: [],
    neighbours,
  });
  const contextOf = (listing: ReturnType<typeof listed>): string[] =>
    chooseFiles(listing, { selection: [{ path: "a.ts" }], context: { files: ["b.ts"] } }).context.map(
      ({ path }) => path,
    );

  it("come after what was named, each file once, and only where they are text", () => {
    const listing = listed({ "a.ts": 1, "b.ts": 1, "c.ts": 1, "a.png": 1 }, [
      "a.ts",
      "c.ts",
      "a.png",
      "b.ts",
      "c.ts",
      "d.ts",
    ]);
    expect(contextOf(listing)).toEqual(["b.ts", "c.ts"]);
  });

  it("are left out where one alone or all together are more than a job takes", () => {
    const mebibyte = 1024 * 1024;
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`n${index}.ts`, mebibyte]));
    const listing = listed({ "a.ts": 1, "b.ts": 1, "large.ts": mebibyte + 1, ...many }, [
      "large.ts",
      ...Object.keys(many),
    ]);
    expect(contextOf(listing)).toEqual(["b.ts", ...Object.keys(many).slice(0, 7)]);
    const small = Object.fromEntries(Array.from({ length: 120 }, (_, index) => [`n${index}.ts`, 1]));
    expect(contextOf(listed({ "a.ts": 1, "b.ts": 1, ...small }, Object.keys(small)))).toHaveLength(100);
  });
});
