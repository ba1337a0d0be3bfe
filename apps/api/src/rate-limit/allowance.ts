import type { AppError } from "@hivesync/platform/app-error";
import type { RequestContext } from "#context.ts";

/** What a caller has left of a limit. */
export interface Allowance {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

function toHeaders(allowance: Allowance): Record<string, string> {
  return {
    "ratelimit-limit": String(allowance.limit),
    "ratelimit-remaining": String(allowance.remaining),
    "ratelimit-reset": String(allowance.resetSeconds),
  };
}

/** Sets the RateLimit headers. A call that several limits count speaks of the one that it will meet first: of which the fewest are left. */
export function tellAllowance(request: RequestContext, key: string, allowance: Allowance): void {
  request.allowances.set(key, allowance);
  let tightest = allowance;
  for (const other of request.allowances.values()) if (other.remaining < tightest.remaining) tightest = other;
  for (const [name, value] of Object.entries(toHeaders(tightest))) request.setHeader(name, value);
}

function limitIn(details: unknown): number | undefined {
  const limit = typeof details === "object" && details !== null && "limit" in details ? details.limit : undefined;
  return typeof limit === "number" ? limit : undefined;
}

/** The headers that a refusal adds to its answer: when to come again, and which limit refused. */
export function refusalHeaders(error: AppError): Record<string, string> {
  if (error.retryAfterSeconds === undefined) return {};
  const retryAfter = { "retry-after": String(error.retryAfterSeconds) };
  const limit = error.code === "RATE_LIMITED" ? limitIn(error.details) : undefined;
  if (limit === undefined) return retryAfter;
  return { ...retryAfter, ...toHeaders({ limit, remaining: 0, resetSeconds: error.retryAfterSeconds }) };
}
