import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { scalingRules } from "@hivesync/db/schema/scaling-rules";
import { tryWalls } from "@hivesync/platform/child/walls";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { readHeartbeats } from "@hivesync/platform/worker-heartbeat";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { heldProject, holdBuilds } from "@hivesync/worker/testing/hold-builds";
import { createWorkerBench, type WorkerBench } from "@hivesync/worker/testing/worker-bench";
import { alive, descendants } from "#testing/process-tree.ts";
import { startWorkerProcess } from "#testing/start-worker-process.ts";

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

const startProcess = (dataDirectory: string) => startWorkerProcess(bench.environment(dataDirectory));

function heartbeatOf(worker: ChildProcess) {
  return async () => (await readHeartbeats(redis, bench.stack.redisPrefix)).find(({ pid }) => pid === worker.pid);
}

test("a worker is on the list while it runs, and at SIGTERM takes itself off and ends with 0", async () => {
  const { worker } = await startProcess(await bench.dataDirectory());
  const heartbeat = await waitUntil(heartbeatOf(worker), (found) => found !== undefined);
  const queues = ["preview-cpu", "ai-cpu", "repo-sync", "maintenance"];
  const { walls } = await tryWalls(bench.stack.bubblewrap ?? "bwrap");
  expect(heartbeat).toMatchObject({ kind: "cpu", queues, walls: walls ? "namespace" : "none" });
  worker.kill("SIGTERM");
  expect(await once(worker, "exit")).toEqual([0, null]);
  expect(await heartbeatOf(worker)()).toBeUndefined();
});

test("its heartbeat tells how many jobs it runs at once by the rules that are in force", async () => {
  const { worker } = await startProcess(await bench.dataDirectory());
  const before = await waitUntil(heartbeatOf(worker), (found) => found !== undefined);
  await bench.db.insert(scalingRules).values({ queue: "preview-cpu", concurrency: 5 });
  onTestFinished(async () => void (await bench.db.delete(scalingRules)));
  // Of the bench's one at once.
  const raised = (before?.concurrency ?? 0) + 4;
  const after = await waitUntil(heartbeatOf(worker), (found) => found?.concurrency === raised);
  expect(after?.id).toBe(before?.id);
});

test("a worker killed in mid-build leaves no process behind, and its log holds no secret", async () => {
  const folder = await bench.dataDirectory();
  await holdBuilds(folder, bench.team.teamId);
  const { worker, output } = await startProcess(folder);
  const jobId = await bench.publish(heldProject);
  await bench.dispatch(jobId);
  await waitUntil(
    async () => (await bench.row(jobId)).progress?.phase,
    (phase) => phase === "building",
  );
  const children = await descendants(worker.pid ?? 0);
  expect(children.length).toBeGreaterThan(0);
  worker.kill("SIGKILL");
  await once(worker, "exit");
  expect(
    await waitUntil(
      () => alive(children),
      (pids) => pids.length === 0,
    ),
  ).toEqual([]);
  const secrets = Object.entries(bench.environment(folder)).filter(([name]) => name.includes("SECRET"));
  expect(secrets.filter(([, value]) => output().includes(value))).toEqual([]);
});
