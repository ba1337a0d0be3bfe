import path from "node:path";
import { openDatabase, type Database } from "@hivesync/db/client";
import { createEnqueuer, type Enqueuer } from "@hivesync/platform/queue/enqueue";
import { createWorkerDeps, type WorkerDeps } from "@hivesync/worker/deps";
import type { WorkerCpuEnvironment } from "#env.ts";
import { openMirrorCache } from "#repo-sync/mirror-cache.ts";
import type { RepoSettings } from "#repo-sync/repo-settings.ts";

/** Everything with state, made once and passed in. */
export interface Deps extends WorkerDeps {
  /** As the maintenance role: deletes what has had its time. */
  maintenanceDb: Database;
  /** For the schedules of maintenance. */
  enqueuer: Enqueuer;
  repos: RepoSettings;
}

async function openRepos(env: WorkerCpuEnvironment): Promise<RepoSettings> {
  const directory = path.join(path.resolve(env.HIVESYNC_WORKER_DATA_DIRECTORY), "mirrors");
  return {
    keys: env.HIVESYNC_REPO_KEY,
    access: {
      hosts: env.HIVESYNC_REPO_HOSTS,
      loopbackHosts: env.HIVESYNC_REPO_LOOPBACK_HOSTS,
      ...(env.HIVESYNC_REPO_CA_FILE !== undefined && { caFile: env.HIVESYNC_REPO_CA_FILE }),
    },
    mirrors: await openMirrorCache(directory, env.HIVESYNC_REPO_CACHE_BYTES),
  };
}

/** Makes everything that this worker works with, and is done when it can build. */
export async function createDeps(env: WorkerCpuEnvironment): Promise<Deps> {
  const shared = await createWorkerDeps(env, { kind: "cpu" });
  const { log, redis, redisPrefix } = shared;
  const repos = await openRepos(env);
  const maintenance = openDatabase({
    url: env.HIVESYNC_MAINTENANCE_DATABASE_URL,
    applicationName: "hivesync-maintenance",
    poolSize: 1,
    // Nobody waits for a clean-up, and some of them read a table whole.
    statementTimeoutMs: 60_000,
  });
  const onError = (error: Error): void => log.debug("queue_error", { error });
  const enqueuer = createEnqueuer({ connection: redis, redisPrefix, onError });
  return {
    ...shared,
    maintenanceDb: maintenance.db,
    enqueuer,
    repos,
    close: async () => {
      await enqueuer.close();
      await Promise.all([shared.close(), maintenance.close()]);
    },
  };
}
