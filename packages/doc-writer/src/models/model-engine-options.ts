import type { DocEngine } from "#engine.ts";
import type { Patience } from "./ask-with-care.ts";
import type { ChatModel } from "./chat-model.ts";

/** What a model engine is made of. */
export interface ModelEngineOptions {
  model: ChatModel;
  /** Writes what the model did not; without one, the job fails with the model. */
  fallback: DocEngine | undefined;
  patience: Patience;
  /** What one request may hold, question and answer together. */
  maxTokens: number;
}
