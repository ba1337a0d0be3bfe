import { count } from "@hivesync/platform/env";
import { z } from "zod";

/**
 * The environment of the model engines, for the workers' `env.ts`. {@link toAiSettings} says what goes together.
 *
 * @example
 * const variables = z.object({ ...logVariables, ...aiVariables });
 */
export const aiVariables = {
  /** Who writes: no model, a server with one, or a model on this machine. */
  HIVESYNC_AI_ENGINE: z.enum(["static", "openai-compatible", "local"]).default("static"),
  /** Of a server that speaks OpenAI's chat completions, as `https://api.openai.com/v1`. */
  HIVESYNC_AI_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** The name of the model at that server. */
  HIVESYNC_AI_MODEL: z.string().min(1).optional(),
  /** What that server asks for, if anything. */
  HIVESYNC_AI_API_KEY: z.string().min(1).optional(),
  /** A GGUF file. */
  HIVESYNC_AI_MODEL_PATH: z.string().min(1).optional(),
  /** What follows when the model fails: the static engine writes instead and says so, or the job fails. */
  HIVESYNC_AI_FALLBACK: z.enum(["static", "fail"]).default("static"),
  /** For one try of one request, in milliseconds. */
  HIVESYNC_AI_TIMEOUT_MS: count.max(3_600_000).default(120_000),
  /** What one request may hold, question and answer together: no more than the model's context. */
  HIVESYNC_AI_MAX_TOKENS: count.min(2_000).max(1_000_000).default(16_000),
};

export type AiVariables = z.output<z.ZodObject<typeof aiVariables>>;

interface ModelSettings {
  onFailure: "static" | "fail";
  timeoutMs: number;
  maxTokens: number;
}

/** Which engine writes, and how. */
export type AiSettings =
  | { engine: "static" }
  | ({ engine: "openai-compatible"; baseUrl: string; model: string; apiKey: string | undefined } & ModelSettings)
  | ({ engine: "local"; modelPath: string } & ModelSettings);

/**
 * The variables as {@link createEngine} takes them.
 *
 * @throws One error that names every variable that the chosen engine misses.
 */
export function toAiSettings(env: AiVariables): AiSettings {
  const shared: ModelSettings = {
    onFailure: env.HIVESYNC_AI_FALLBACK,
    timeoutMs: env.HIVESYNC_AI_TIMEOUT_MS,
    maxTokens: env.HIVESYNC_AI_MAX_TOKENS,
  };
  const engine = env.HIVESYNC_AI_ENGINE;
  const { HIVESYNC_AI_BASE_URL: baseUrl, HIVESYNC_AI_MODEL: model, HIVESYNC_AI_MODEL_PATH: modelPath } = env;
  if (engine === "static") return { engine };
  if (engine === "local" && modelPath !== undefined) return { engine, modelPath, ...shared };
  if (engine === "openai-compatible" && baseUrl !== undefined && model !== undefined) {
    return { engine, baseUrl, model, apiKey: env.HIVESYNC_AI_API_KEY, ...shared };
  }
  const needed = engine === "local" ? (["MODEL_PATH"] as const) : (["BASE_URL", "MODEL"] as const);
  const missing = needed.map((name) => `HIVESYNC_AI_${name}` as const).filter((name) => env[name] === undefined);
  throw new Error(`HIVESYNC_AI_ENGINE=${engine} needs ${missing.join(" and ")}.`);
}
