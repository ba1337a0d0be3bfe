import * as fc from "fast-check";
import { expect, test } from "vitest";
import { toIsoInstant } from "./column-types.ts";

/** As Postgres prints a timestamptz(3) in UTC: without the zeros at the fraction's end. */
function asPostgres(date: Date): string {
  const iso = date.toISOString();
  const fraction = iso.slice(19, 23).replace(/\.?0+$/, "");
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction}+00`;
}

test("an instant from the database is the same instant in ISO form", () => {
  const instants = fc.date({ min: new Date("1970-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(instants, (date) => {
      expect(toIsoInstant(asPostgres(date))).toBe(date.toISOString());
    }),
  );
});
