import {
  deviceLimits,
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
import { deviceLinkSeconds } from "#auth/device-codes.ts";
import type { CircuitBreaker } from "#circuit-breaker.ts";
import type { RequestContext } from "#context.ts";
import { forgetAllowance, tellAllowance } from "./allowance.ts";
import { networkOf } from "./network-of.ts";
import { createLimiter, type Limiter, type Taken } from "./limiter.ts";

/** One attempt to sign in, counted as a failure until it is said to be good. */
export interface SignInAttempt {
  succeeded: () => Promise<void>;
}

/** Every limit on how often something may be done (spec section 16). What a request is counted by, its RateLimit headers tell. */
export interface Limits {
  /** A call, of 600 a minute, by the user's id or, for the holder of a preview's link, the preview's. */
  countCall: (callerId: string, request: RequestContext) => Promise<void>;
  /** A rotation of a session's refresh token. */
  takeRefresh: (sessionId: string) => Promise<void>;
  /** An accepted preview. `giveBack` undoes it when the request fails after all. */
  takePreview: (actor: UserActor, request: RequestContext) => Promise<Pick<Taken, "giveBack">>;
  takeRegistration: (request: RequestContext) => Promise<void>;
  takeDeviceStart: (request: RequestContext) => Promise<void>;
  /** A user code that is tried: wrong unless it is given back. */
  takeUserCode: (userId: string) => Promise<Pick<Taken, "giveBack">>;
  /** @param account - The user's id where the name is known, so that email and username share one count; else the name in lower case. */
  startSignIn: (account: string, request: RequestContext) => Promise<SignInAttempt>;
}

export interface LimitsOptions {
  redis: Redis;
  /** Of Redis, which may be away. */
  breaker: CircuitBreaker;
  redisPrefix: string;
  tiers: Readonly<Record<Tier, TierLimits>>;
  /** Per-address limits leave loopback alone: everyone who develops shares it. */
  unlimitedLoopback: boolean;
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
async function takeAll(counts: readonly Count[]): Promise<Taken[]> {
  const taken: Taken[] = [];
  try {
    for (const { limiter, key } of counts) taken.push(await limiter.take(key));
    return taken;
  } catch (error) {
    await Promise.all(taken.map(({ giveBack }) => giveBack()));
    throw error;
  }
}

function tell(request: RequestContext, { allowance }: Taken): void {
  if (allowance) tellAllowance(request, allowance);
}

/** After a good sign-in the first count is whole again, and the others have their point back. */
function tellSucceeded(request: RequestContext, [both, ...others]: readonly Taken[]): void {
  forgetAllowance(request);
  if (both?.allowance) tellAllowance(request, { ...both.allowance, remaining: both.allowance.limit });
  for (const { allowance } of others)
    if (allowance) tellAllowance(request, { ...allowance, remaining: allowance.remaining + 1 });
}

export function createLimits(options: LimitsOptions): Limits {
  const { redis, breaker, redisPrefix } = options;
  const limiter = (points: number, windowSeconds: number, withoutRedis: "let_through" | "count_here"): Limiter =>
    createLimiter({ redis, breaker, redisPrefix, points, windowSeconds, withoutRedis });
  const general = limiter(generalCallsPerMinute, 60, "let_through");
  const previews = Object.fromEntries(
    Object.entries(options.tiers).map(([tier, { previewsPerMinute }]) => [
      tier,
      limiter(previewsPerMinute, 60, "let_through"),
    ]),
  ) as Record<Tier, Limiter>;
  const refreshes = limiter(refreshesPerMinute, 60, "let_through");
  const registration = limiter(registrationsPerHour, 3_600, "count_here");
  const deviceStarts = limiter(deviceLimits.startsPerMinute, 60, "count_here");
  const wrongUserCodes = limiter(deviceLimits.wrongCodes, deviceLinkSeconds, "count_here");
  const { windowSeconds } = loginFailures;
  const signInPerBoth = limiter(loginFailures.perAccountAndAddress, windowSeconds, "count_here");
  const signInPerAccount = limiter(loginFailures.perAccount, windowSeconds, "count_here");
  const signInPerAddress = limiter(loginFailures.perAddress, windowSeconds, "count_here");
  const countsAddress = (ip: string): boolean => !(options.unlimitedLoopback && isLoopback(ip));

  return {
    countCall: async (callerId, request) => tell(request, await general.take(`${callerId}:general`)),
    takeRefresh: async (sessionId) => {
      await refreshes.take(`${sessionId}:refresh`);
    },
    takePreview: async (actor, request) => {
      const taken = await previews[actor.tier].take(`${actor.userId}:preview_request`);
      tell(request, taken);
      return taken;
    },
    takeRegistration: async (request) => {
      if (countsAddress(request.ip)) tell(request, await registration.take(`ip:${networkOf(request.ip)}:register`));
    },
    takeDeviceStart: async (request) => {
      if (countsAddress(request.ip)) tell(request, await deviceStarts.take(`ip:${networkOf(request.ip)}:device`));
    },
    takeUserCode: (userId) => wrongUserCodes.take(`${userId}:user_code`),
    startSignIn: async (account, request) => {
      const network = networkOf(request.ip);
      const both = { limiter: signInPerBoth, key: `account:${sha256Hex(`${account} ${network}`)}:login` };
      const others = [{ limiter: signInPerAccount, key: `account:${sha256Hex(account)}:login` }];
      if (countsAddress(request.ip)) others.unshift({ limiter: signInPerAddress, key: `ip:${network}:login` });
      const taken = await takeAll([both, ...others]);
      for (const count of taken) tell(request, count);
      return {
        succeeded: async () => {
          await Promise.all([both.limiter.reset(both.key), ...taken.slice(1).map(({ giveBack }) => giveBack())]);
          tellSucceeded(request, taken);
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
