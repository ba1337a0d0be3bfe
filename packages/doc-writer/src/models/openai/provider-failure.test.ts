import { expect, test } from "vitest";
import { retryAfterMs, toFailure } from "./provider-failure.ts";

const now = Date.UTC(2026, 0, 1);

test.each([
  [undefined, undefined],
  ["", undefined],
  ["soon", undefined],
  ["2", 2_000],
  ["-5", 0],
  ["Thu, 01 Jan 2026 00:00:03 GMT", 3_000],
  ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
])("Retry-After %j is %j milliseconds", (header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected);
});

test("an error whose causes go round is still told", () => {
  const error = new Error("round");
  error.cause = error;
  expect(toFailure(error).reason).toBe("unreadable");
});
