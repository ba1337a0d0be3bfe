import type { DocDraft, DocEngine, EngineRun, PreparedOrder } from "#engine.ts";
import type { ChatModel } from "./chat-model.ts";
import type { ModelEngineOptions } from "./model-engine-options.ts";
import { ModelFailure } from "./model-failure.ts";
import { writeComments } from "./write-comments.ts";
import { writePage } from "./write-page.ts";

/** Progress that only grows. */
function growing(onProgress: (share: number) => void): (share: number) => void {
  let told = 0;
  return (share) => {
    const next = Math.min(1, share);
    if (next <= told) return;
    told = next;
    onProgress(next);
  };
}

/** Documentation by a model: its answers are checked, bounded and cleaned, and can only ever be words. */
export class ModelEngine implements DocEngine, AsyncDisposable {
  readonly #options: ModelEngineOptions;

  constructor(options: ModelEngineOptions) {
    this.#options = options;
  }

  get name(): ChatModel["name"] {
    return this.#options.model.name;
  }

  /**
   * @throws AppError AI_JOB_FAILED when the model failed and there is no fallback.
   * @throws The reason of `run.signal`.
   */
  async write(order: PreparedOrder, run: EngineRun): Promise<DocDraft> {
    run.signal.throwIfAborted();
    const careful = { ...run, onProgress: growing(run.onProgress) };
    const write = order.job_type === "document" ? writeComments : writePage;
    try {
      const draft = await write(this.#options, order, careful);
      careful.onProgress(1);
      return draft;
    } catch (error) {
      run.signal.throwIfAborted();
      throw error instanceof ModelFailure ? error.toAppError() : error;
    }
  }

  /** Gives back what the model holds. It is loaded again when it is needed again. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.model[Symbol.asyncDispose]();
  }
}
