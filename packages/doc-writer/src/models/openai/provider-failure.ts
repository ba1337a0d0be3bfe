import { APICallError } from "ai";
import { ModelFailure } from "#models/model-failure.ts";
import type { FailureReason } from "#models/model-failure.ts";

const maxCauses = 5;

function* causes(error: unknown): Generator {
  let at = error;
  for (let depth = 0; at !== undefined && at !== null && depth < maxCauses; depth += 1) {
    yield at;
    at = at instanceof Error ? at.cause : undefined;
  }
}

/** `Retry-After` in milliseconds: it is a number of seconds or a date. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}

function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return "refused";
  if (status === 408 || status === 425) return "slow";
  if (status === 429) return "busy";
  if (status >= 500) return "broken";
  return "rejected";
}

/** A provider's error in our own words: its message and body may quote the code, or our key. */
export function toFailure(error: unknown): ModelFailure {
  const chain = [...causes(error)];
  const ours = chain.find((each) => each instanceof ModelFailure);
  if (ours !== undefined) return ours;
  const call = chain.find((each) => APICallError.isInstance(each));
  // A status below says that the answer began; what went wrong came later.
  if (call?.statusCode !== undefined && call.statusCode >= 400) {
    const { statusCode: status, responseHeaders } = call;
    return new ModelFailure(reasonOf(status), { status, retryAfterMs: retryAfterMs(responseHeaders?.["retry-after"]) });
  }
  if (call !== undefined && call.statusCode === undefined) return new ModelFailure("unreachable");
  // undici says `terminated` when a connection ends within a body.
  if (chain.some((each) => each instanceof TypeError)) return new ModelFailure("cut-off");
  return new ModelFailure("unreadable", { complaint: "It could not be read." });
}
