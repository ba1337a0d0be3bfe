import { aiVariables as engineVariables, toAiSettings, type AiSettings } from "@hivesync/doc-writer/models/ai-settings";
import { defaultScaling } from "@hivesync/contracts/scaling";
import { count } from "@hivesync/platform/env";
import type { z } from "zod";

/** How AI jobs are done. */
export const aiVariables = {
  ...engineVariables,
  /** AI jobs at once, until there is a scaling rule. On a worker with GPUs it is one for each, whatever this says. */
  HIVESYNC_AI_CONCURRENCY: count.max(64).default(defaultScaling["ai-cpu"].concurrency),
  /** The longest that one AI job may take, in seconds. */
  HIVESYNC_AI_JOB_SECONDS: count.default(600),
  /** The most memory of one AI job, in MiB. Default: 2,048, and 32,768 where the model itself is in it. */
  HIVESYNC_AI_MEMORY_MB: count.optional(),
};

/** What the process that does one AI job is told and held to. */
export interface WriterSettings {
  engine: AiSettings;
  timeoutMs: number;
  maxResidentMb: number;
}

/** @throws Error that names every variable that the chosen engine lacks. */
export function toWriterSettings(env: z.output<z.ZodObject<typeof aiVariables>>): WriterSettings {
  const engine = toAiSettings(env);
  return {
    engine,
    timeoutMs: env.HIVESYNC_AI_JOB_SECONDS * 1_000,
    maxResidentMb: env.HIVESYNC_AI_MEMORY_MB ?? (engine.engine === "local" ? 32_768 : 2_048),
  };
}
