import { jobLockMs } from "@hivesync/contracts/jobs/job-definition";
import {
  count,
  logVariables,
  readEnvironment,
  redisVariables,
  storageVariables,
  workerSecretVariables,
} from "@hivesync/platform/env";
import { tierVariables } from "@hivesync/platform/tier-overrides";
import { z } from "zod";

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

const variables = z.object({
  ...logVariables,
  ...redisVariables,
  ...storageVariables,
  ...workerSecretVariables,
  ...tierVariables,
  /** Signs in as the role `hivesync_worker`. */
  HIVESYNC_DATABASE_URL: postgresUrl,
  /** Signs in as the role `hivesync_maintenance`. */
  HIVESYNC_MAINTENANCE_DATABASE_URL: postgresUrl,
  /** The API's origin, as this worker reaches it. */
  HIVESYNC_API_URL: z.url({ protocol: /^https?$/ }),
  /** For the blob cache, the framework runtimes and builds under way. Of this process alone; it may be lost. */
  HIVESYNC_WORKER_DATA_DIRECTORY: z.string().min(1),
  /** Previews built at once. */
  HIVESYNC_WORKER_CONCURRENCY: count.max(64).default(2),
  /** How long a build stays with this worker once it gives no sign of life, in milliseconds. */
  HIVESYNC_WORKER_LOCK_MS: count.default(jobLockMs),
  /** The most bytes of blobs kept on the disk between builds. */
  HIVESYNC_WORKER_CACHE_BYTES: count.default(2_000_000_000),
});

export type WorkerEnvironment = z.output<typeof variables>;

/** The worker's settings from the environment. */
export function readWorkerEnvironment(source?: Readonly<Record<string, string | undefined>>): WorkerEnvironment {
  return readEnvironment(variables, source);
}
