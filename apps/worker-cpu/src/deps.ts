import { openDatabase, type Database } from "@hivesync/db/client";
import { createEnqueuer, type Enqueuer } from "@hivesync/platform/queue/enqueue";
import { createWorkerDeps, type WorkerDeps } from "@hivesync/worker/deps";
import type { WorkerCpuEnvironment } from "#env.ts";

/** Everything with state, made once and passed in. */
export interface Deps extends WorkerDeps {
  /** As the maintenance role: deletes what has had its time. */
  maintenanceDb: Database;
  /** For the schedules of maintenance. */
  enqueuer: Enqueuer;
}

/** Makes everything that this worker works with, and is done when it can build. */
export async function createDeps(env: WorkerCpuEnvironment): Promise<Deps> {
  const shared = await createWorkerDeps(env, { kind: "cpu" });
  const { log, redis, redisPrefix } = shared;
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
    close: async () => {
      await enqueuer.close();
      await Promise.all([shared.close(), maintenance.close()]);
    },
  };
}
