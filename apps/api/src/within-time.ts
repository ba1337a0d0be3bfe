import { defaultTimeoutMs, type Endpoint } from "@hivesync/contracts/endpoint";
import { AppError } from "@hivesync/platform/app-error";
import { toAppError } from "./to-app-error.ts";

/** Whether a call has been answered already, because it took too long. */
export interface Lateness {
  /** @throws AppError SERVICE_UNAVAILABLE, which the caller was answered with */
  throwIfLate: () => void;
}

/**
 * Does the work of a call within its contract's time. `lateness` tells the work when the caller has been told that it failed.
 *
 * @throws AppError and nothing else; SERVICE_UNAVAILABLE when the time is over.
 */
export async function withinTime<Result>(
  contract: Endpoint,
  work: (lateness: Lateness) => Promise<Result>,
): Promise<Result> {
  const timeoutMs = contract.timeoutMs ?? defaultTimeoutMs;
  const overdue = Promise.withResolvers<never>();
  let late: AppError | undefined;
  const timer = setTimeout(() => {
    late = new AppError("SERVICE_UNAVAILABLE", { internal: `no answer within ${timeoutMs} ms`, retryAfterSeconds: 1 });
    overdue.reject(late);
  }, timeoutMs);
  const throwIfLate = (): void => {
    if (late) throw late;
  };
  try {
    return await Promise.race([work({ throwIfLate }), overdue.promise]);
  } catch (error) {
    throw toAppError(error);
  } finally {
    clearTimeout(timer);
  }
}
