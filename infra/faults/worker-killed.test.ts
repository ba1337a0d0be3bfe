import { startObjectStore } from "@hivesync/dev-services/object-store";
import { createTestStack } from "@hivesync/testing/test-stack";
import { waitUntil } from "@hivesync/testing/wait-until";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { afterAll, expect, test } from "vitest";
import { registerRestUser } from "./rest-user.ts";
import { prepareProcesses } from "./start-processes.ts";

const directory = await mkdtemp(path.join(tmpdir(), "hivesync-slow-store-"));
const shared = await createTestStack();
// A store of its own, so that reading files can be made slow and a build be met in its midst.
const store = await startObjectStore({ directory, port: 0, ...shared.storage });
const stack = { ...shared, storage: { ...shared.storage, endpoint: store.endpoint } };
const processes = await prepareProcesses(stack, 2_000);
const sql = postgres(stack.databaseUrls.superuser, { max: 1 });

afterAll(async () => {
  await processes[Symbol.asyncDispose]();
  await sql.end();
  await store.stop();
  await shared[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

test("a worker killed in mid-build loses nothing: another finishes the job, with one bundle and one notification", async () => {
  await processes.startApi();
  const doomed = await processes.startWorker();
  const user = await registerRestUser(processes.apiUrl);
  store.faults.set({ mode: "slow", delayMs: 60_000, method: "GET" });
  const jobId = await user.requestPreview({ "index.html": "<h1>Survivor</h1>" });
  const readRow = async () => {
    const [row] = await sql<{ status: string; attempt: number; bundle_url: string | null }[]>`
      SELECT status, attempt, bundle_url FROM preview_sessions WHERE id = ${jobId}`;
    return row;
  };
  await waitUntil(readRow, (row) => row?.status === "RUNNING");

  doomed.kill("SIGKILL");
  await doomed.exited;
  store.faults.clear();
  await processes.startWorker();

  const row = await waitUntil(readRow, (current) => current?.status !== "RUNNING" && current?.status !== "QUEUED", {
    seconds: 60,
  });
  expect(row).toMatchObject({ status: "COMPLETED", attempt: 2 });
  const notices = await sql`SELECT type FROM notifications WHERE data ->> 'job_id' = ${jobId}`;
  expect(notices.map(({ type }) => type as string)).toEqual(["preview_ready"]);
  const preview = await user.call(`GET /preview/${jobId}`);
  const page = await fetch(String(preview.data["bundle_url"]));
  expect(await page.text()).toContain("Survivor");
});
