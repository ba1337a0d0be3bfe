import { describe, expect, test } from "vitest";
import { document } from "#testing/document.ts";
import { code, codeBlock, link } from "./markdown.ts";

const files = [
  {
    path: "src/load user.ts",
    text: [
      "export function loadUser(id: string): string {",
      "  return readRow(id);",
      "}",
      "function readRow(id: string): string {",
      '  if (id === "") throw new RangeError("id");',
      "  return id;",
      "}",
      "",
    ].join("\n"),
  },
  {
    path: "lib/b.py",
    text: "class A:\n    def get(self):\n        return 1\n\n\ndef other(map):\n    return map.get()\n",
  },
];

describe("explain", () => {
  test("shows every symbol with its place, head, facts, callees and callers", async () => {
    const { markdown } = await document(files, { job: "explain" });
    expect(markdown.match(/Written by the static engine from the code alone\./g)).toHaveLength(1);
    expect(markdown).toContain("### [`loadUser`](src/load%20user.ts#L1-L3)");
    expect(markdown).toContain("```typescript\nfunction loadUser(id: string): string\n```");
    expect(markdown).toContain("Calls [`readRow`](src/load%20user.ts#L4-L7).");
    expect(markdown).toContain("Called by [`loadUser`](src/load%20user.ts#L1-L3).");
    expect(markdown).toContain('- `RangeError`: When `id === ""`.');
  });

  test("claims no call of a method on an object that it does not know", async () => {
    const { markdown } = await document(files, { job: "explain" });
    expect(markdown).not.toContain("Calls [`A.get`]");
  });

  test("only tells of the selected lines", async () => {
    const { markdown } = await document([{ path: "a.ts", text: files[0]?.text ?? "", line_start: 4, line_end: 7 }], {
      job: "explain",
    });
    expect(markdown).toContain("`readRow`");
    expect(markdown).not.toContain("### [`loadUser`]");
  });
});

describe("summarize and readme", () => {
  test("a summary counts what is there and lists the public symbols", async () => {
    const { markdown } = await document(files, { job: "summarize" });
    expect(markdown).toContain("2 files in TypeScript and Python, 14 lines, 5 symbols.");
    expect(markdown).toContain("- [`loadUser`](src/load%20user.ts#L1-L3): Loads the user.");
    expect(markdown).not.toContain("- [`readRow`]");
  });

  test("a readme takes name, description and commands from package.json", async () => {
    const manifest = { name: "tiny", description: "Does *one* thing.", scripts: { test: "vitest" } };
    const context = [{ path: "package.json", text: JSON.stringify(manifest) }];
    const { markdown } = await document(files, { job: "readme", context });
    expect(markdown).toContain("# tiny\n\nDoes \\*one\\* thing.\n");
    expect(markdown).toContain("- `npm run test`: runs `vitest`");
    expect(markdown).toContain("- [`src/load user.ts`](src/load%20user.ts): TypeScript, 7 lines;");
  });

  test("a broken package.json is no reason to fail", async () => {
    const { markdown } = await document(files, { job: "readme", context: [{ path: "package.json", text: "{" }] });
    expect(markdown).toContain("# Project");
  });

  test("another language than English is said to be out of reach", async () => {
    const { notes } = await document(files, { job: "summarize", options: { language: "de" } });
    expect(notes).toEqual(["The static engine writes English only."]);
  });
});

test("Markdown holds code and links whatever characters they have", () => {
  expect([code("a`b"), code("`"), code("a\nb")]).toEqual(["``a`b``", "`` ` ``", "`a b`"]);
  expect(codeBlock("```\nx\n```", "ts")).toBe("````ts\n```\nx\n```\n````");
  expect(link("x", "a (b)/c#d.ts", { line: 3, endLine: 3 })).toBe("[x](a%20%28b%29/c%23d.ts#L3)");
});

test("the Markdown of a huge selection is cut, and says so", async () => {
  const text = Array.from(
    { length: 4000 },
    (_, index) => `export function f${String(index)}(a: string, b: string) { return a; }\n`,
  ).join("");
  const { markdown } = await document([{ path: "a.ts", text }], { job: "explain" });
  expect(markdown.length).toBeLessThan(401_000);
  expect(markdown).toMatch(/The rest is left out: it is too long\.\n$/);
});
