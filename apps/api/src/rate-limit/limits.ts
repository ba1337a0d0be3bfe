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
import { networkOf } from "./network-of.ts";
import { createLimiter, type Allowance, type Limiter } from "./limiter.ts";

/** One attempt to sign in, counted as a failure until it is said to be good. */
export interface SignInAttempt {
  succeeded: () => Promise<void>;
}

/** Every limit on how often something may be done (spec section 16). */
export interface Limits {
  /** A call, of 600 a minute, by the user's id or, for the holder of a preview's link, the preview's. Sets the RateLimit headers. */
  countCall: (callerId: string, request: RequestContext) => Promise<void>;
  /** A rotation of a session's refresh token. */
  takeRefresh: (sessionId: string) => Promise<void>;
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

// A client that keeps its login rotates every ten minutes; each rotation is a row.
const refreshesPerMinute = 60;

function isLoopback(ip: string): boolean {
  return ip === "::1" || ip.startsWith("127.") || ip.startsWith("::ffff:127.");
}

interface Count {
  limiter: Limiter;
  key: string;
}

/** Takes a point of each in turn. Where one refuses, those before it are given back: nobody uses up another's count by being refused. */
async function takeAll(counts: readonly Count[]): Promise<void> {
  for (const [index, { limiter, key }] of counts.entries()) {
    try {
      await limiter.take(key);
    } catch (error) {
      await Promise.all(counts.slice(0, index).map((taken) => taken.limiter.giveBack(taken.key)));
      throw error;
    }
  }
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
  const refreshes = limiter(refreshesPerMinute, 60, "let_through");
  const registration = limiter(registrationsPerHour, 3_600, "count_here");
  const { windowSeconds } = loginFailures;
  const signInPerBoth = limiter(loginFailures.perAccountAndAddress, windowSeconds, "count_here");
  const signInPerAccount = limiter(loginFailures.perAccount, windowSeconds, "count_here");
  const signInPerAddress = limiter(loginFailures.perAddress, windowSeconds, "count_here");
  const countsAddress = (ip: string): boolean => !(options.unlimitedLoopback && isLoopback(ip));

  return {
    countCall: async (callerId, request) => {
      const allowance = await general.take(`${callerId}:general`);
      if (allowance) setHeaders(request, allowance);
    },
    takeRefresh: async (sessionId) => {
      await refreshes.take(`${sessionId}:refresh`);
    },
    takePreview: async (actor) => {
      const key = `${actor.userId}:preview_request`;
      await previews[actor.tier].take(key);
      return { giveBack: () => previews[actor.tier].giveBack(key) };
    },
    takeRegistration: async (ip) => {
      if (countsAddress(ip)) await registration.take(`ip:${networkOf(ip)}:register`);
    },
    startSignIn: async (account, ip) => {
      const network = networkOf(ip);
      const both = { limiter: signInPerBoth, key: `account:${sha256Hex(`${account} ${network}`)}:login` };
      const others = [{ limiter: signInPerAccount, key: `account:${sha256Hex(account)}:login` }];
      if (countsAddress(ip)) others.unshift({ limiter: signInPerAddress, key: `ip:${network}:login` });
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
