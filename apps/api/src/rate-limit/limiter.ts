import { AppError } from "@hivesync/platform/app-error";
import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from "rate-limiter-flexible";

/** What a caller has left of a limit. */
export interface Allowance {
  limit: number;
  remaining: number;
  resetSeconds: number;
}

/** A number of points in a window of seconds, per key. */
export interface Limiter {
  /** Takes a point. Undefined when Redis is away and the limit lets through. @throws AppError RATE_LIMITED */
  take: (key: string) => Promise<Allowance | undefined>;
  /** Gives a point back: what it was taken for did not come about. */
  giveBack: (key: string) => Promise<void>;
  /** Forgets what the key has used. */
  reset: (key: string) => Promise<void>;
}

export interface LimiterOptions {
  redis: Redis;
  /** Before `rate_limit:<key>`, so that several stacks may share a Redis. */
  redisPrefix: string;
  points: number;
  windowSeconds: number;
  /** What holds while Redis is away: `let_through`, or `count_here`, each process for itself and four times as strictly. */
  withoutRedis: "let_through" | "count_here";
}

function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1_000));
}

function refusal(limit: number, state: RateLimiterRes): AppError {
  const retryAfterSeconds = seconds(state.msBeforeNext);
  return new AppError("RATE_LIMITED", {
    retryAfterSeconds,
    details: { limit, remaining: 0, retry_after_seconds: retryAfterSeconds },
  });
}

/** Counts in Redis under `rate_limit:<key>` (spec section 16), in fixed windows. */
export function createLimiter(options: LimiterOptions): Limiter {
  const { points, windowSeconds: duration } = options;
  const strict = new RateLimiterMemory({ points: Math.max(1, Math.floor(points / 4)), duration });
  const limiter: RateLimiterAbstract = new RateLimiterRedis({
    storeClient: options.redis,
    keyPrefix: `${options.redisPrefix}rate_limit`,
    points,
    duration,
    rejectIfRedisNotReady: true,
    ...(options.withoutRedis === "count_here" ? { insuranceLimiter: strict } : {}),
  });
  const quietly = async (work: Promise<unknown>): Promise<void> => {
    // A point that could not be given back is gone with its window.
    await work.catch(() => undefined);
  };
  return {
    take: async (key) => {
      try {
        const state = await limiter.consume(key);
        return { limit: points, remaining: state.remainingPoints, resetSeconds: seconds(state.msBeforeNext) };
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) return undefined;
        // A refused call uses up nothing, so that whoever is given a point back finds it.
        await quietly(limiter.reward(key));
        throw refusal(points, error);
      }
    },
    giveBack: (key) => quietly(limiter.reward(key)),
    reset: (key) => quietly(limiter.delete(key)),
  };
}
