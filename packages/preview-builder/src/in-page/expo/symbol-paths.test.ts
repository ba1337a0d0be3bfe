import { expect, test } from "vitest";
import { symbolPath } from "./symbol-paths.ts";

test.each([
  ["house.fill", "house", true],
  ["home", "house", false],
  ["chevron.right", "chevron_right", false],
  ["paperplane.fill", "send", true],
  ["person.crop.circle", "person", false],
  ["plus.circle.fill", "add", true],
])("the symbol %s looks as %s does, filled: %s", (name, other, isFilled) => {
  const path = symbolPath(name);
  expect(path?.isFilled).toBe(isFilled);
  expect(path?.d).toBe(symbolPath(other)?.d);
  expect(path?.d).toMatch(/^M/);
});

test("a symbol that nobody drew has no path, whatever it is called", () => {
  for (const name of ["no.such.thing", "", "constructor", "__proto__"]) expect(symbolPath(name)).toBeUndefined();
});
