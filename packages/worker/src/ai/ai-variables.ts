import { count } from "@hivesync/platform/env";
import { z } from "zod";

/** How AI jobs are done. */
export const aiVariables = {
  /** Who writes. `static` needs no model. */
  HIVESYNC_AI_ENGINE: z.enum(["static"]).default("static"),
  /** AI jobs at once. On a GPU worker it is one for each GPU, whatever this says. */
  HIVESYNC_AI_CONCURRENCY: count.max(64).default(1),
  /** The longest that one AI job may take, in seconds. */
  HIVESYNC_AI_JOB_SECONDS: count.default(600),
  /** The most memory of one AI job, in MiB. Default: 2,048. */
  HIVESYNC_AI_MEMORY_MB: count.default(2_048),
};

/** What the process that does one AI job is held to. */
export interface WriterLimits {
  timeoutMs: number;
  maxResidentMb: number;
}

type AiEnvironment = z.output<z.ZodObject<typeof aiVariables>>;

/** The limits that the environment sets. */
export function toWriterLimits(env: AiEnvironment): WriterLimits {
  return { timeoutMs: env.HIVESYNC_AI_JOB_SECONDS * 1_000, maxResidentMb: env.HIVESYNC_AI_MEMORY_MB };
}
