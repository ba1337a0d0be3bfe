import type { Asking, ChatModel, Question } from "#models/chat-model.ts";
import { ModelFailure } from "#models/model-failure.ts";
import type { LocalModelOptions } from "./model-messages.ts";
import { ModelProcess, orAborted } from "./model-process.ts";

/**
 * A GGUF model in a process of its own: loaded when it is first needed, kept for the next order, unloaded on request.
 * Questions wait for each other.
 */
export class LocalModel implements ChatModel {
  readonly name = "local";
  readonly #options: LocalModelOptions;
  #process: ModelProcess | undefined;
  #lastTurn: Promise<void> = Promise.resolve();

  constructor(options: LocalModelOptions) {
    this.#options = options;
  }

  /** Of the process that holds the model, while there is one. */
  get pid(): number | undefined {
    return this.#process?.isAlive === true ? this.#process.pid : undefined;
  }

  async ready(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#process?.isAlive !== true) this.#process = new ModelProcess(this.#options);
    const loading = this.#process;
    try {
      await loading.ready(signal);
    } catch (error) {
      // Nobody waits for a model that is loaded for a job that is off.
      if (signal.aborted) await loading.kill();
      throw error;
    }
  }

  async ask(question: Question, asking: Asking): Promise<string> {
    const earlier = this.#lastTurn;
    const turn = Promise.withResolvers<void>();
    this.#lastTurn = earlier.then(() => turn.promise);
    try {
      await orAborted(earlier, asking.signal);
      if (this.#process === undefined) throw new ModelFailure("died");
      return await this.#process.ask(question, asking);
    } finally {
      turn.resolve();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const loaded = this.#process;
    this.#process = undefined;
    await loaded?.unload();
  }
}
