import type { RateKey } from "@hivesync/contracts/endpoint";
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
import { jobKinds, type JobName } from "#outbox/job-kinds.ts";
import { tellAllowance } from "./allowance.ts";
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
  takeRefresh: (sessionId: string, request: RequestContext) => Promise<void>;
  /** An accepted job. `giveBack` undoes it when the request fails after all. */
  takeJob: (
    kind: JobName,
    actor: Pick<UserActor, "userId" | "tier">,
    request: RequestContext,
  ) => Promise<Pick<Taken, "giveBack">>;
  takeRegistration: (request: RequestContext) => Promise<void>;
  takeDeviceStart: (request: RequestContext) => Promise<void>;
  /** A user code that is tried: wrong unless it is given back. */
  takeUserCode: (userId: string, request: RequestContext) => Promise<Pick<Taken, "giveBack">>;
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
  /** Told of each call that a limit refuses, by what it limits. */
  onRefused: (action: string) => void;
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

/** Takes a point, and tells what is left. */
async function take(request: RequestContext, { limiter, key }: Count): Promise<Taken> {
  const taken = await limiter.take(key);
  const { allowance } = taken;
  if (!allowance) return taken;
  tellAllowance(request, key, allowance);
  const giveBack = async (): Promise<void> => {
    await taken.giveBack();
    tellAllowance(request, key, { ...allowance, remaining: allowance.remaining + 1 });
  };
  return { allowance, giveBack };
}

/** Takes a point of each in turn. Where one refuses, those before it are given back: nobody uses up another's count by being refused. */
async function takeAll(request: RequestContext, counts: readonly Count[]): Promise<Taken[]> {
  const taken: Taken[] = [];
  try {
    for (const count of counts) taken.push(await take(request, count));
    return taken;
  } catch (error) {
    await Promise.all(taken.map(({ giveBack }) => giveBack()));
    throw error;
  }
}

// As the spec names them in keys.
const jobActions = { preview: "preview_request", ai: "ai_job", repo: "repo_sync" } as const satisfies Record<
  JobName,
  RateKey
>;

function perTier<Value>(
  limits: Readonly<Record<Tier, TierLimits>>,
  make: (limits: TierLimits) => Value,
): Record<Tier, Value> {
  return { Free: make(limits.Free), Pro: make(limits.Pro), Premium: make(limits.Premium), Admin: make(limits.Admin) };
}

export function createLimits(options: LimitsOptions): Limits {
  const { redis, breaker, redisPrefix } = options;
  // A key ends with what is limited; before that stands who is.
  const onRefused = (key: string): void => options.onRefused(key.slice(key.lastIndexOf(":") + 1));
  const limiter = (points: number, windowSeconds: number, withoutRedis: "let_through" | "count_here"): Limiter =>
    createLimiter({ redis, breaker, redisPrefix, points, windowSeconds, withoutRedis, onRefused });
  const general = limiter(generalCallsPerMinute, 60, "let_through");
  const jobLimiters = (kind: JobName): Record<Tier, Limiter> =>
    perTier(options.tiers, (limits) => {
      const { count, perSeconds } = jobKinds[kind].rate(limits);
      return limiter(count, perSeconds, "let_through");
    });
  const jobs = { preview: jobLimiters("preview"), ai: jobLimiters("ai"), repo: jobLimiters("repo") };
  const refreshes = limiter(refreshesPerMinute, 60, "let_through");
  const registration = limiter(registrationsPerHour, 3_600, "count_here");
  const deviceStarts = limiter(deviceLimits.startsPerMinute, 60, "count_here");
  const wrongUserCodes = limiter(deviceLimits.wrongCodes, deviceLinkSeconds, "count_here");
  const { windowSeconds } = loginFailures;
  const signInPerBoth = limiter(loginFailures.perAccountAndAddress, windowSeconds, "count_here");
  const signInPerAccount = limiter(loginFailures.perAccount, windowSeconds, "count_here");
  const signInPerAddress = limiter(loginFailures.perAddress, windowSeconds, "count_here");
  const countsAddress = (ip: string): boolean => !(options.unlimitedLoopback && isLoopback(ip));
  const takeOfAddress = async (request: RequestContext, limiter: Limiter, action: string): Promise<void> => {
    if (countsAddress(request.ip)) await take(request, { limiter, key: `ip:${networkOf(request.ip)}:${action}` });
  };

  return {
    countCall: async (callerId, request) => {
      await take(request, { limiter: general, key: `${callerId}:general` });
    },
    takeRefresh: async (sessionId, request) => {
      await take(request, { limiter: refreshes, key: `${sessionId}:refresh` });
    },
    takeJob: (kind, { userId, tier }, request) =>
      take(request, { limiter: jobs[kind][tier], key: `${userId}:${jobActions[kind]}` }),
    takeRegistration: (request) => takeOfAddress(request, registration, "register"),
    takeDeviceStart: (request) => takeOfAddress(request, deviceStarts, "device"),
    takeUserCode: (userId, request) => take(request, { limiter: wrongUserCodes, key: `${userId}:user_code` }),
    startSignIn: async (account, request) => {
      const network = networkOf(request.ip);
      const both = { limiter: signInPerBoth, key: `account:${sha256Hex(`${account} ${network}`)}:login` };
      const others = [{ limiter: signInPerAccount, key: `account:${sha256Hex(account)}:login` }];
      if (countsAddress(request.ip)) others.unshift({ limiter: signInPerAddress, key: `ip:${network}:login` });
      const [first, ...taken] = await takeAll(request, [both, ...others]);
      return {
        succeeded: async () => {
          await Promise.all([both.limiter.reset(both.key), ...taken.map(({ giveBack }) => giveBack())]);
          const allowance = first?.allowance;
          if (allowance) tellAllowance(request, both.key, { ...allowance, remaining: allowance.limit });
        },
      };
    },
  };
}

const inWords = (count: number): string => count.toLocaleString("en");
const leaveOut = "Leave out what is not needed, by a .hivesyncignore in the folder, or have a higher tier.";

/** What a person reads: how much it was, how much it may be, and what to do. */
const quotaTexts: Record<Quota, (numbers: { limit: string; requested: string }) => string> = {
  files: ({ limit, requested }) => `These are ${requested} files; your tier holds ${limit}. ${leaveOut}`,
  bytes: ({ limit, requested }) => `These are ${requested} bytes; your tier holds ${limit}. ${leaveOut}`,
  storage: ({ limit, requested }) =>
    `The team's files would take ${requested} bytes; its Owner's tier holds ${limit}. What nothing has used for 30 days goes by itself; a higher tier holds more.`,
};

type Quota = "files" | "bytes" | "storage";

/** More than a tier holds: files, bytes or storage. */
export function quotaExceeded(what: Quota, numbers: { limit: number; requested: number }): AppError {
  const { limit, requested } = numbers;
  return new AppError("QUOTA_EXCEEDED", {
    publicMessage: quotaTexts[what]({ limit: inWords(limit), requested: inWords(requested) }),
    details: { quota: what, ...numbers },
  });
}
