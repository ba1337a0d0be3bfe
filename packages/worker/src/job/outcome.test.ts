import { newId } from "@hivesync/platform/ids";
import { expect, test } from "vitest";
import { storable, type Outcome } from "./outcome.ts";

const outcome: Outcome = {
  job_id: newId(),
  attempt: 2,
  status: "FAIL",
  error: "It failed.",
  logs_url: "s3://bucket/key",
};

test("an outcome that can be kept and posted stays as it is", () => {
  const whole = { ...outcome, error_details: [{ text: "x".repeat(200_000) }], metrics: { warnings: ["short"] } };
  expect(storable(whole)).toEqual(whole);
});

test.each([
  ["error_details", { error_details: Array.from({ length: 30_000 }, () => ({ text: "a row" })) }],
  ["metrics", { metrics: { warnings: ["x".repeat(1_500_000)] } }],
  ["many bytes for few characters", { error_details: ["\u0001".repeat(60_000)] }],
])("an outcome with too much in it (%s) is left with what matters, far below what the API takes", (_, more) => {
  expect(storable({ ...outcome, ...more })).toEqual(outcome);
});
