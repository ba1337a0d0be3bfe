import { jobLockMs } from "@hivesync/contracts/jobs/job-definition";
import { defaultScaling } from "@hivesync/contracts/scaling";
import { npmVariables } from "@hivesync/package-store/env";
import { count, logVariables, redisVariables, storageVariables, workerSecretVariables } from "@hivesync/platform/env";
import { tierVariables } from "@hivesync/platform/tier-overrides";
import { z } from "zod";
import { aiVariables } from "#ai/ai-variables.ts";

export const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });

/** What every worker reads from its environment. */
export const workerVariables = {
  ...logVariables,
  ...redisVariables,
  ...storageVariables,
  ...workerSecretVariables,
  ...tierVariables,
  ...aiVariables,
  ...npmVariables,
  /** Signs in as the role `hivesync_worker`. */
  HIVESYNC_DATABASE_URL: postgresUrl,
  /** The API's origin, as this worker reaches it. */
  HIVESYNC_API_URL: z.url({ protocol: /^https?$/ }),
  /** For the blob cache and jobs under way. Of this process alone; it may be lost. */
  HIVESYNC_WORKER_DATA_DIRECTORY: z.string().min(1),
  /** Framework runtimes, built where they are missing. Workers of one machine may share it. Default: in the data directory. */
  HIVESYNC_WORKER_RUNTIMES_DIRECTORY: z.string().min(1).optional(),
  /** Previews built at once, until there is a scaling rule. */
  HIVESYNC_WORKER_CONCURRENCY: count.max(64).default(defaultScaling["preview-cpu"].concurrency),
  /** Projects whose build's process stays ten minutes for their next build, which starts at once then, and as many whose AI job's process does where the engine is `static`; each takes some 150 MiB. 0 keeps none. */
  HIVESYNC_WORKER_WARM_PROJECTS: z.coerce.number().int().min(0).max(1_000).default(4),
  /** The most memory that one build takes, its bundler's counted, in MiB. */
  HIVESYNC_WORKER_BUILD_MEMORY_MB: count.default(2_048),
  /**
   * Walls around builds, by which the system itself keeps them from the network and from all files but their own. `auto` has them where they
   * can be put up and says so where they cannot, with `required` the worker does not start then, with `off` there are none.
   */
  HIVESYNC_WORKER_WALLS: z.enum(["auto", "required", "off"]).default("auto"),
  /** The program that puts the walls up, bubblewrap: its path, or its name where it is installed. */
  HIVESYNC_BWRAP: z.string().min(1).default("bwrap"),
  /** How long a job stays with this worker once it gives no sign of life, in milliseconds. */
  HIVESYNC_WORKER_LOCK_MS: count.default(jobLockMs),
  /** The most bytes of blobs kept on the disk between jobs. */
  HIVESYNC_WORKER_CACHE_BYTES: count.default(2_000_000_000),
  /** The most bytes of what builds made of large projects' modules, kept for the next build of the same project. */
  HIVESYNC_WORKER_MODULES_BYTES: count.default(2_000_000_000),
};

export type WorkerEnvironment = z.output<z.ZodObject<typeof workerVariables>>;
