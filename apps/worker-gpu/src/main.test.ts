import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { keyOfObjectUrl } from "@hivesync/platform/storage/object-keys";
import { readHeartbeats } from "@hivesync/platform/worker-heartbeat";
import { waitUntil } from "@hivesync/testing/wait-until";
import { createWorkerBench, type WorkerBench } from "@hivesync/worker/testing/worker-bench";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

const mainFile = fileURLToPath(new URL("./main.ts", import.meta.url));

let bench: WorkerBench;
let redis: Redis;

beforeAll(async () => {
  bench = await createWorkerBench();
  redis = connectRedis({
    url: bench.stack.redisUrl,
    use: "worker",
    onError: (error) => {
      throw error;
    },
  });
});
afterAll(async () => {
  redis.disconnect();
  await bench[Symbol.asyncDispose]();
});

/** The environment of a machine without a GPU, whatever this one has. */
async function environment(more: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const env = bench.environment(await bench.dataDirectory());
  return { ...env, HIVESYNC_LOG_LEVEL: "info", ...more };
}

async function startProcess(
  more: Readonly<Record<string, string>>,
): Promise<{ worker: ChildProcess; output: () => string }> {
  // With no PATH but that of the system's own tools: a driver elsewhere is not found.
  const env = { PATH: "/usr/bin:/bin", HIVESYNC_GPU: "software", ...(await environment(more)) };
  const worker = spawn(process.execPath, [mainFile], { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  worker.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  onTestFinished(() => {
    worker.kill("SIGKILL");
  });
  await waitUntil(
    () => text,
    (lines) => lines.includes("worker_started"),
    { seconds: 40 },
  );
  return { worker, output: () => text };
}

function heartbeatOf(worker: ChildProcess) {
  return async () => (await readHeartbeats(redis, bench.stack.redisPrefix)).find(({ pid }) => pid === worker.pid);
}

test("with no GPU it refuses to start, and says which setting lets it", async () => {
  const env = { PATH: "/nowhere", ...(await environment({})) };
  const refused = promisify(execFile)(process.execPath, [mainFile], { env });
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("set HIVESYNC_GPU=software"),
  });
});

test("with no GPU, told to work in software, it says so in its heartbeat and in its log", async () => {
  const { worker, output } = await startProcess({ PATH: "/nowhere", HIVESYNC_SNAPSHOTS: "off" });
  const heartbeat = await waitUntil(heartbeatOf(worker), (found) => found !== undefined);
  expect(heartbeat).toMatchObject({
    kind: "gpu",
    queues: ["preview-gpu", "ai-gpu"],
    gpu: { mode: "software", name: null, memory_total_mb: null, memory_used_mb: null, utilization: null },
    sandbox: "none",
  });
  expect(output()).toMatch(/"mode":"software".*"event_type":"no_gpu"/);
  worker.kill("SIGTERM");
  expect(await once(worker, "exit")).toEqual([0, null]);
  expect(await heartbeatOf(worker)()).toBeUndefined();
});

test("a preview of the GPU queue is built and pictured, and the pictures are among its artifacts", async () => {
  await startProcess({ HIVESYNC_SNAPSHOTS: "unsafe" });
  const jobId = await bench.publish({ "index.html": "<!doctype html><body style='background: teal'><h1>Hello" });
  await bench.dispatch(jobId, "preview-gpu");
  const received = await waitUntil(
    () => bench.api.received,
    (all) => all.length > 0,
  );
  const body = received[0]?.body;
  expect(body).toMatchObject({ job_id: jobId, status: "SUCCESS", metrics: { warnings: [] } });
  const pictures = (body?.artifacts ?? []).filter(({ name }) => name.startsWith("snapshot_"));
  expect(pictures.map(({ name }) => name)).toEqual(["snapshot_phone", "snapshot_tablet", "snapshot_desktop"]);
  for (const { url } of pictures) {
    const stored = await bench.storage.head(keyOfObjectUrl(bench.storage.bucket, url) ?? "");
    expect(stored).toMatchObject({ contentType: "image/png" });
  }
});
