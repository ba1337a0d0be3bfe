import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { streamText } from "ai";
import type { LanguageModel } from "ai";
import { toServerSchema } from "#models/answer-schema.ts";
import type { AnswerSchema } from "#models/answer-schema.ts";
import type { Asking, ChatModel, Question } from "#models/chat-model.ts";
import { ModelFailure } from "#models/model-failure.ts";
import { limitedFetch } from "./limited-fetch.ts";
import { toFailure } from "./provider-failure.ts";

/** A server that speaks OpenAI's chat completions: OpenAI, vLLM, Ollama, llama.cpp's and others. */
export interface OpenAiModelOptions {
  baseUrl: string;
  model: string;
  apiKey?: string | undefined;
}

// A streamed token comes to some 250 bytes.
const maxResponseBytes = 8 * 1024 * 1024;
const maxAnswerCharacters = 200_000;

/** Servers tell the same model by these whether they know JSON schemas. */
const unknownFormat: ReadonlySet<number | undefined> = new Set([400, 404, 415, 422, 501]);

export class OpenAiModel implements ChatModel {
  readonly name = "openai-compatible";
  readonly #options: OpenAiModelOptions;
  readonly #fetch = limitedFetch(maxResponseBytes);
  #knowsSchemas = true;

  constructor(options: OpenAiModelOptions) {
    this.#options = options;
  }

  async ready(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
  }

  async ask(question: Question, asking: Asking): Promise<string> {
    try {
      return await this.#askOnce(question, asking);
    } catch (error) {
      asking.signal.throwIfAborted();
      const failure = toFailure(error);
      if (!this.#knowsSchemas || !unknownFormat.has(failure.detail.status)) throw failure;
    }
    this.#knowsSchemas = false;
    try {
      return await this.#askOnce(question, asking);
    } catch (error) {
      asking.signal.throwIfAborted();
      throw toFailure(error);
    }
  }

  /** The SDK's own structured output reads all that there is of an answer anew with each token. It is read once, at its end. */
  #modelFor(schema: AnswerSchema): LanguageModel {
    const { baseUrl, model, apiKey } = this.#options;
    const responseFormat = this.#knowsSchemas
      ? { type: "json_schema", json_schema: { name: schema.kind, strict: true, schema: toServerSchema(schema) } }
      : { type: "json_object" };
    const provider = createOpenAICompatible({
      name: "hivesync",
      baseURL: baseUrl,
      ...(apiKey !== undefined && { apiKey }),
      fetch: this.#fetch,
      transformRequestBody: (body) => ({ ...body, response_format: responseFormat }),
    });
    return provider(model);
  }

  async #askOnce(question: Question, { signal, onLength }: Asking): Promise<string> {
    const stop = new AbortController();
    const result = streamText({
      model: this.#modelFor(question.schema),
      instructions: question.system,
      prompt: question.prompt,
      maxOutputTokens: question.maxOutputTokens,
      // How often it is tried, and how long is waited, is decided for every engine in one place.
      maxRetries: 0,
      abortSignal: AbortSignal.any([signal, stop.signal]),
      // Errors come in the stream too; without this they are written to the console, with all that was sent.
      onError: () => undefined,
    });
    let answer = "";
    try {
      for await (const part of result.stream) {
        if (part.type === "error") throw part.error;
        if (part.type === "abort") signal.throwIfAborted();
        if (part.type !== "text-delta") continue;
        answer += part.text;
        if (answer.length > maxAnswerCharacters) throw new ModelFailure("flood");
        onLength(answer.length);
      }
    } finally {
      stop.abort();
    }
    return this.#withoutKey(answer);
  }

  /** A server may say back what it was sent. */
  #withoutKey(answer: string): string {
    const { apiKey } = this.#options;
    return apiKey === undefined || apiKey.length < 8 ? answer : answer.replaceAll(apiKey, "[key]");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held between questions.
  }
}
