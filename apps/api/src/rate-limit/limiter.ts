import { AppError } from "@hivesync/platform/app-error";
import type { Redis } from "ioredis";
import {
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterAbstract,
  type RateLimiterRes,
} from "rate-limiter-flexible";
import type { CircuitBreaker } from "#circuit-breaker.ts";
import type { Allowance } from "./allowance.ts";

/** A point that was taken. */
export interface Taken {
  /** What is left; undefined when Redis is away and the limit lets through. */
  allowance: Allowance | undefined;
  /** Gives the point back: what it was taken for did not come about. */
  giveBack: () => Promise<void>;
}

/** A number of points in a window of seconds, per key. */
export interface Limiter {
  /** Takes a point. @throws AppError RATE_LIMITED */
  take: (key: string) => Promise<Taken>;
  /** Forgets what the key has used. */
  reset: (key: string) => Promise<void>;
}

export interface LimiterOptions {
  redis: Redis;
  /** Shared by all limits of a process: where one waited in vain the others do not. */
  breaker: CircuitBreaker;
  /** Before `rate_limit:<key>`, so that several stacks may share a Redis. */
  redisPrefix: string;
  points: number;
  windowSeconds: number;
  /** Told of each call that is refused, by its key. */
  onRefused: (key: string) => void;
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

const letThrough: Taken = { allowance: undefined, giveBack: async () => undefined };

/** Counts in Redis under `rate_limit:<key>` (spec section 16), in fixed windows. */
export function createLimiter(options: LimiterOptions): Limiter {
  const { points, windowSeconds: duration } = options;
  const here = new RateLimiterMemory({ points: Math.max(1, Math.floor(points / 4)), duration });
  const shared = new RateLimiterRedis({
    storeClient: options.redis,
    keyPrefix: `${options.redisPrefix}rate_limit`,
    points,
    duration,
    rejectIfRedisNotReady: true,
  });
  /** Undefined when Redis is away. What could not be undone there is gone with its window. */
  const inRedis = <Result>(work: () => Promise<Result>): Promise<Result | undefined> =>
    options.breaker.run(work).catch(() => undefined);

  /** A refused call uses up nothing, so that whoever is given a point back finds it. */
  const toTaken = async (limiter: RateLimiterAbstract, key: string, state: RateLimiterRes): Promise<Taken> => {
    const giveBack = async (): Promise<void> => {
      await (limiter === shared ? inRedis(() => shared.reward(key)) : limiter.reward(key));
    };
    if (state.consumedPoints > limiter.points) {
      await giveBack();
      options.onRefused(key);
      throw refusal(limiter.points, state);
    }
    const allowance = {
      limit: limiter.points,
      remaining: state.remainingPoints,
      resetSeconds: seconds(state.msBeforeNext),
    };
    return { allowance, giveBack };
  };

  return {
    take: async (key) => {
      const state = await inRedis(() => shared.penalty(key));
      if (state) return toTaken(shared, key, state);
      if (options.withoutRedis === "let_through") return letThrough;
      return toTaken(here, key, await here.penalty(key));
    },
    reset: async (key) => {
      await Promise.all([inRedis(() => shared.delete(key)), here.delete(key)]);
    },
  };
}
