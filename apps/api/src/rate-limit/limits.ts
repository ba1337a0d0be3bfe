import {
  generalCallsPerMinute,
  loginFailures,
  registrationsPerHour,
  type Tier,
  type TierLimits,
} from "@hivesync/contracts/tiers";
import { AppError } from "@hivesync/platform/app-error";
import { sha256Hex } from "@hivesync/platform/ids";
import type { Redis } from "ioredis";
import type { UserActor } from "#actor.ts";
import type { RequestContext } from "#context.ts";
import { createLimiter, type Allowance, type Limiter } from "./limiter.ts";

/** One attempt to sign in, counted as a failure until it is said to be good. */
export interface SignInAttempt {
  succeeded: () => Promise<void>;
}

/** Every limit on how often something may be done (spec section 16). */
export interface Limits {
  /** A call of a signed-in user, of 600 a minute. Sets the RateLimit headers. */
  countCall: (userId: string, request: RequestContext) => Promise<void>;
  /** An accepted preview. `giveBack` undoes it when the request fails after all. */
  takePreview: (actor: UserActor) => Promise<{ giveBack: () => Promise<void> }>;
  takeRegistration: (ip: string) => Promise<void>;
  /** @param account - The user's id where the name is known, so that email and username share one count; else the name in lower case. */
  startSignIn: (account: string, ip: string) => Promise<SignInAttempt>;
}

export interface LimitsOptions {
  redis: Redis;
  redisPrefix: string;
  tiers: Readonly<Record<Tier, TierLimits>>;
  /** Per-address limits leave loopback alone: everyone who develops shares it. */
  unlimitedLoopback: boolean;
}

function setHeaders(request: RequestContext, allowance: Allowance): void {
  request.setHeader("RateLimit-Limit", String(allowance.limit));
  request.setHeader("RateLimit-Remaining", String(allowance.remaining));
  request.setHeader("RateLimit-Reset", String(allowance.resetSeconds));
}

function isLoopback(ip: string): boolean {
  return ip === "::1" || ip.startsWith("127.") || ip.startsWith("::ffff:127.");
}

async function takeAll(counts: readonly { limiter: Limiter; key: string }[]): Promise<void> {
  const results = await Promise.allSettled(counts.map(({ limiter, key }) => limiter.take(key)));
  const refused = results.find((result) => result.status === "rejected");
  if (refused) throw refused.reason;
}

export function createLimits(options: LimitsOptions): Limits {
  const { redis, redisPrefix } = options;
  const limiter = (points: number, windowSeconds: number, withoutRedis: "let_through" | "count_here"): Limiter =>
    createLimiter({ redis, redisPrefix, points, windowSeconds, withoutRedis });
  const general = limiter(generalCallsPerMinute, 60, "let_through");
  const previews = Object.fromEntries(
    Object.entries(options.tiers).map(([tier, { previewsPerMinute }]) => [
      tier,
      limiter(previewsPerMinute, 60, "let_through"),
    ]),
  ) as Record<Tier, Limiter>;
  const registration = limiter(registrationsPerHour, 3_600, "count_here");
  const { windowSeconds } = loginFailures;
  const signInPerBoth = limiter(loginFailures.perAccountAndAddress, windowSeconds, "count_here");
  const signInPerAccount = limiter(loginFailures.perAccount, windowSeconds, "count_here");
  const signInPerAddress = limiter(loginFailures.perAddress, windowSeconds, "count_here");
  const countsAddress = (ip: string): boolean => !(options.unlimitedLoopback && isLoopback(ip));

  return {
    countCall: async (userId, request) => {
      const allowance = await general.take(`${userId}:general`);
      if (allowance) setHeaders(request, allowance);
    },
    takePreview: async (actor) => {
      const key = `${actor.userId}:preview_request`;
      await previews[actor.tier].take(key);
      return { giveBack: () => previews[actor.tier].giveBack(key) };
    },
    takeRegistration: async (ip) => {
      if (countsAddress(ip)) await registration.take(`ip:${ip}:register`);
    },
    startSignIn: async (account, ip) => {
      const both = { limiter: signInPerBoth, key: `account:${sha256Hex(`${account} ${ip}`)}:login` };
      const others = [{ limiter: signInPerAccount, key: `account:${sha256Hex(account)}:login` }];
      if (countsAddress(ip)) others.push({ limiter: signInPerAddress, key: `ip:${ip}:login` });
      await takeAll([both, ...others]);
      return {
        succeeded: async () => {
          await Promise.all([
            both.limiter.reset(both.key),
            ...others.map((count) => count.limiter.giveBack(count.key)),
          ]);
        },
      };
    },
  };
}

/** More than a tier holds: files, bytes or storage. */
export function quotaExceeded(
  what: "files" | "bytes" | "storage",
  numbers: { limit: number; requested: number },
): AppError {
  return new AppError("QUOTA_EXCEEDED", {
    publicMessage: `Your tier holds ${numbers.limit} ${what === "files" ? "files a preview" : what === "bytes" ? "bytes a preview" : "bytes of storage a team"}.`,
    details: { quota: what, ...numbers },
  });
}
