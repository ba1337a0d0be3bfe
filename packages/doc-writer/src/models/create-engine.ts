import type { DocEngine } from "#engine.ts";
import { staticEngine } from "#static/static-engine.ts";
import type { AiSettings } from "./ai-settings.ts";
import type { Patience } from "./ask-with-care.ts";

/** An engine that may hold a model until it is disposed. */
export type OwnedEngine = DocEngine & AsyncDisposable;

/**
 * The engine that the settings name. The code of other engines is not loaded. No model is loaded or asked before its first order; one engine serves a process.
 *
 * @example
 * await using engine = await createEngine(toAiSettings(env));
 * const result = await writeDocs(engine, order, run);
 */
export async function createEngine(settings: AiSettings, patience: Partial<Patience> = {}): Promise<OwnedEngine> {
  if (settings.engine === "static") return { ...staticEngine, [Symbol.asyncDispose]: () => Promise.resolve() };
  const { openModelEngine } = await import("./open-model-engine.ts");
  return openModelEngine(settings, patience);
}
