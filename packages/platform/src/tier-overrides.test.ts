import { tierLimits } from "@hivesync/contracts/tiers";
import { expect, test } from "vitest";
import { z } from "zod";
import { readEnvironment } from "./env.ts";
import { tierVariables } from "./tier-overrides.ts";

const read = (value?: string) => readEnvironment(z.object(tierVariables), { HIVESYNC_TIERS: value }).HIVESYNC_TIERS;

test("without the variable the table of the contracts holds", () => {
  expect(read()).toEqual(tierLimits);
});

test("what is set replaces its number and nothing else", () => {
  const table = read('{"Free":{"previewsAtOnce":3}}');
  expect(table.Free).toEqual({ ...tierLimits.Free, previewsAtOnce: 3 });
  expect(table.Pro).toEqual(tierLimits.Pro);
});

test.each(["{", "[]", '{"Gold":{}}', '{"Free":{"previewsAtOnce":0}}', '{"Free":{"surprise":1}}'])(
  "%s is refused by the variable's name",
  (value) => {
    expect(() => read(value)).toThrow(/HIVESYNC_TIERS/);
  },
);
