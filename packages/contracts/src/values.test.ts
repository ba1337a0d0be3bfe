import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { jsonObject, name, text, timestamp } from "./values.ts";

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

describe("text and name", () => {
  test("what they accept is what a database can hold: well-formed and without NUL", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), (value) => {
        const storable = value.isWellFormed() && !value.includes("\0");
        expect(text(100).safeParse(value).success).toBe(storable);
        expect(!storable && name(100).safeParse(value).success).toBe(false);
      }),
    );
  });

  test.each(["a\u0000", "\ud800", "x\udc00y"])("%j is refused", (value) => {
    expect(text(10).safeParse(value).success).toBe(false);
    expect(name(10).safeParse(value).success).toBe(false);
  });

  test("a name is trimmed before it is measured, and is one line", () => {
    expect(name(3).parse("  abc  ")).toBe("abc");
    for (const value of ["", "   ", "a\nb", "a\u001bb", "abcd"]) expect(name(3).safeParse(value).success).toBe(false);
  });
});

describe("jsonObject", () => {
  test("every JSON object within the bounds comes out as it went in", () => {
    const objects = fc.object({
      key: fc.string({ unit: "grapheme" }).filter((key) => key !== "__proto__" && !key.includes("\0")),
      values: [fc.string({ unit: "grapheme-ascii" }), fc.integer(), fc.boolean(), fc.constant(null)],
      maxDepth: 3,
      maxKeys: 5,
    });
    fc.assert(
      fc.property(objects, (value) => {
        expect(jsonObject(1_000_000).parse(value)).toEqual(value);
      }),
    );
  });

  test("its size is counted in bytes of UTF-8, to the byte", () => {
    const value = { a: "é🐝" };
    const bytes = Buffer.byteLength(JSON.stringify(value));
    expect(jsonObject(bytes).safeParse(value).success).toBe(true);
    expect(jsonObject(bytes - 1).safeParse(value).success).toBe(false);
  });

  test("32 levels are taken, 33 not, and a hundred thousand are refused without running out of stack", () => {
    expect(jsonObject(1_000).safeParse({ a: nested(31) }).success).toBe(true);
    expect(jsonObject(1_000).safeParse({ a: nested(33) }).success).toBe(false);
    const deep = JSON.parse(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`) as unknown;
    const parsed = jsonObject(1_000_000).safeParse(deep);
    expect(parsed.error?.issues).toHaveLength(1);
  });

  test.each([[[]], [null], ["x"], [7]])("%j is no object", (value) => {
    expect(jsonObject(1_000).safeParse(value).success).toBe(false);
  });
});

test("an instant is UTC with milliseconds, and nothing else", () => {
  expect(timestamp.safeParse("2026-11-22T10:00:00.000Z").success).toBe(true);
  for (const value of [
    "2026-11-22T10:00:00Z",
    "2026-11-22T10:00:00.000+01:00",
    "2026-11-22",
    "2026-02-30T10:00:00.000Z",
  ])
    expect(timestamp.safeParse(value).success).toBe(false);
});
