import pRetry from "p-retry";
import { setTimeout as delay } from "node:timers/promises";
import type { z } from "zod";
import { askAgain } from "./build-prompt.ts";
import type { Asking, ChatModel, Question } from "./chat-model.ts";
import { ModelFailure } from "./model-failure.ts";
import { readAnswer } from "./read-answer.ts";

export interface Patience {
  /** For one try, in milliseconds. */
  timeoutMs: number;
  /** Tries after the first, where a failure may pass. */
  retries: number;
  /** The wait before the first of them; it doubles. */
  firstWaitMs: number;
  /** A server that asks to be left alone for longer is not waited for. */
  longestWaitMs: number;
}

export const usualPatience: Omit<Patience, "timeoutMs"> = { retries: 3, firstWaitMs: 1_000, longestWaitMs: 60_000 };

interface Careful<Schema> {
  model: ChatModel;
  schema: Schema;
  patience: Patience;
}

async function askOnce(
  model: ChatModel,
  question: Question,
  { asking, timeoutMs }: { asking: Asking; timeoutMs: number },
) {
  await model.ready(asking.signal);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    return await model.ask(question, { ...asking, signal: AbortSignal.any([asking.signal, timeout]) });
  } catch (error) {
    asking.signal.throwIfAborted();
    throw timeout.aborted ? new ModelFailure("slow") : error;
  }
}

async function askUntilAnswered(
  { model, patience }: Careful<unknown>,
  question: Question,
  asking: Asking,
): Promise<string> {
  const { timeoutMs, retries, firstWaitMs, longestWaitMs } = patience;
  const isPassing = (error: unknown): error is ModelFailure =>
    error instanceof ModelFailure && error.mayPass && (error.detail.retryAfterMs ?? 0) <= longestWaitMs;
  try {
    return await pRetry(() => askOnce(model, question, { asking, timeoutMs }), {
      retries,
      minTimeout: firstWaitMs,
      maxTimeout: longestWaitMs,
      randomize: true,
      signal: asking.signal,
      // A model that is too slow for the question will hardly be faster: one more try, for a server that was stuck.
      shouldRetry: ({ error, attemptNumber }) => isPassing(error) && (error.reason !== "slow" || attemptNumber === 1),
      onFailedAttempt: async ({ error, retryDelay, retriesLeft }) => {
        const asked = isPassing(error) ? (error.detail.retryAfterMs ?? 0) : 0;
        if (retriesLeft > 0 && asked > retryDelay)
          await delay(asked - retryDelay, undefined, { signal: asking.signal });
      },
    });
  } catch (error) {
    asking.signal.throwIfAborted();
    throw error;
  }
}

/**
 * Asks until there is an answer of the form asked for: failures that may pass are waited out, an answer that cannot be
 * read is asked for once more.
 *
 * @throws ModelFailure when there is none.
 * @throws The reason of `asking.signal`, when it is aborted.
 */
export async function askWithCare<Schema extends z.ZodType>(
  careful: Careful<Schema>,
  question: Question,
  asking: Asking,
): Promise<z.output<Schema>> {
  try {
    return readAnswer(careful.schema, await askUntilAnswered(careful, question, asking));
  } catch (error) {
    if (!(error instanceof ModelFailure) || error.detail.complaint === undefined) throw error;
    const again = askAgain(question, error.detail.complaint);
    return readAnswer(careful.schema, await askUntilAnswered(careful, again, asking));
  }
}
