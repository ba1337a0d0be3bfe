import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { startTestRegistry, type TestRegistry } from "@hivesync/package-store/testing/test-registry";
import { everyone } from "@hivesync/platform/events/topics";
import { keyOfObjectUrl } from "@hivesync/platform/storage/object-keys";
import { waitUntil } from "@hivesync/testing/wait-until";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorkerBench, type BenchWorker, type WorkerBench } from "#testing/worker-bench.ts";

let bench: WorkerBench;
let registry: TestRegistry;
let worker: BenchWorker;

beforeAll(async () => {
  [bench, registry] = await Promise.all([createWorkerBench(), startTestRegistry()]);
  const env = { HIVESYNC_NPM_REGISTRY: registry.url, HIVESYNC_NPM_TOKEN: "npm-token" };
  worker = await bench.startWorker(await bench.dataDirectory(), { env });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await Promise.all([bench[Symbol.asyncDispose](), registry[Symbol.asyncDispose]()]);
});

async function run(jobId: string) {
  await bench.dispatch(jobId);
  await waitUntil(
    async () => (await bench.queueJob(jobId)).finishedOn,
    (finished) => finished !== undefined,
  );
  return bench.api.received.find(({ body }) => body.job_id === jobId)?.body;
}

const app = (version: string) => ({
  "index.html": `<script type="module" src="main.js"></script>`,
  "package.json": JSON.stringify({ dependencies: { greeting: version } }),
  "main.js": `import { hello } from "greeting"; document.body.append(hello);`,
});

test("a project's package is fetched by the worker, with its token, and is in the preview; the next build fetches nothing", async () => {
  registry.publish({ name: "greeting", version: "1.0.0", files: { "index.js": `exports.hello = "hello from npm";` } });
  const first = await run(await bench.publish(app("^1")));
  expect(first).toMatchObject({ status: "SUCCESS" });
  const key = keyOfObjectUrl(bench.storage.bucket, first?.bundle_url ?? "") ?? "";
  expect(Buffer.from((await bench.storage.get(key)) ?? []).toString()).toContain("hello from npm");
  expect(registry.requests).toEqual(["/greeting", "/greeting/-/greeting-1.0.0.tgz"]);
  expect(new Set(registry.logins)).toEqual(new Set(["Bearer npm-token"]));
  await run(await bench.publish({ ...app("^1"), "more.js": "" }));
  expect(registry.requests).toHaveLength(2);
});

test("a package that cannot be had is reported by name, with the line that imports it", async () => {
  const failed = await run(await bench.publish({ ...app("^1"), "main.js": `import "greetign";` }));
  expect(failed).toMatchObject({
    status: "FAIL",
    error_code: "PREVIEW_BUILD_FAILED",
    error_details: [{ file: "main.js", line: 1, text: expect.stringMatching(/"greetign".*"greeting"/) }],
  });
});

test("a preview that is cancelled while its packages are fetched ends at once, and the worker takes the next one", async () => {
  registry.publish({ name: "endless", version: "1.0.0", files: { "index.js": "" } });
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  // A registry that takes the question and never answers.
  registry.fault = ({ url }) => {
    if (url !== "/endless") return false;
    resolve();
    return true;
  };
  const jobId = await bench.publish({
    ...app("^1"),
    "package.json": JSON.stringify({ dependencies: { endless: "1" } }),
    "main.js": `import "endless";`,
  });
  await bench.dispatch(jobId);
  await asked;
  await bench.db
    .update(previewSessions)
    .set({ status: "CANCELLED", completed_at: sql`now()` })
    .where(eq(previewSessions.id, jobId));
  worker.deps.events.publish([{ topic: "cancel", key: everyone, message: { job_id: jobId } }]);
  const job = await waitUntil(
    () => bench.queueJob(jobId),
    ({ finishedOn }) => finishedOn !== undefined,
  );
  registry.fault = undefined;
  expect(await job.getState()).toBe("completed");
  expect(bench.api.received.filter(({ body }) => body.job_id === jobId)).toEqual([]);
  expect(await run(await bench.publish({ "index.html": "<p>next" }))).toMatchObject({ status: "SUCCESS" });
});
