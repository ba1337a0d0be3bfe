import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createHiveSync, createMemorySource, createMemoryStore, type HiveSync } from "@hivesync/sdk";
import { repositoryRoot } from "#dev/env.ts";
import { createBenchStack, type Bench, type BenchStack, type RunningTarget } from "../bench-stack.ts";
import { takeTurns } from "../callers.ts";
import { insertProjects } from "../calls.ts";
import { readTreeUsage } from "../process-tree.ts";
import { reading, type Reading, type RowReport } from "../report.ts";

const atOnce = 4;
const users = 4;
const jobsOfARound = 60;
const mebibyte = 1_024 * 1_024;
const example = path.join(repositoryRoot, "examples", "todo-native");

type Files = Record<string, string | Uint8Array>;

async function readExample(): Promise<Files> {
  const entries = await readdir(example, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(example, path.join(entry.parentPath, entry.name)))
    .filter((name) => !name.includes("node_modules"));
  const files = await Promise.all(names.map(async (name) => [name, await readFile(path.join(example, name))] as const));
  return Object.fromEntries(files);
}

/** Does so many jobs, a few at a time. */
async function doJobs(count: number, job: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await job((next += 1));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

interface Sample {
  /** CPU of the worker's and of the API's processes for one job. */
  workerMs: number;
  apiMs: number;
  /** The most that the worker's processes held. */
  workerBytes: number;
  apiBytes: number;
}

interface Processes {
  worker: RunningTarget["process"];
  api: RunningTarget;
}

async function measure({ worker, api }: Processes, count: number, run: () => Promise<void>): Promise<Sample> {
  const [workerBefore, apiBefore] = await Promise.all([readTreeUsage(worker.pid), readTreeUsage(api.pid)]);
  const most = { worker: workerBefore.residentBytes, api: apiBefore.residentBytes };
  const note = async (): Promise<void> => {
    const [ofWorker, ofApi] = await Promise.all([readTreeUsage(worker.pid), readTreeUsage(api.pid)]);
    most.worker = Math.max(most.worker, ofWorker.residentBytes);
    most.api = Math.max(most.api, ofApi.residentBytes);
  };
  const look = setInterval(() => void note(), 200);
  await run().finally(() => clearInterval(look));
  const [workerAfter, apiAfter] = await Promise.all([readTreeUsage(worker.pid), readTreeUsage(api.pid)]);
  return {
    workerMs: (workerAfter.cpuMs - workerBefore.cpuMs) / count,
    apiMs: (apiAfter.cpuMs - apiBefore.cpuMs) / count,
    workerBytes: most.worker,
    apiBytes: most.api,
  };
}

const perMinute = (milliseconds: number): number => 60_000 / milliseconds;

function readingsOf(what: string, sample: Sample): Reading[] {
  return [
    reading({
      what: `${what}, per minute and core of a worker`,
      ours: perMinute(sample.workerMs),
      beside: { name: "CPU of one in ms", value: sample.workerMs },
      unit: "",
      result: perMinute(sample.workerMs),
      resultUnit: "/min",
    }),
    reading({
      what: `${what}, per minute and core of the API`,
      ours: perMinute(sample.apiMs),
      beside: { name: "CPU of one in ms", value: sample.apiMs },
      unit: "",
      result: perMinute(sample.apiMs),
      resultUnit: "/min",
    }),
  ];
}

function memoryReading(what: string, idle: number, busy: number): Reading {
  return reading({
    what: `memory of ${what}, busy`,
    ours: busy / mebibyte,
    beside: { name: "idle", value: idle / mebibyte },
    unit: "MiB",
    result: busy / mebibyte,
    resultUnit: "MiB",
  });
}

interface SignedIn {
  hive: HiveSync;
  projectId: string;
}

/** Users who take turns: one alone may not make so many calls in a minute. */
async function signIn(stack: BenchStack, origin: string): Promise<() => SignedIn> {
  const callers = await stack.insertCallers(users);
  await stack.sql`UPDATE users SET tier = 'Pro'`;
  const projectOf = await insertProjects(stack.sql, callers, 1);
  const signedIn = await Promise.all(
    callers.map(async (caller) => {
      const credentials = createMemoryStore();
      const expiresAtMs = Date.now() + 3_600_000;
      await credentials.save(origin, { accessToken: caller.token, refreshToken: "none", expiresAtMs });
      return { hive: createHiveSync({ baseUrl: origin, credentials }), projectId: projectOf(caller) };
    }),
  );
  return takeTurns(signedIn);
}

interface Work {
  publish: (index: number) => Promise<unknown>;
  document: (index: number) => Promise<unknown>;
}

/** A preview of the example with one changed file, and documentation of one file, as a plugin asks for them. */
async function prepareWork(stack: BenchStack, origin: string): Promise<Work> {
  const next = await signIn(stack, origin);
  const files = await readExample();
  const [theme, items] = [String(files["src/theme.ts"]), String(files["src/useItems.ts"])];
  return {
    publish: (index) => {
      const { hive, projectId } = next();
      const changed = createMemorySource({ ...files, "src/theme.ts": `${theme}\n// ${index}\n` });
      return hive.previews.publishFiles({ project_id: projectId, files: changed });
    },
    document: (index) => {
      const { hive, projectId } = next();
      return hive.docs.write({
        project_id: projectId,
        job_type: "document",
        selection: [{ path: "useItems.ts" }],
        files: { "useItems.ts": `${items}\n// ${index}\n` },
      });
    },
  };
}

async function startBoth(stack: BenchStack, directory: string): Promise<Processes> {
  const many = { previewsPerMinute: 100_000, aiJobsPerMinute: 100_000, previewsAtOnce: atOnce, aiJobsAtOnce: atOnce };
  const tiers = { HIVESYNC_TIERS: JSON.stringify({ Pro: many }) };
  const api = await stack.startApi({ environment: tiers });
  const worker = await stack.startWorker({
    ...tiers,
    HIVESYNC_WORKER_DATA_DIRECTORY: directory,
    HIVESYNC_WORKER_CONCURRENCY: "2",
    HIVESYNC_AI_CONCURRENCY: "2",
  });
  return { api, worker };
}

/** What a core does in a minute, and what memory processes take: the figures of capacity planning. */
export async function measureCapacity(bench: Bench): Promise<RowReport> {
  await using stack = await createBenchStack(bench);
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-capacity-"));
  try {
    const processes = await startBoth(stack, directory);
    const { publish, document } = await prepareWork(stack, processes.api.origin);
    // What is only done once is done before.
    await doJobs(atOnce, (index) => publish(-index));
    await doJobs(atOnce, (index) => document(-index));
    const [idleWorker, idleApi] = await Promise.all([
      readTreeUsage(processes.worker.pid),
      readTreeUsage(processes.api.pid),
    ]);
    const count = Math.max(atOnce, Math.round(jobsOfARound * Math.min(1, bench.scale * 2)));
    const previews = await measure(processes, count, () => doJobs(count, publish));
    const documents = await measure(processes, count, () => doJobs(count, document));
    return {
      readings: [
        ...readingsOf("previews of examples/todo-native", previews),
        ...readingsOf("AI jobs of one file by the static engine", documents),
        memoryReading("the API", idleApi.residentBytes, Math.max(previews.apiBytes, documents.apiBytes)),
        memoryReading(
          "a CPU worker with its children, two previews and two AI jobs at once",
          idleWorker.residentBytes,
          Math.max(previews.workerBytes, documents.workerBytes),
        ),
      ],
      notes: [
        `${count} of each, ${atOnce} at a time, by the SDK: request, upload of the one changed file, build, callback, and the progress that is shown meanwhile.`,
        "By the CPU that the processes used, with their children, so that it does not depend on what else the machine does. Postgres, Redis and storage come on top.",
        "Memory is the resident set, where what processes share counts for each.",
      ],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
