import { readEnvironment } from "@hivesync/platform/env";
import { workerVariables } from "@hivesync/worker/env";
import { z } from "zod";

export const workerGpuVariables = z.object({
  ...workerVariables,
  /** `software`: also where there is no GPU, and slower then. */
  HIVESYNC_GPU: z.enum(["required", "software"]).default("required"),
  /** Pictures of finished previews: only where pages can be confined, never, or `unsafe`: anywhere. */
  HIVESYNC_SNAPSHOTS: z.enum(["on", "off", "unsafe"]).default("on"),
});

export type WorkerGpuEnvironment = z.output<typeof workerGpuVariables>;

/** The worker's settings from the environment. */
export function readWorkerGpuEnvironment(source?: Readonly<Record<string, string | undefined>>): WorkerGpuEnvironment {
  return readEnvironment(workerGpuVariables, source);
}
