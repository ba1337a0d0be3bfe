import { setTimeout as sleep } from "node:timers/promises";
import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { z } from "zod";
import { signCallback } from "./callback-signature.ts";
import type { Logger } from "./logger.ts";
import { PermanentJobError } from "./queue/run-worker.ts";

/** Where callbacks go and how long a worker tries. */
export interface CallbackTarget {
  /** The API's origin, as workers reach it. */
  apiUrl: string;
  /** Signs: the newest worker-shared secret, base64. */
  secret: string;
  /** Milliseconds before the first repeat, doubled for each further one up to half a minute. Default: 500. */
  firstDelayMs?: number;
  /** Milliseconds after which no further try is begun. Default: twelve minutes. */
  giveUpAfterMs?: number;
}

export interface CallbackPost {
  /** Under `/api/v1`, as `/preview/callback`. */
  path: string;
  body: CallbackBody;
  /** Ends the posting: the work is no longer wanted here. */
  signal: AbortSignal;
  log: Logger;
}

const tryTimeoutMs = 15_000;
const longestDelayMs = 30_000;
const defaultGiveUpAfterMs = 12 * 60_000;

/** 401 too: while secrets are changed, or a clock is wrong, the API takes no signature of ours. */
const passingRefusals: ReadonlySet<number> = new Set([401, 408, 429]);

const acceptance = z.object({ ok: z.literal(true), data: z.object({ applied: z.boolean() }) });

type Answer = { applied: boolean } | { problem: string; isPermanent: boolean };

async function tryOnce(url: URL, text: string, options: { secret: string; signal: AbortSignal }): Promise<Answer> {
  const response = await fetch(url, {
    method: "POST",
    // Signed anew each time: a signature is good for five minutes only.
    headers: { "content-type": "application/json", ...signCallback(text, options.secret) },
    body: text,
    redirect: "error",
    signal: AbortSignal.any([options.signal, AbortSignal.timeout(tryTimeoutMs)]),
  });
  const answer = await response.text();
  const problem = `${response.status} ${answer.slice(0, 500)}`;
  if (response.status === 200) {
    const accepted = acceptance.safeParse(parseJson(answer));
    return accepted.success ? { applied: accepted.data.data.applied } : { problem, isPermanent: false };
  }
  return { problem, isPermanent: response.status < 500 && !passingRefusals.has(response.status) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reports the end of a job to the API, again and again until it is accepted. Repeats are harmless: a callback takes
 * effect once.
 *
 * @returns `applied` false when the job had ended already or a later attempt holds it.
 * @throws {@link PermanentJobError} when the API refuses the callback; an ordinary error when it could not be reached
 * or took no signature of ours for twelve minutes; the signal's reason when aborted.
 * @example
 * await postCallback(target, { path: "/preview/callback", body, signal, log });
 */
export async function postCallback(target: CallbackTarget, post: CallbackPost): Promise<{ applied: boolean }> {
  const { signal, log } = post;
  const url = new URL(`/api/v1${post.path}`, target.apiUrl);
  const text = JSON.stringify(post.body);
  const lastStart = Date.now() + (target.giveUpAfterMs ?? defaultGiveUpAfterMs);
  for (let repeat = 0; ; repeat += 1) {
    const answer = await tryOnce(url, text, { secret: target.secret, signal }).catch((error: unknown): Answer => {
      signal.throwIfAborted();
      return { problem: describeFetchError(error), isPermanent: false };
    });
    if ("applied" in answer) return answer;
    const { problem } = answer;
    if (answer.isPermanent) throw new PermanentJobError(`the callback was refused: ${problem}`);
    const delayMs = Math.min((target.firstDelayMs ?? 500) * 2 ** repeat, longestDelayMs) * (0.5 + Math.random() / 2);
    if (Date.now() + delayMs > lastStart) throw new Error(`the callback was not accepted in time: ${problem}`);
    log.warn("callback_delayed", { job_id: post.body.job_id, problem, repeat, delay_ms: Math.round(delayMs) });
    await sleep(delayMs, undefined, { signal });
  }
}

function describeFetchError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
