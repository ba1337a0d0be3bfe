import { availableParallelism } from "node:os";
import { getLlama, LlamaChatSession, LlamaLogLevel } from "node-llama-cpp";
import type { GbnfJsonObjectSchema, Llama, LlamaContext, LlamaModel } from "node-llama-cpp";
import { toJsonSchema } from "#models/answer-schema.ts";
import type { Asking, Question } from "#models/chat-model.ts";
import { ModelFailure } from "#models/model-failure.ts";
import type { LocalModelOptions } from "./model-messages.ts";

// What the chat's own form adds, and room for the least answer that says anything.
const templateTokens = 64;
const leastAnswerTokens = 128;

// A generation can be stopped between batches only. A processor takes long for a large one.
const processorBatchTokens = 64;

// The library infers a type from a schema's; ours is made at run time.
const grammarSchema = (schema: Question["schema"]): GbnfJsonObjectSchema => toJsonSchema(schema);

/** A GGUF model in this process's memory. */
export class LoadedModel {
  readonly #llama: Llama;
  readonly #model: LlamaModel;
  readonly #contextTokens: number;

  private constructor(llama: Llama, model: LlamaModel, contextTokens: number) {
    this.#llama = llama;
    this.#model = model;
    this.#contextTokens = contextTokens;
  }

  static async load({ modelPath, contextTokens }: LocalModelOptions): Promise<LoadedModel> {
    const llama = await getLlama({
      gpu: "auto",
      build: "never",
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.disabled,
      // Threads that outnumber the cores wait for each other actively: a hundred times slower, measured.
      maxThreads: Math.max(1, availableParallelism() - 1),
    });
    return new LoadedModel(llama, await llama.loadModel({ modelPath }), contextTokens);
  }

  async #openContext(): Promise<LlamaContext> {
    const onProcessor = this.#llama.gpu === false;
    return await this.#model.createContext({
      contextSize: { min: 512, max: Math.min(this.#contextTokens, this.#model.trainContextSize) },
      ...(onProcessor && { batchSize: processorBatchTokens }),
    });
  }

  /** Answers in JSON of the question's schema, as far as the answer's bound lets it end. */
  async ask({ system, prompt, schema, maxOutputTokens }: Question, { signal, onLength }: Asking): Promise<string> {
    const context = await this.#openContext();
    try {
      signal.throwIfAborted();
      const used = this.#model.tokenize(system).length + this.#model.tokenize(prompt).length + templateTokens;
      const room = context.contextSize - used;
      // llama.cpp would drop the beginning, where the instructions are.
      if (room < Math.min(leastAnswerTokens, maxOutputTokens)) throw new ModelFailure("too-large");
      const session = new LlamaChatSession({ contextSequence: context.getSequence(), systemPrompt: system });
      let characters = 0;
      return await session.prompt(prompt, {
        grammar: await this.#llama.createGrammarForJsonSchema(grammarSchema(schema)),
        maxTokens: Math.min(room, maxOutputTokens),
        signal,
        stopOnAbortSignal: false,
        onTextChunk: (text) => {
          characters += text.length;
          onLength(characters);
        },
      });
    } finally {
      await context.dispose();
    }
  }

  async unload(): Promise<void> {
    await this.#model.dispose();
    await this.#llama.dispose();
  }
}
