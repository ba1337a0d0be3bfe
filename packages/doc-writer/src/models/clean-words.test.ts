import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanText, cleanWords } from "./clean-words.ts";
import { prepareOrder } from "./testing/prepare-order.ts";

const enders = ["*/", "/*", '"""', "'''", "```", "<!--", "-->", "{-", "-}", "?>", "\n", "\r", "\u2028", "\0", "\u202E"];

describe("a model's words", () => {
  test("are one bounded, well-formed line that ends no comment of any language", () => {
    const piece = fc.oneof(
      fc.constantFrom(...enders, "*", "/", '"', "`", "-", "<", "!"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = cleanText(pieces.join(""), 60);
        expect(enders.filter((ender) => text.includes(ender))).toEqual([]);
        expect(text.length <= 60 && text.isWellFormed()).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("that are too long end at a word", () => {
    expect(cleanText("one two three four five", 16)).toBe("one two three…");
  });

  test("that say nothing are none", async () => {
    const order = await prepareOrder([{ path: "a.ts", text: "export function f(): void {}\n" }]);
    const [symbol] = order.outlines[0]?.symbols ?? [];
    expect(symbol && cleanWords({ id: "s1", summary: " \u200B\n" }, symbol)).toBeUndefined();
  });

  test("about what the symbol has not are dropped", async () => {
    const text = "export function f(a: number): void {\n  if (a > 1) throw new RangeError();\n}\n";
    const order = await prepareOrder([{ path: "a.ts", text }]);
    const [symbol] = order.outlines[0]?.symbols ?? [];
    const answer = {
      id: "s1",
      summary: "Does it",
      returns: "a value",
      parameters: [
        { name: "b", text: "no" },
        { name: "a", text: "yes" },
      ],
      throws: [
        { type: "RangeError", text: "when large" },
        { type: "a whole sentence", text: "no type" },
      ],
    };
    expect(symbol && cleanWords(answer, symbol)).toEqual({
      summary: "Does it",
      parameters: [{ name: "a", text: "yes" }],
      throws: [{ type: "RangeError", text: "when large" }],
    });
  });
});
