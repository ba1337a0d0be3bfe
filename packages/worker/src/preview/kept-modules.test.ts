import { readdir } from "node:fs/promises";
import path from "node:path";
import { keyOfObjectUrl } from "@hivesync/platform/storage/object-keys";
import { waitUntil } from "@hivesync/testing/wait-until";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createWorkerBench, type WorkerBench } from "#testing/worker-bench.ts";

let bench: WorkerBench;

beforeAll(async () => {
  bench = await createWorkerBench();
});
afterAll(() => bench[Symbol.asyncDispose]());

async function logOf(project: Readonly<Record<string, string>>): Promise<string> {
  const jobId = await bench.publish(project);
  await bench.dispatch(jobId);
  const callbacks = await waitUntil(
    () => bench.api.received,
    (received) => received.some(({ body }) => body.job_id === jobId),
  );
  const url = callbacks.find(({ body }) => body.job_id === jobId)?.body.logs_url ?? "";
  const bytes = await bench.storage.get(keyOfObjectUrl(bench.storage.bucket, url) ?? "");
  return Buffer.from(bytes ?? []).toString();
}

test("what was made of a large project's modules stays for its next preview, which makes only what has changed", async () => {
  const folder = await bench.dataDirectory();
  await using _worker = await bench.startWorker(folder);
  const names = Array.from({ length: 200 }, (_, index) => `part${index}`);
  const files = {
    "index.html": '<script type="module" src="/main.ts"></script>',
    "main.ts": names.map((name) => `import { ${name} } from "./${name}"; console.log(${name});`).join("\n"),
    ...Object.fromEntries(names.map((name) => [`${name}.ts`, `export const ${name} = 1;`])),
  };
  expect(await logOf(files)).toContain("202 modules, of which 202 were made anew");
  await waitUntil(
    () => readdir(path.join(folder, "modules")).catch(() => []),
    (kept) => kept.some((name) => /^[0-9a-f]{64}$/.test(name)),
  );
  const changed = { ...files, "part7.ts": "export const part7 = 7;" };
  expect(await logOf(changed)).toContain("202 modules, of which 1 were made anew");
});
