import { AppError } from "@hivesync/platform/app-error";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

/** How many requests are taken in ten seconds. Of those without the local token apart, so that a stranger takes nothing from clients. */
export interface LimitNumbers {
  clients: number;
  strangers: number;
}

const windowSeconds = 10;

/** Far above what the API itself takes of one user: they stop a program that runs in circles, not one that is quick. */
export const defaultLimits: LimitNumbers = { clients: 6_000, strangers: 3_000 };

/** Counts requests. */
export interface RequestLimits {
  /** @throws AppError RATE_LIMITED */
  count: (who: keyof LimitNumbers) => Promise<void>;
}

/** Makes the counts of one Desktop. */
export function createRequestLimits(numbers: LimitNumbers): RequestLimits {
  const limiterOf = {
    clients: new RateLimiterMemory({ points: numbers.clients, duration: windowSeconds }),
    strangers: new RateLimiterMemory({ points: numbers.strangers, duration: windowSeconds }),
  };
  return {
    count: async (who) => {
      try {
        await limiterOf[who].consume(who);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
        throw new AppError("RATE_LIMITED", {
          details: { limit: numbers[who], remaining: 0, retry_after_seconds: seconds },
          retryAfterSeconds: seconds,
        });
      }
    },
  };
}
