import { assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { HiveSyncError, NetworkError, TimeoutError } from "#errors.ts";
import { defaultRetryPolicy, retryDelayMs } from "./retry.ts";

const answered = (
  status: number,
  code: "RATE_LIMITED" | "SERVICE_UNAVAILABLE" | "QUOTA_EXCEEDED" | "CONFLICT",
  retryAfterSeconds?: number,
) => new HiveSyncError({ code, message: "", details: null }, { status, retryAfterSeconds });

describe("The wait before another try", () => {
  it("is random, and its longest doubles with each try up to the limit", () => {
    const attempt = integer({ min: 1, max: 30 });
    assert(
      property(attempt, (tries) => {
        const policy = { ...defaultRetryPolicy, maxAttempts: 100 };
        const delayMs = retryDelayMs(new NetworkError("reset"), tries, policy);
        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (tries - 1)));
      }),
    );
  });

  it("is never shorter than the server asks", () => {
    const delayMs = retryDelayMs(answered(429, "RATE_LIMITED", 3), 1, defaultRetryPolicy);
    expect(delayMs).toBeGreaterThanOrEqual(3_000);
    expect(delayMs).toBeLessThanOrEqual(3_000 + defaultRetryPolicy.baseDelayMs);
  });

  it.each([
    ["the server asks for more than the policy waits", answered(503, "SERVICE_UNAVAILABLE", 11)],
    ["a conflict does not say that it will pass", answered(409, "CONFLICT")],
    ["the error will not pass", answered(429, "QUOTA_EXCEEDED")],
    ["the error is none of ours", new TypeError("a mistake in the program")],
  ])("is none when %s", (_when, error) => {
    expect(retryDelayMs(error, 1, defaultRetryPolicy)).toBeUndefined();
  });

  it("after a conflict with a call under way is as the server says", () => {
    expect(retryDelayMs(answered(409, "CONFLICT", 1), 1, defaultRetryPolicy)).toBeGreaterThanOrEqual(1_000);
  });

  it("is none after the last try", () => {
    const error = new TimeoutError(1);
    expect(retryDelayMs(error, defaultRetryPolicy.maxAttempts - 1, defaultRetryPolicy)).toBeDefined();
    expect(retryDelayMs(error, defaultRetryPolicy.maxAttempts, defaultRetryPolicy)).toBeUndefined();
  });
});
