import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { openDatabase, type Database } from "@hivesync/db/client";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { connectRedis } from "@hivesync/platform/queue/connection";
import { createEnqueuer } from "@hivesync/platform/queue/enqueue";
import { openStorage, type Storage, type StorageOptions } from "@hivesync/platform/storage/client";
import { prepareRuntimes } from "@hivesync/preview-builder/runtimes/runtime-cache";
import { stackEnvironment } from "@hivesync/testing/stack-environment";
import { createTestStack, type TestStack } from "@hivesync/testing/test-stack";
import type { Job } from "bullmq";
import { eq } from "drizzle-orm";
import { createDeps, type Deps } from "#deps.ts";
import { readWorkerEnvironment } from "#env.ts";
import { startJobs } from "#jobs.ts";
import { startCallbackReceiver, type CallbackReceiver } from "./callback-receiver.ts";
import { publish, seedTeam, type Team } from "./publish.ts";

// Runtimes are named by what they are built from, so one folder serves every run.
const runtimesDirectory = fileURLToPath(new URL("../../../../.hivesync/cache/test-runtimes", import.meta.url));

/** A worker that a test runs in its own process. */
export interface BenchWorker extends AsyncDisposable {
  deps: Deps;
  /** As at a signal: running jobs have `graceMs`, then they are aborted. */
  stop: (graceMs: number) => Promise<void>;
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
  startWorker: (dataDirectory?: string) => Promise<BenchWorker>;
  /** Makes a preview's row with all that it needs, as the API does. Answers the job's id. */
  publish: (files: Readonly<Record<string, string>>) => Promise<string>;
  /** Puts the preview on its queue, as the dispatcher does. */
  dispatch: (jobId: string) => Promise<void>;
  queueJob: (jobId: string) => Promise<Job>;
  row: (jobId: string) => Promise<typeof previewSessions.$inferSelect>;
}

/** The dispatcher's side of the queue. */
function openQueue(stack: TestStack) {
  const onError = (error: Error): void => {
    throw error;
  };
  const connection = connectRedis({ url: stack.redisUrl, use: "worker", onError });
  const enqueuer = createEnqueuer({ connection, redisPrefix: stack.redisPrefix, onError });
  const idOf = (jobId: string): string => `${jobId}-1`;
  return {
    dispatch: (job_id: string) =>
      enqueuer.add(previewBuild, { job_id }, { queue: "preview-cpu", jobId: idOf(job_id), priority: 8 }),
    queueJob: async (jobId: string) => {
      const job = await enqueuer.queue("preview-cpu").getJob(idOf(jobId));
      if (!job) throw new Error(`no queue job for ${jobId}`);
      return job;
    },
    close: async () => {
      await enqueuer.close();
      connection.disconnect();
    },
  };
}

async function startBenchWorker(environment: Record<string, string>): Promise<BenchWorker> {
  const env = readWorkerEnvironment(environment);
  const deps = await createDeps(env);
  deps.callback = { ...deps.callback, firstDelayMs: 10, giveUpAfterMs: 100 };
  const workers = startJobs(deps, env.HIVESYNC_WORKER_CONCURRENCY);
  let stopped: Promise<void> | undefined;
  const stop = (graceMs: number): Promise<void> => {
    stopped ??= Promise.all(workers.map((worker) => worker.close(graceMs))).then(() => deps.close());
    return stopped;
  };
  return { deps, stop, [Symbol.asyncDispose]: () => stop(0) };
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
    startWorker: async (folder) => startBenchWorker(environment(folder ?? (await dataDirectory()))),
    publish: (files) => publish({ db, storage, team }, files),
    dispatch: queue.dispatch,
    queueJob: queue.queueJob,
    row: async (jobId) => {
      const [row] = await db.select().from(previewSessions).where(eq(previewSessions.id, jobId));
      if (!row) throw new Error(`no preview ${jobId}`);
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
