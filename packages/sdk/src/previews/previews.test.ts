import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createHiveSync,
  createMemorySource,
  isHiveSyncError,
  type FileSource,
  type HiveSync,
  type PublishProgress,
} from "#index.ts";
import { startContractServer, type ContractServer } from "#testing/contract-server.ts";
import { PreviewJobs, previewUrl } from "#testing/preview-jobs.ts";
import { TestSessions } from "#testing/test-sessions.ts";
import { startUploadServer, type UploadServer } from "#testing/upload-server.ts";

const project_id = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e10";
let uploads: UploadServer;
let jobs: PreviewJobs;
let server: ContractServer;
let hive: HiveSync;

beforeEach(async () => {
  uploads = await startUploadServer();
  jobs = new PreviewJobs(uploads);
  server = await startContractServer({ ...new TestSessions().handlers, ...jobs.handlers });
  hive = createHiveSync({ baseUrl: server.baseUrl, retry: { baseDelayMs: 1 } });
  await hive.auth.login({ username: "ada", password: "correct horse" });
  server.requests.length = 0;
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await uploads[Symbol.asyncDispose]();
});

const manyFiles = (count: number): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`src/file-${index}.ts`, `export const n = ${index};`]),
  );
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe("Publishing", () => {
  it("uploads each missing file once, at most 8 at a time, and answers with the preview", async () => {
    uploads.waitForOpen = 8;
    const files = createMemorySource({ ...manyFiles(60), "copy-of-file-3.ts": "export const n = 3;", "empty.txt": "" });
    const published = await hive.previews.publishFiles({ project_id, files });
    expect(uploads.puts).toHaveLength(61);
    expect(new Set(uploads.puts).size).toBe(61);
    expect(uploads.mostAtOnce).toBe(8);
    expect(published).toMatchObject({
      preview_url: previewUrl,
      status: "COMPLETED",
      bundle_url: "https://storage.example.com/index.html",
      kind: "Vue page (Vue 3)",
      uploaded: { files: 61, bytes: Object.values(manyFiles(60)).join("").length },
      warnings: ["w"],
    });
  });

  it("goes on in rounds while files are missing, under one Idempotency-Key", async () => {
    jobs.missingAtOnce = 10;
    await hive.previews.publishFiles({ project_id, files: createMemorySource(manyFiles(25)) });
    expect(jobs.requests).toHaveLength(4);
    expect(new Set(jobs.requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(uploads.puts).toHaveLength(25);
  });

  it("of what is all stored is one request when it does not wait", async () => {
    const files = createMemorySource(manyFiles(3));
    await hive.previews.publishFiles({ project_id, files });
    server.requests.length = 0;
    uploads.puts.length = 0;
    const published = await hive.previews.publishFiles({ project_id, files, wait: false });
    expect(published).toMatchObject({ status: "QUEUED", bundle_url: null, uploaded: { files: 0, bytes: 0 } });
    expect(server.requests).toHaveLength(1);
    expect(uploads.puts).toHaveLength(0);
  });

  it("sends a file again when storage fails for a moment", async () => {
    uploads.refuse = () => (uploads.puts.length <= 2 ? 503 : undefined);
    const published = await hive.previews.publishFiles({ project_id, files: createMemorySource({ "a.ts": "1" }) });
    expect(uploads.puts).toHaveLength(3);
    expect(published.uploaded.files).toBe(1);
  });

  it("asks for fresh upload addresses when some have expired", async () => {
    const expired = new Set<string>();
    uploads.refuse = (sha256) => {
      if (uploads.puts.length > 5 || expired.has(sha256)) return undefined;
      expired.add(sha256);
      return 403;
    };
    const published = await hive.previews.publishFiles({ project_id, files: createMemorySource(manyFiles(20)) });
    expect(published.uploaded.files).toBe(20);
    expect(jobs.requests).toHaveLength(3);
  });

  it("ends with FILES_MISSING when a round brings nothing, instead of going on for ever", async () => {
    uploads.refuse = () => 403;
    const error = await failureOf(hive.previews.publishFiles({ project_id, files: createMemorySource(manyFiles(3)) }));
    expect(isHiveSyncError(error, "FILES_MISSING")).toBe(true);
    expect(jobs.requests).toHaveLength(2);
  });

  it("lists the files again, once, when one has changed since", async () => {
    const before = createMemorySource({ "a.ts": "before" });
    const after = createMemorySource({ "a.ts": "after, and longer" });
    let lists = 0;
    const changing: FileSource = {
      list: (options) => {
        lists += 1;
        return (lists === 1 ? before : after).list(options);
      },
      open: (path) => after.open(path),
    };
    await hive.previews.publishFiles({ project_id, files: changing });
    expect(lists).toBe(2);
    const [first, second] = jobs.requests;
    expect(first?.idempotencyKey).not.toBe(second?.idempotencyKey);

    const restless: FileSource = {
      list: (options) => before.list(options),
      open: async () => new Blob(["never the same size"]),
    };
    expect(await failureOf(hive.previews.publishFiles({ project_id, files: restless }))).toMatchObject({
      name: "FileChangedError",
      message: "a.ts has changed since it was hashed",
    });
  });

  it("tells how far it is, phase by phase, never going back", async () => {
    jobs.states = [
      { status: "RUNNING", progress: { phase: "fetching", ratio: 0.1 } },
      { status: "RUNNING", progress: { phase: "building", ratio: 0.5 } },
      { status: "RUNNING", progress: { phase: "uploading", ratio: 0.9 } },
      { status: "COMPLETED", progress: null },
    ];
    const steps: PublishProgress[] = [];
    const files = createMemorySource(manyFiles(2));
    await hive.previews.publishFiles({ project_id, files, onProgress: (step) => steps.push(step) });
    const phases = steps.map(({ phase }) => phase).filter((phase, index, all) => phase !== all[index - 1]);
    expect(phases).toEqual(["uploading", "queued", "fetching", "building", "saving", "done"]);
    const ratios = steps.map(({ ratio }) => ratio);
    expect(ratios).toEqual([...ratios].sort((a, b) => a - b));
    expect(ratios.at(-1)).toBe(1);
    expect(steps.find(({ phase }) => phase === "queued")?.preview_url).toBe(previewUrl);
  });

  it("stops at an abort, with its reason, and uploads nothing more", async () => {
    const abort = new AbortController();
    uploads.refuse = () => {
      abort.abort(new Error("closed"));
      return undefined;
    };
    const files = createMemorySource(manyFiles(60));
    const error = await failureOf(hive.previews.publishFiles({ project_id, files, signal: abort.signal }));
    expect(error).toMatchObject({ message: "closed" });
    expect(uploads.puts.length).toBeLessThanOrEqual(16);
    expect(jobs.requests).toHaveLength(1);
  });
});

describe("Publishing the mirror", () => {
  it("is one request that names no file, and answers with the preview", async () => {
    const steps: PublishProgress[] = [];
    const onProgress = (step: PublishProgress): void => void steps.push(step);
    const published = await hive.previews.publishMirror({ project_id, entry: "app.tsx", platform: "ios", onProgress });
    expect(jobs.mirrorRequests).toEqual([{ project_id, entry: "app.tsx", platform: "ios", source: { mirror: true } }]);
    expect(published).toMatchObject({
      preview_url: previewUrl,
      status: "COMPLETED",
      uploaded: { files: 0, bytes: 0 },
      secrets: [],
      skipped: [],
      warnings: ["w"],
    });
    expect(steps.map(({ phase, ratio }) => [phase, ratio])).toEqual([
      ["queued", 0],
      ["done", 1],
    ]);
    expect(uploads.puts).toEqual([]);
  });

  it("answers at once when it does not wait", async () => {
    const published = await hive.previews.publishMirror({ project_id, wait: false });
    expect(published).toMatchObject({ status: "QUEUED", bundle_url: null, kind: null });
    expect(server.requests).toHaveLength(1);
  });

  it("is a CONFLICT where there is none", async () => {
    jobs.hasMirror = false;
    expect(await failureOf(hive.previews.publishMirror({ project_id }))).toMatchObject({ code: "CONFLICT" });
  });
});

describe("Asking again for a preview", () => {
  const job_id = "0192f0c1-2b5a-7c3d-8e4f-5a6b7c8d9e21";

  it("waits for the new one as for any other, and uploads nothing", async () => {
    const steps: PublishProgress[] = [];
    const published = await hive.previews.retry({ job_id, onProgress: (step) => steps.push(step) });
    expect(jobs.retried).toEqual([job_id]);
    expect(published).toMatchObject({ preview_url: previewUrl, status: "COMPLETED", uploaded: { files: 0, bytes: 0 } });
    expect(steps.map(({ phase, ratio }) => [phase, ratio])).toEqual([
      ["queued", 0],
      ["done", 1],
    ]);
    expect(uploads.puts).toEqual([]);
  });

  it("throws what it failed of, and answers at once when it does not wait", async () => {
    jobs.failWith({ code: "PREVIEW_BUILD_FAILED", message: "The build failed.", details: [] });
    expect(await failureOf(hive.previews.retry({ job_id }))).toMatchObject({ code: "PREVIEW_BUILD_FAILED" });
    expect(await hive.previews.retry({ job_id, wait: false })).toMatchObject({ status: "QUEUED", bundle_url: null });
  });

  it("is cancelled when whoever waits for it gives up and asked for that", async () => {
    jobs.states = [{ status: "RUNNING" }];
    const controller = new AbortController();
    const onProgress = () => controller.abort(new Error("enough"));
    const { signal } = controller;
    const waiting = hive.previews.retry({ job_id, cancelOnAbort: true, signal, onProgress });
    await expect(waiting).rejects.toThrow("enough");
    expect(jobs.cancels).toBe(1);
  });
});

describe("A build that fails", () => {
  it("is a HiveSyncError with the places in the source", async () => {
    const details = [{ file: "App.tsx", line: 3, column: 7, text: "Expected }", line_text: "  <View>" }];
    jobs.failWith({ code: "PREVIEW_BUILD_FAILED", message: "The build failed.", details });
    const error = await failureOf(
      hive.previews.publishFiles({ project_id, files: createMemorySource({ "a.ts": "1" }) }),
    );
    expect(error).toMatchObject({ name: "HiveSyncError", code: "PREVIEW_BUILD_FAILED", status: 422, details });
  });

  it("says so when it was cancelled", async () => {
    jobs.states = [{ status: "CANCELLED" }];
    const error = await failureOf(
      hive.previews.publishFiles({ project_id, files: createMemorySource({ "a.ts": "1" }) }),
    );
    expect(error).toMatchObject({ code: "PREVIEW_BUILD_FAILED", message: "The preview was cancelled." });
  });
});

describe("A preview that is given up", () => {
  const giveUp = async (options: { cancelOnAbort?: boolean }): Promise<unknown> => {
    jobs.states = [{ status: "RUNNING", progress: { phase: "building", ratio: 0.5 } }];
    const controller = new AbortController();
    const reason = new Error("the user left");
    const files = createMemorySource({ "a.ts": "1" });
    const onProgress = ({ phase }: PublishProgress): void => {
      if (phase === "building") controller.abort(reason);
    };
    const { signal } = controller;
    return failureOf(hive.previews.publishFiles({ project_id, files, signal, onProgress, ...options }));
  };

  it("is cancelled when that was asked for, and the reason is thrown", async () => {
    expect(await giveUp({ cancelOnAbort: true })).toMatchObject({ message: "the user left" });
    expect(jobs.cancels).toBe(1);
  });

  it("goes on otherwise", async () => {
    expect(await giveUp({})).toMatchObject({ message: "the user left" });
    expect(jobs.cancels).toBe(0);
  });
});
