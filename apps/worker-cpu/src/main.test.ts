import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { scalingRules } from "@hivesync/db/schema/scaling-rules";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { readHeartbeats } from "@hivesync/platform/worker-heartbeat";
import { waitUntil } from "@hivesync/testing/wait-until";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { heldProject, holdBuilds } from "@hivesync/worker/testing/hold-builds";
import { createWorkerBench, type WorkerBench } from "@hivesync/worker/testing/worker-bench";

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

async function startProcess(dataDirectory: string): Promise<{ worker: ChildProcess; output: () => string }> {
  const env = { ...bench.environment(dataDirectory), HIVESYNC_LOG_LEVEL: "info" };
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
  );
  return { worker, output: () => text };
}

function heartbeatOf(worker: ChildProcess) {
  return async () => (await readHeartbeats(redis, bench.stack.redisPrefix)).find(({ pid }) => pid === worker.pid);
}

interface ProcessRow {
  pid: number;
  parent: number;
}

/** Every process of the machine, from /proc. */
async function allProcesses(): Promise<ProcessRow[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
      return state === undefined || state === "" || state === "Z" ? [] : [{ pid: Number(pid), parent: Number(parent) }];
    }),
  );
  return rows.flat();
}

function descendants(rows: readonly ProcessRow[], ancestor: number): number[] {
  return rows.filter(({ parent }) => parent === ancestor).flatMap(({ pid }) => [pid, ...descendants(rows, pid)]);
}

test("a worker is on the list while it runs, and at SIGTERM takes itself off and ends with 0", async () => {
  const { worker } = await startProcess(await bench.dataDirectory());
  const heartbeat = await waitUntil(heartbeatOf(worker), (found) => found !== undefined);
  expect(heartbeat).toMatchObject({ kind: "cpu", queues: ["preview-cpu", "ai-cpu", "maintenance"] });
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
  const children = descendants(await allProcesses(), worker.pid ?? 0);
  expect(children.length).toBeGreaterThan(0);
  worker.kill("SIGKILL");
  await once(worker, "exit");
  const survivors = async (): Promise<number[]> => {
    const alive = new Set((await allProcesses()).map(({ pid }) => pid));
    return children.filter((pid) => alive.has(pid));
  };
  expect(await waitUntil(survivors, (pids) => pids.length === 0)).toEqual([]);
  const secrets = Object.entries(bench.environment(folder)).filter(([name]) => name.includes("SECRET"));
  expect(secrets.filter(([, value]) => output().includes(value))).toEqual([]);
});
