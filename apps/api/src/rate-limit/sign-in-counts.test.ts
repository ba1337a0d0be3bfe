import { loginFailures } from "@hivesync/contracts/tiers";
import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { RequestContext } from "#context.ts";
import { startTestApi } from "#testing/start-test-api.ts";

const api = await startTestApi();
afterAll(() => api[Symbol.asyncDispose]());

interface Attempt {
  account: number;
  address: number;
  isGood: boolean;
}

/** Attempts of which about one in eight is good. */
function attempts(most: { account: number; address: number }): fc.Arbitrary<Attempt[]> {
  const each = fc.record({
    account: fc.nat({ max: most.account }),
    address: fc.nat({ max: most.address }),
    isGood: fc.nat({ max: 7 }).map((number) => number === 0),
  });
  return fc.array(each, { minLength: 150, maxLength: 250, size: "max" });
}

// Someone who tries many accounts, many who try one, and everything in between.
const anyAttempts = fc.oneof(
  attempts({ account: 7, address: 1 }),
  attempts({ account: 0, address: 15 }),
  attempts({ account: 3, address: 3 }),
);

type Refusal = keyof typeof loginFailures;

/** What the three counts come to: a refused attempt adds to none, a good one clears the first and adds to neither of the others. */
function createModel(refusals: Set<Refusal>) {
  const counts = new Map<string, number>();
  const countOf = (key: string): number => counts.get(key) ?? 0;
  return ({ account, address, isGood }: Attempt): boolean => {
    const [both, ofAccount, ofAddress] = [`${account} ${address}`, `account ${account}`, `address ${address}`];
    const met = (
      [
        [both, "perAccountAndAddress"],
        [ofAddress, "perAddress"],
        [ofAccount, "perAccount"],
      ] as const
    ).find(([key, limit]) => countOf(key) >= loginFailures[limit]);
    if (met) {
      refusals.add(met[1]);
      return false;
    }
    if (isGood) counts.delete(both);
    else for (const key of [both, ofAccount, ofAddress]) counts.set(key, countOf(key) + 1);
    return true;
  };
}

const requestFrom = (ip: string): RequestContext =>
  ({ ip, allowances: new Map(), setHeader: () => undefined }) as unknown as RequestContext;

async function isLetThrough(name: string, ip: string, isGood: boolean): Promise<boolean> {
  try {
    const begun = await api.deps.limits.startSignIn(name, requestFrom(ip));
    if (isGood) await begun.succeeded();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "RATE_LIMITED") return false;
    throw error;
  }
}

test("whatever is tried in whatever order, an attempt is refused by the three counts of failures and adds to none of them then", async () => {
  const refusals = new Set<Refusal>();
  await fc.assert(
    fc.asyncProperty(anyAttempts, async (tried) => {
      const run = newId();
      const expectedOf = createModel(refusals);
      for (const each of tried) {
        // A network that no other run has.
        const ip = `2001:db8:${run.slice(-4)}:${run.slice(-8, -5)}${each.address.toString(16)}::1`;
        const passed = await isLetThrough(`${run} ${each.account}`, ip, each.isGood);
        expect({ ...each, passed }).toEqual({ ...each, passed: expectedOf(each) });
      }
    }),
    { numRuns: 25 },
  );
  expect(refusals).toEqual(new Set(["perAccountAndAddress", "perAddress", "perAccount"]));
});
