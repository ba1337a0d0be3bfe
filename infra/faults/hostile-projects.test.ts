import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OurProcess } from "#processes/start-process.ts";
import { registerRestUser, type RestUser } from "./rest-user.ts";
import { prepareProcesses } from "./start-processes.ts";

const run = promisify(execFile);
const stack = await createTestStack();
const directory = await mkdtemp(path.join(tmpdir(), "hivesync-hostile-"));
const memoryMb = 1_000;
const settings = {
  HIVESYNC_TIERS: JSON.stringify({ Free: { buildSeconds: 8, previewsPerMinute: 100, maxBytes: 250_000_000 } }),
  HIVESYNC_WORKER_BUILD_MEMORY_MB: String(memoryMb),
  HIVESYNC_WORKER_RUNTIMES_DIRECTORY: path.join(directory, "runtimes"),
};
const processes = await prepareProcesses(stack, 60_000, { api: settings, worker: settings });
const sql = postgres(stack.databaseUrls.superuser, { max: 1 });
let user: RestUser;

beforeAll(async () => {
  await processes.startApi();
  user = await registerRestUser(processes.apiUrl);
});
afterAll(async () => {
  await processes[Symbol.asyncDispose]();
  await sql.end();
  await stack[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

async function ended(files: Record<string, string>) {
  const jobId = await user.requestPreview(files);
  const preview = await waitUntil(
    () => user.call(`GET /preview/${jobId}`),
    ({ data }) => ["COMPLETED", "FAILED"].includes(String(data["status"])),
    { seconds: 90 },
  );
  const notices = await sql<{ type: string }[]>`SELECT type FROM notifications WHERE data ->> 'job_id' = ${jobId}`;
  return { data: preview.data, notices: notices.map(({ type }) => type) };
}

async function expectAlive(worker: OurProcess): Promise<void> {
  const { data } = await ended({ "index.html": `<p>fine at ${Date.now()}</p>` });
  expect(data).toMatchObject({ status: "COMPLETED", error: null });
  expect(await Promise.race([worker.exited, Promise.resolve("it runs")])).toBe("it runs");
}

const started = (main: string, more: Record<string, string> = {}): Record<string, string> => ({
  "index.html": `<script type="module" src="main.js"></script>`,
  "main.js": main,
  ...more,
});
// The same bytes under several names are uploaded and stored once.
const bulk = "bulk ".repeat(4_000_000);

const hostile = [
  {
    exhausts: "time",
    files: started(`import "./a.scss";`, { "a.scss": "@while true { $x: 1; }" }),
    error: /^The build took longer than 8 s\. Name a smaller page or component as the entry, /,
  },
  {
    exhausts: "memory",
    // The bundler's parser recurses until it is stopped.
    files: started("(".repeat(20_000_000)),
    error: new RegExp(`^The build needed more memory than it may use \\(${memoryMb} MB\\)\\. Name a smaller page `),
  },
  {
    exhausts: "output",
    files: {
      "index.html": `<img src="a.png" alt=""><img src="b.png" alt=""><img src="c.png" alt="">`,
      "a.png": bulk,
      "b.png": bulk,
      "c.png": bulk,
    },
    error:
      /^The finished page has \d+ bytes; 52428800 are allowed\. The largest files that it read: "a\.png" \(20000000 bytes\), /,
  },
];

test("a project that exhausts time, memory or output fails with its reason, once, and the worker goes on to the next", async () => {
  const worker = await processes.startWorker();
  try {
    for (const { exhausts, files, error } of hostile) {
      const { data, notices } = await ended(files);
      expect([exhausts, data["status"], notices]).toEqual([exhausts, "FAILED", ["preview_failed"]]);
      expect(data["error"]).toMatchObject({ code: "PREVIEW_BUILD_FAILED", message: expect.stringMatching(error) });
      await expectAlive(worker);
    }
  } finally {
    await worker.stop();
  }
}, 180_000);

test("a project that fills the worker's disk fails with that reason, and the worker has room for the next", async (context) => {
  const disk = path.join(directory, "disk");
  await mkdir(disk);
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", disk]);
  } catch {
    return context.skip("a small disk takes root to mount");
  }
  const HIVESYNC_WORKER_DATA_DIRECTORY = path.join(disk, "data");
  const onDisk = { ...settings, HIVESYNC_API_URL: processes.apiUrl, HIVESYNC_WORKER_DATA_DIRECTORY };
  const workers = await prepareProcesses(stack, 60_000, { worker: onDisk });
  try {
    const worker = await workers.startWorker();
    const files = Object.fromEntries([1, 2, 3].map((index) => [`${index}.bin`, `${index}${bulk}`]));
    const { data, notices } = await ended({ "index.html": "<p>full", ...files });
    expect([data["status"], notices]).toEqual(["FAILED", ["preview_failed"]]);
    expect(data["error"]).toMatchObject({
      message: "The worker's disk is full. Nothing is wrong with your files: publish again in a few minutes.",
    });
    await expectAlive(worker);
  } finally {
    await workers[Symbol.asyncDispose]();
    await run("umount", ["--lazy", disk]);
  }
}, 180_000);
