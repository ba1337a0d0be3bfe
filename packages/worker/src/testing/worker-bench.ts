import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { aiDocument } from "@hivesync/contracts/jobs/ai-document";
import type { JobDefinition } from "@hivesync/contracts/jobs/job-definition";
import type { QueueName } from "@hivesync/contracts/jobs/job-state";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { repoSync } from "@hivesync/contracts/jobs/repo-sync";
import { openDatabase, type Database } from "@hivesync/db/client";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { createEnqueuer } from "@hivesync/platform/queue/enqueue";
import { openStorage, type Storage, type StorageOptions } from "@hivesync/platform/storage/client";
import { prepareRuntimes } from "@hivesync/preview-builder/runtimes/runtime-cache";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import { createTestStack, type TestStack } from "@hivesync/testing/test-stack";
import type { Job } from "bullmq";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { toWriterSettings } from "#ai/ai-variables.ts";
import { documentCode } from "#ai/document-code.ts";
import { createWorkerDeps, type WorkerDeps } from "#deps.ts";
import { workerVariables } from "#env.ts";
import { tableOf, type JobKind } from "#job/job-tables.ts";
import { jobRow, startJobs } from "#job-table.ts";
import { buildPreview } from "#preview/build-preview.ts";
import { startCallbackReceiver, type CallbackReceiver } from "./callback-receiver.ts";
import { publish, seedTeam, submitAi, type AiOrder, type Team } from "./publish.ts";
import { openWriters } from "#ai/writers.ts";
import { readEnvironment } from "@hivesync/platform/env";

// Runtimes are named by what they are built from, so one folder serves every run.
const runtimesDirectory = fileURLToPath(new URL("../../../../.hivesync/cache/test-runtimes", import.meta.url));

/** A worker that a test runs in its own process. */
export interface BenchWorker extends AsyncDisposable {
  deps: WorkerDeps;
  /** As at a signal: running jobs have `graceMs`, then they are aborted. */
  stop: (graceMs: number) => Promise<void>;
}

/** How a worker of a test differs from one of `pnpm dev`. */
export interface BenchWorkerSettings {
  /** Environment variables besides the bench's own. */
  env?: Readonly<Record<string, string>>;
  /** The script that does AI jobs. */
  writerCommand?: string;
}

/** Everything around a worker: services, a team, the API's stand-in. */
export interface WorkerBench extends AsyncDisposable {
  stack: TestStack;
  /** As the superuser, to arrange and to look. */
  db: Database;
  storage: Storage;
  team: Team;
  api: CallbackReceiver;
  /** The environment of a worker with a data folder of its own. */
  environment: (dataDirectory: string) => Record<string, string>;
  /** A fresh data folder, with the runtimes built. */
  dataDirectory: () => Promise<string>;
  /** Runs a worker that repeats callbacks after milliseconds and gives up soon. */
  startWorker: (dataDirectory?: string, settings?: BenchWorkerSettings) => Promise<BenchWorker>;
  /** Makes a preview's row with all that it needs, as the API does. Answers the job's id. */
  publish: (files: Readonly<Record<string, string>>) => Promise<string>;
  /** The same for an AI job. */
  submitAi: (files: Readonly<Record<string, string>>, order?: Partial<AiOrder>) => Promise<string>;
  /** Puts the job on a queue, which its row names from then on. */
  dispatch: (jobId: string, queue?: JobQueue) => Promise<void>;
  queueJob: (jobId: string, queue?: JobQueue) => Promise<Job>;
  row: (jobId: string) => Promise<typeof previewSessions.$inferSelect>;
  aiRow: (jobId: string) => Promise<typeof aiJobs.$inferSelect>;
}

const queues = {
  "preview-cpu": { kind: "preview", job: previewBuild },
  "preview-gpu": { kind: "preview", job: previewBuild },
  "ai-cpu": { kind: "ai", job: aiDocument },
  "ai-gpu": { kind: "ai", job: aiDocument },
  "repo-sync": { kind: "repo", job: repoSync },
} as const satisfies Partial<Record<QueueName, { kind: JobKind; job: JobDefinition<typeof previewBuild.payload> }>>;

type JobQueue = keyof typeof queues;

/** The dispatcher's side of the queues. */
function openQueue(stack: TestStack) {
  const onError = (error: Error): void => {
    throw error;
  };
  const connection = connectRedis({ url: stack.redisUrl, use: "worker", onError });
  const enqueuer = createEnqueuer({ connection, redisPrefix: stack.redisPrefix, onError });
  const idOf = (jobId: string): string => `${jobId}-1`;
  return {
    dispatch: (job_id: string, queue: JobQueue = "preview-cpu") =>
      enqueuer.add(queues[queue].job, { job_id }, { queue, jobId: idOf(job_id), priority: 8 }),
    queueJob: async (jobId: string, queue: JobQueue = "preview-cpu") => {
      const job = await enqueuer.queue(queue).getJob(idOf(jobId));
      if (!job) throw new Error(`no queue job for ${jobId}`);
      return job;
    },
    close: async () => {
      await enqueuer.close();
      connection.disconnect();
    },
  };
}

/** What both workers do, without what only one of them does. */
const rows = [
  jobRow({ queue: "preview-cpu", job: previewBuild, handler: buildPreview, concurrency: 1 }),
  jobRow({ queue: "ai-cpu", job: aiDocument, handler: documentCode, concurrency: 1 }),
];

async function startBenchWorker(
  environment: Record<string, string>,
  { env: more, writerCommand: command }: BenchWorkerSettings,
): Promise<BenchWorker> {
  const env = readEnvironment(z.object(workerVariables), { ...environment, ...more });
  const deps = await createWorkerDeps(env, { kind: "cpu" });
  deps.callback = { ...deps.callback, firstDelayMs: 10, giveUpAfterMs: 100 };
  if (command !== undefined) {
    deps.writers = openWriters({ settings: toWriterSettings(env), directory: deps.jobsDirectory, command });
  }
  const workers = startJobs(deps, rows);
  let stopped: Promise<void> | undefined;
  const stop = (graceMs: number): Promise<void> => {
    stopped ??= Promise.all(workers.map((worker) => worker.close(graceMs))).then(() => deps.close());
    return stopped;
  };
  return { deps, stop, [Symbol.asyncDispose]: () => stop(0) };
}

/** Routes a job's row to a queue and puts the job there. */
async function dispatchOn(
  name: JobQueue,
  { db, queue, jobId }: { db: Database; queue: ReturnType<typeof openQueue>; jobId: string },
): Promise<void> {
  const table = tableOf(queues[name].kind);
  await db.update(table).set({ queue: name }).where(eq(table.id, jobId));
  await queue.dispatch(jobId, name);
}

/** Sets a bench up. With `storage` the objects are in that store instead of the shared one. */
export async function createWorkerBench(options: { storage?: StorageOptions } = {}): Promise<WorkerBench> {
  const stack = await createTestStack();
  const api = await startCallbackReceiver(stack.workerSecret);
  const storageOptions = options.storage ?? stack.storage;
  const storage = openStorage(storageOptions);
  const database = openDatabase({ url: stack.databaseUrls.superuser, applicationName: "test", poolSize: 2 });
  const { db } = database;
  const queue = openQueue(stack);
  const directory = await mkdtemp(path.join(tmpdir(), "hivesync-worker-"));
  const team = await seedTeam(db);
  const environment = (dataDirectory: string) => ({
    ...stackEnvironment({ ...stack, storage: storageOptions }, "worker"),
    HIVESYNC_API_URL: api.url,
    HIVESYNC_LOG_LEVEL: "error",
    HIVESYNC_WORKER_CONCURRENCY: "1",
    HIVESYNC_WORKER_DATA_DIRECTORY: dataDirectory,
  });
  const dataDirectory = async (): Promise<string> => {
    await prepareRuntimes({ runtimeCacheDirectory: runtimesDirectory });
    const folder = await mkdtemp(path.join(directory, "data-"));
    await mkdir(path.join(folder, "blobs"));
    await symlink(runtimesDirectory, path.join(folder, "runtimes"));
    return folder;
  };
  return {
    stack,
    db,
    storage,
    team,
    api,
    environment,
    dataDirectory,
    startWorker: async (folder, settings = {}) =>
      startBenchWorker(environment(folder ?? (await dataDirectory())), settings),
    publish: (files) => publish({ db, storage, team }, files),
    submitAi: (files, order) => submitAi({ db, storage, team }, files, order),
    dispatch: (jobId, name = "preview-cpu") => dispatchOn(name, { db, queue, jobId }),
    queueJob: queue.queueJob,
    row: async (jobId) => {
      const [row] = await db.select().from(previewSessions).where(eq(previewSessions.id, jobId));
      if (!row) throw new Error(`no preview ${jobId}`);
      return row;
    },
    aiRow: async (jobId) => {
      const [row] = await db.select().from(aiJobs).where(eq(aiJobs.id, jobId));
      if (!row) throw new Error(`no AI job ${jobId}`);
      return row;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([api[Symbol.asyncDispose](), queue.close()]);
      storage.close();
      await database.close();
      await rm(directory, { recursive: true, force: true });
      await stack[Symbol.asyncDispose]();
    },
  };
}
