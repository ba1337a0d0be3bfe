import type { AnswerSchema } from "./answer-schema.ts";

/** One question to a model. */
export interface Question {
  /** Ours alone: no text of a user, a file or a model is in it. */
  system: string;
  prompt: string;
  schema: AnswerSchema;
  maxOutputTokens: number;
}

export interface Asking {
  signal: AbortSignal;
  /** Told how many characters of the answer there are so far. */
  onLength: (characters: number) => void;
}

/** A model that answers in text. The text is what the model said, whatever that is; whoever asks checks it. */
export interface ChatModel extends AsyncDisposable {
  readonly name: "openai-compatible" | "local";
  /**
   * Waits until it can be asked: a local model is loaded then, and stays so.
   *
   * @throws ModelFailure when it cannot be.
   * @throws The reason of `signal`.
   */
  ready(signal: AbortSignal): Promise<void>;
  /**
   * @throws ModelFailure when there is no answer.
   * @throws The reason of `signal`, within a second of its abort.
   */
  ask(question: Question, asking: Asking): Promise<string>;
}
