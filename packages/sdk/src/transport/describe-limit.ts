import { errorTable, type ErrorBody } from "@hivesync/contracts/errors";
import type { RateKey } from "@hivesync/contracts/endpoint";
import { generalCallsPerMinute } from "@hivesync/contracts/tiers";

// What a tier counts by the minute.
const countedByTier: Partial<Record<RateKey, string>> = { preview_request: "preview", ai_job: "AI job" };

/** What a call that a limit refused says: how much of what is allowed. Where the server has words of its own for it, these. */
export function describeLimit({ code, message, details }: ErrorBody, rate: RateKey | undefined): string {
  if (code !== "RATE_LIMITED" || message !== errorTable.RATE_LIMITED.message) return message;
  const { limit } = (details ?? {}) as { limit?: unknown };
  if (typeof limit !== "number") return message;
  if (limit === generalCallsPerMinute) return `More than ${limit} calls a minute, which is what one user may make.`;
  const counted = rate && countedByTier[rate];
  // A Desktop counts too, far above what any tier allows and not by the minute.
  if (counted === undefined || limit > generalCallsPerMinute)
    return `That is more than the ${limit} that are allowed in a while.`;
  return `More than ${limit} ${counted}${limit === 1 ? "" : "s"} a minute, which is what your tier allows.`;
}
