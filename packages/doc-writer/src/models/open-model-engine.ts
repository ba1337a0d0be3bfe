import { staticEngine } from "#static/static-engine.ts";
import type { AiSettings } from "./ai-settings.ts";
import { usualPatience } from "./ask-with-care.ts";
import type { Patience } from "./ask-with-care.ts";
import type { ChatModel } from "./chat-model.ts";
import { ModelEngine } from "./model-engine.ts";

export type ModelSettings = Exclude<AiSettings, { engine: "static" }>;

/** Each way to a model is loaded for itself: the one to servers has an SDK behind it. */
async function openModel(settings: ModelSettings): Promise<ChatModel> {
  if (settings.engine === "local") {
    const { LocalModel } = await import("./local/local-model.ts");
    return new LocalModel({ modelPath: settings.modelPath, contextTokens: settings.maxTokens });
  }
  const { OpenAiModel } = await import("./openai/openai-model.ts");
  return new OpenAiModel(settings);
}

export async function openModelEngine(settings: ModelSettings, patience: Partial<Patience>): Promise<ModelEngine> {
  return new ModelEngine({
    model: await openModel(settings),
    fallback: settings.onFailure === "static" ? staticEngine : undefined,
    patience: { ...usualPatience, timeoutMs: settings.timeoutMs, ...patience },
    maxTokens: settings.maxTokens,
  });
}
