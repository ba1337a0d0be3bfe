import type { Question } from "#models/chat-model.ts";
import type { FailureReason } from "#models/model-failure.ts";

/** How a local model is loaded. */
export interface LocalModelOptions {
  /** A GGUF file. */
  modelPath: string;
  /** Question and answer together. A model trained for less gets less. */
  contextTokens: number;
}

/** To the model's process. */
export type ModelRequest = { type: "ask"; question: Question } | { type: "stop" } | { type: "unload" };

/** From it. `answer`, `failed` and `stopped` each end a question. */
export type ModelReport =
  | { type: "ready" }
  | { type: "length"; characters: number }
  | { type: "answer"; text: string }
  | { type: "failed"; reason: FailureReason }
  | { type: "stopped" };
