import { readEnvironment } from "@hivesync/platform/env";
import { postgresUrl, workerVariables } from "@hivesync/worker/env";
import { z } from "zod";

const variables = z.object({
  ...workerVariables,
  /** Signs in as the role `hivesync_maintenance`. */
  HIVESYNC_MAINTENANCE_DATABASE_URL: postgresUrl,
});

export type WorkerCpuEnvironment = z.output<typeof variables>;

/** The worker's settings from the environment. */
export function readWorkerCpuEnvironment(source?: Readonly<Record<string, string | undefined>>): WorkerCpuEnvironment {
  return readEnvironment(variables, source);
}
