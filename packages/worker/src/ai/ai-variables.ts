import { count } from "@hivesync/platform/env";
import { z } from "zod";

/** How AI jobs are done. */
export const aiVariables = {
  /** Who writes: no model, a server that speaks OpenAI's protocol, or a model on this machine. */
  HIVESYNC_AI_ENGINE: z.enum(["static", "openai-compatible", "local"]).default("static"),
  /** When a model cannot be had or answers nothing of use: the static engine writes, or the job fails and says why. */
  HIVESYNC_AI_FALLBACK: z.enum(["static", "fail"]).default("static"),
  /** Of `openai-compatible`: the address before `/chat/completions`, the model's name there, and the key where one is asked for. */
  HIVESYNC_AI_BASE_URL: z.url({ protocol: /^https?$/ }).default("https://api.openai.com/v1"),
  HIVESYNC_AI_MODEL: z.string().optional(),
  HIVESYNC_AI_API_KEY: z.string().optional(),
  /** Of `local`: the path of a GGUF file. */
  HIVESYNC_AI_MODEL_PATH: z.string().optional(),
  /** AI jobs at once. On a GPU worker it is one for each GPU, whatever this says. */
  HIVESYNC_AI_CONCURRENCY: count.max(64).default(1),
  /** The longest that one AI job may take, in seconds. */
  HIVESYNC_AI_JOB_SECONDS: count.default(300),
  /** The most memory of one AI job, in MiB. Default: 2,048, and 32,768 where the model itself is in it. */
  HIVESYNC_AI_MEMORY_MB: count.optional(),
};

/** Which engine writes, and with what. */
export type EngineChoice =
  | { engine: "static" }
  | { engine: "openai-compatible"; baseUrl: string; model: string; apiKey: string | undefined }
  | { engine: "local"; modelPath: string };

/** What the process that does one AI job is told and held to. */
export interface EngineSettings {
  choice: EngineChoice;
  fallback: "static" | "fail";
  timeoutMs: number;
  maxResidentMb: number;
}

type AiEnvironment = z.output<z.ZodObject<typeof aiVariables>>;

function choose(env: AiEnvironment): EngineChoice {
  const { HIVESYNC_AI_ENGINE: engine, HIVESYNC_AI_MODEL: model, HIVESYNC_AI_MODEL_PATH: modelPath } = env;
  if (engine === "static") return { engine };
  if (engine === "local") {
    if (modelPath === undefined) throw new Error("HIVESYNC_AI_ENGINE=local needs HIVESYNC_AI_MODEL_PATH, a GGUF file.");
    return { engine, modelPath };
  }
  if (model === undefined) throw new Error("HIVESYNC_AI_ENGINE=openai-compatible needs HIVESYNC_AI_MODEL.");
  return { engine, model, baseUrl: env.HIVESYNC_AI_BASE_URL, apiKey: env.HIVESYNC_AI_API_KEY };
}

/** @throws Error that names the variable that the chosen engine lacks. */
export function engineSettings(env: AiEnvironment): EngineSettings {
  const choice = choose(env);
  return {
    choice,
    fallback: env.HIVESYNC_AI_FALLBACK,
    timeoutMs: env.HIVESYNC_AI_JOB_SECONDS * 1_000,
    maxResidentMb: env.HIVESYNC_AI_MEMORY_MB ?? (choice.engine === "local" ? 32_768 : 2_048),
  };
}
