import type { TestStack } from "./stack.ts";

/** The environment variables of a process on a test stack: its own login, its own secrets, and where everything is. */
export function stackEnvironment(stack: TestStack, process: "api" | "worker"): Record<string, string> {
  const own =
    process === "api"
      ? { HIVESYNC_DATABASE_URL: stack.databaseUrls.api, HIVESYNC_MASTER_KEY: stack.masterKey }
      : {
          HIVESYNC_DATABASE_URL: stack.databaseUrls.worker,
          HIVESYNC_MAINTENANCE_DATABASE_URL: stack.databaseUrls.maintenance,
          ...(stack.bubblewrap !== undefined && { HIVESYNC_BWRAP: stack.bubblewrap }),
        };
  return {
    ...own,
    HIVESYNC_REDIS_URL: stack.redisUrl,
    HIVESYNC_REDIS_PREFIX: stack.redisPrefix,
    HIVESYNC_S3_ENDPOINT: stack.storage.endpoint,
    HIVESYNC_S3_REGION: stack.storage.region,
    HIVESYNC_S3_BUCKET: stack.storage.bucket,
    HIVESYNC_S3_ACCESS_KEY_ID: stack.storage.accessKeyId,
    HIVESYNC_S3_SECRET_ACCESS_KEY: stack.storage.secretAccessKey,
    HIVESYNC_WORKER_SECRETS: stack.workerSecret,
    HIVESYNC_REPO_KEY: stack.repoKey,
  };
}
