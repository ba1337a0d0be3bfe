import * as fc from "fast-check";
import { expect, test } from "vitest";
import { listPage } from "./list-page.ts";

const byBytes = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right));

test("pages of any size give each key or common prefix of the prefix exactly once, in order", () => {
  const key = fc.string({ unit: fc.constantFrom("a", "b", "/", "é", "🐝"), minLength: 1, maxLength: 6 });
  const prefix = fc.constantFrom("", "a", "a/", "é");
  const property = fc.property(
    fc.record({
      keys: fc.uniqueArray(key),
      prefix,
      delimiter: fc.constantFrom("", "/"),
      maxKeys: fc.integer({ min: 1, max: 5 }),
    }),
    ({ keys, prefix, delimiter, maxKeys }) => {
      const sorted = keys.sort(byBytes);
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = listPage(sorted, { prefix, delimiter, after, maxKeys });
        const entries = [...page.keys, ...page.commonPrefixes].sort(byBytes);
        expect(entries.length).toBeLessThanOrEqual(maxKeys);
        found.push(...entries);
        after = page.next;
      } while (after !== undefined);
      const groupOf = (key: string) => {
        const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
        return at < 0 ? key : key.slice(0, at + 1);
      };
      expect(found).toEqual([...new Set(sorted.filter((key) => key.startsWith(prefix)).map(groupOf))]);
    },
  );
  fc.assert(property, { numRuns: 300 });
});
