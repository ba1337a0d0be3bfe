import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createHiveSync, type NodeHiveSync } from "#node/index.ts";
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

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "hivesync-publish-"));
  uploads = await startUploadServer();
  jobs = new PreviewJobs(uploads);
  server = await startContractServer({ ...new TestSessions().handlers, ...jobs.handlers });
  hive = createHiveSync({ baseUrl: server.baseUrl, retry: { baseDelayMs: 1 } });
  await hive.auth.login({ username: "ada", password: "correct horse" });
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await uploads[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const write = async (files: Record<string, string | Uint8Array>): Promise<void> => {
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), contents);
  }
};

it("Publishing a folder sends its files whole, and says what it left out", async () => {
  await write({
    "package.json": "{}",
    "src/App.tsx": "export default () => null;",
    "assets/large.bin": new Uint8Array(3_000_000).fill(7),
    ".env": "SECRET=1",
    "dist/old.js": "x",
    "node_modules/x/index.js": "x",
  });
  const phases = new Set<string>();
  const published = await hive.previews.publish({
    project_id,
    directory,
    onProgress: ({ phase }) => phases.add(phase),
  });
  expect(jobs.requests[0]?.files.map((file) => file.path)).toEqual(["assets/large.bin", "package.json", "src/App.tsx"]);
  expect(uploads.stored.size).toBe(3);
  expect(published.uploaded).toEqual({ files: 3, bytes: 3_000_028 });
  expect(published.secrets).toEqual([".env"]);
  expect(published.skipped.map((entry) => entry.path)).toEqual(["dist"]);
  expect([...phases].slice(0, 3)).toEqual(["scanning", "hashing", "uploading"]);
});

it("Only what changed is sent the second time", async () => {
  await write({ "a.ts": "1", "b.ts": "2" });
  await hive.previews.publish({ project_id, directory });
  await write({ "b.ts": "2, changed" });
  const { uploaded } = await hive.previews.publish({ project_id, directory });
  expect(uploaded.files).toBe(1);
});

it("A file that changes while the publish runs is sent as it is then", async () => {
  await write({ "a.ts": "old", "b.ts": "b" });
  const request = jobs.handlers["previews.request"];
  server.handlers["previews.request"] = async (call) => {
    if (jobs.requests.length === 0) await write({ "a.ts": "new" });
    return request?.(call);
  };
  await hive.previews.publish({ project_id, directory });
  const [before, , after] = [jobs.requests[0], jobs.requests[1], jobs.requests.at(-1)];
  expect(after?.files[0]?.sha256).not.toBe(before?.files[0]?.sha256);
  expect(uploads.stored.has(after?.files[0]?.sha256 ?? "")).toBe(true);
  expect(uploads.stored.has(before?.files[0]?.sha256 ?? "")).toBe(false);
});

it("A folder without files, or none at all, is an error that names it", async () => {
  await expect(hive.previews.publish({ project_id, directory })).rejects.toThrow(
    `${directory} holds no file to publish`,
  );
  const nowhere = path.join(directory, "nowhere");
  await expect(hive.previews.publish({ project_id, directory: nowhere })).rejects.toThrow(`Cannot read ${nowhere}`);
});
