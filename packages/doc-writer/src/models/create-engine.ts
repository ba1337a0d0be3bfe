import type { DocEngine } from "#engine.ts";
import { staticEngine } from "#static/static-engine.ts";
import type { AiSettings } from "./ai-settings.ts";
import { usualPatience } from "./ask-with-care.ts";
import type { Patience } from "./ask-with-care.ts";
import type { ChatModel } from "./chat-model.ts";
import { LocalModel } from "./local/local-model.ts";
import { ModelEngine } from "./model-engine.ts";
import { OpenAiModel } from "./openai/openai-model.ts";

/** An engine that may hold a model until it is disposed. */
export type OwnedEngine = DocEngine & AsyncDisposable;

function openModel(settings: Exclude<AiSettings, { engine: "static" }>): ChatModel {
  return settings.engine === "local"
    ? new LocalModel({ modelPath: settings.modelPath, contextTokens: settings.maxTokens })
    : new OpenAiModel(settings);
}

/**
 * The engine that the settings name. Nothing is loaded or asked before its first order; one engine serves a process.
 *
 * @example
 * await using engine = createEngine(toAiSettings(env));
 * const result = await writeDocs(engine, order, run);
 */
export function createEngine(settings: AiSettings, patience: Partial<Patience> = {}): OwnedEngine {
  if (settings.engine === "static") return { ...staticEngine, [Symbol.asyncDispose]: () => Promise.resolve() };
  return new ModelEngine({
    model: openModel(settings),
    fallback: settings.onFailure === "static" ? staticEngine : undefined,
    patience: { ...usualPatience, timeoutMs: settings.timeoutMs, ...patience },
    maxTokens: settings.maxTokens,
  });
}
