import { defaultTimeoutMs, type Endpoint } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import { toAppError } from "./to-app-error.ts";

/**
 * Does the work of a call within its contract's time. `late` aborts when the caller has been told that it failed.
 *
 * @throws AppError and nothing else; SERVICE_UNAVAILABLE when the time is over.
 */
export async function withinTime<Result>(
  contract: Endpoint,
  work: (late: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const timeoutMs = contract.timeoutMs ?? defaultTimeoutMs;
  const late = new AbortController();
  const overdue = new Promise<never>((_, reject) => {
    late.signal.addEventListener("abort", () => reject(late.signal.reason as AppError));
  });
  const timer = setTimeout(() => {
    late.abort(
      new AppError("SERVICE_UNAVAILABLE", { internal: `no answer within ${timeoutMs} ms`, retryAfterSeconds: 1 }),
    );
  }, timeoutMs);
  try {
    return await Promise.race([work(late.signal), overdue]);
  } catch (error) {
    throw toAppError(error);
  } finally {
    clearTimeout(timer);
  }
}
