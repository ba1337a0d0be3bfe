import { defaultScaling } from "@hivesync/contracts/scaling";
import { count, readEnvironment, repoVariables } from "@hivesync/platform/env";
import { postgresUrl, workerVariables } from "@hivesync/worker/env";
import { z } from "zod";

export const workerCpuVariables = z.object({
  ...workerVariables,
  ...repoVariables,
  /** For tests alone: hosts of HIVESYNC_REPO_HOSTS whose address may be a loopback one. */
  HIVESYNC_REPO_LOOPBACK_HOSTS: z
    .string()
    .optional()
    .transform((hosts) => hosts?.split(",") ?? []),
  /** A file of certificates in PEM that git trusts besides the system's, as of a company's own git server. */
  HIVESYNC_REPO_CA_FILE: z.string().optional(),
  /** Repositories mirrored at once, until there is a scaling rule. */
  HIVESYNC_REPO_CONCURRENCY: count.max(16).default(defaultScaling["repo-sync"].concurrency),
  /** The most bytes of mirrors kept on the disk between syncs. */
  HIVESYNC_REPO_CACHE_BYTES: count.default(5_000_000_000),
  /** Signs in as the role `hivesync_maintenance`. */
  HIVESYNC_MAINTENANCE_DATABASE_URL: postgresUrl,
});

export type WorkerCpuEnvironment = z.output<typeof workerCpuVariables>;

/** The worker's settings from the environment. */
export function readWorkerCpuEnvironment(source?: Readonly<Record<string, string | undefined>>): WorkerCpuEnvironment {
  return readEnvironment(workerCpuVariables, source);
}
