import { isHiveSyncError, isNetworkError, isTimeoutError } from "#errors.ts";

/**
 * How often and how fast something that is safe to repeat is tried again.
 *
 * @example
 * const retry: Partial<RetryPolicy> = { maxAttempts: 6, maxDelayMs: 10_000 };
 * const hive = createHiveSync({ baseUrl, retry });
 */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  maxAttempts: number;
  /** Longest wait before the second try; doubles with each further one. The wait itself is a random part of it. */
  baseDelayMs: number;
  /** Where the doubling ends. */
  maxDelayMs: number;
  /** A server that asks for a longer wait than this is not waited for: the error goes to the caller. */
  maxRetryAfterSeconds: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  maxAttempts: 4,
  baseDelayMs: 200,
  maxDelayMs: 5_000,
  maxRetryAfterSeconds: 10,
};

const transientStatuses = new Set([502, 503, 504]);

function isTransient(error: unknown): boolean {
  if (isNetworkError(error) || isTimeoutError(error)) return true;
  if (!isHiveSyncError(error)) return false;
  // A conflict that will pass says when: the first try of this very call is still under way.
  if (error.code === "CONFLICT") return error.retryAfterSeconds !== undefined;
  return error.code === "RATE_LIMITED" || transientStatuses.has(error.status);
}

/** How long to wait after the given failed try (1 is the first), or `undefined` when there is no point in another. */
export function retryDelayMs(error: unknown, attempt: number, policy: RetryPolicy): number | undefined {
  if (attempt >= policy.maxAttempts || !isTransient(error)) return undefined;
  const backoffMs = Math.random() * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  const askedSeconds = isHiveSyncError(error) ? error.retryAfterSeconds : undefined;
  if (askedSeconds === undefined) return backoffMs;
  // The random part on top keeps everyone who was turned away from coming back in the same instant.
  return askedSeconds <= policy.maxRetryAfterSeconds ? askedSeconds * 1_000 + backoffMs : undefined;
}

/** Waits; an abort ends the wait with the signal's reason. */
export function pause(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, durationMs);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Does `work`, again after a failure that may pass. */
export async function withRetries<Result>(
  work: () => Promise<Result>,
  { policy, signal }: { policy: RetryPolicy; signal?: AbortSignal | undefined },
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const delayMs = retryDelayMs(error, attempt, policy);
      if (delayMs === undefined) throw error;
      await pause(delayMs, signal);
    }
  }
}
