import { describe, expect, test } from "vitest";
import { documented, parrot } from "#testing/document.ts";

const words = {
  summary: "does it",
  parameters: [{ name: "a", text: "how many" }],
  returns: "the sum",
  throws: [{ type: "Bad", text: "when it is bad" }],
};

const cases: [string, string, string][] = [
  [
    "a.ts",
    "function f(a: number): number { throw new Bad(); }\n",
    "/**\n * Does it.\n *\n * @param a - How many.\n * @returns The sum.\n * @throws Bad: When it is bad.\n */\n",
  ],
  [
    "a.js",
    "function f(a = 1) { throw new Bad(); return 1; }\n",
    "/**\n * Does it.\n *\n * @param [a=1] - How many.\n * @returns The sum.\n * @throws {Bad} When it is bad.\n */\n",
  ],
  [
    "A.java",
    "class A {\n    int f(int a) throws Bad { return a; }\n}\n",
    "    /**\n     * Does it.\n     *\n     * @param a How many.\n     * @return The sum.\n     * @throws Bad When it is bad.\n     */\n",
  ],
  [
    "a.c",
    "int f(int a) { return a; }\n",
    "/**\n * @brief Does it.\n *\n * @param a How many.\n * @return The sum.\n */\n",
  ],
  [
    "a.php",
    "<?php\nfunction f(int ...$a): int { throw new Bad(); }\n",
    "/**\n * Does it.\n *\n * @param int ...$a How many.\n * @return int The sum.\n * @throws Bad When it is bad.\n */\n",
  ],
  [
    "a.go",
    "package a\n\nfunc F(a int) int { return a }\n",
    "// F does it.\n//\n// Parameters:\n//   - a: How many.\n//\n// It returns the sum.\n",
  ],
  [
    "a.rs",
    "pub fn f(a: u8) -> u8 {\n    a\n}\n",
    "/// Does it.\n///\n/// # Arguments\n///\n/// * `a` - How many.\n///\n/// # Returns\n///\n/// The sum.\n",
  ],
  [
    "A.cs",
    "class A {\n  int F(int a) { throw new Bad(); }\n}\n",
    '  /// <summary>\n  /// Does it.\n  /// </summary>\n  /// <param name="a">How many.</param>\n  /// <returns>The sum.</returns>\n  /// <exception cref="Bad">When it is bad.</exception>\n',
  ],
  [
    "a.rb",
    "def f(a)\n  raise Bad\n  a\nend\n",
    "# Does it.\n#\n# @param a How many.\n# @return The sum.\n# @raise [Bad] When it is bad.\n",
  ],
  [
    "a.py",
    "def f(a):\n    raise Bad()\n    return a\n",
    '    """Does it.\n\n    Args:\n        a: How many.\n\n    Returns:\n        The sum.\n\n    Raises:\n        Bad: When it is bad.\n    """\n',
  ],
];

describe("a comment follows its language's convention", () => {
  test.each(cases)("in %s", async (path, text, comment) => {
    expect(await documented(path, text, { engine: parrot(words) })).toContain(comment);
  });
});

describe("a comment escapes what its language would read", () => {
  const said = async (path: string, text: string, summary: string): Promise<string> =>
    documented(path, text, { engine: parrot({ summary }) });

  test("a backslash in Java, where javac reads escapes before comments", async () => {
    expect(await said("A.java", "class A {}\n", "ends \\u002a/ here")).not.toContain("\\u");
  });

  test("markup in C#", async () => {
    expect(await said("A.cs", "class A {}\n", "a <b> & c")).toContain("A &lt;b&gt; &amp; c.");
  });

  test("quotes and backslashes in a docstring", async () => {
    const written = await said("a.py", "class A:\n    b = 1\n", 'a \\ """ b"');
    expect(written).toContain("A \\\\ ''' b\".");
  });

  test("a code fence in Rust, which would be a test that runs", async () => {
    expect(await said("a.rs", "pub fn f() {}\n", "```\npanic!()\n```")).not.toContain("```");
  });

  test("a tag at the start of a line", async () => {
    const long = `${"word ".repeat(19)}@param b evil`;
    expect(await said("a.js", "function f() {}\n", long)).not.toMatch(/\* @param b/);
  });
});

describe("a comment stands apart from its neighbours as the language's tools want", () => {
  test("a class docstring is followed by an empty line", async () => {
    expect(await documented("a.py", "class A:\n    b = 1\n")).toBe('class A:\n    """The `A` class."""\n\n    b = 1\n');
  });

  test("godoc text is parted from a directive", async () => {
    expect(await documented("a.go", "package a\n\n//go:noinline\nfunc F() {}\n")).toContain(
      "// F is a function.\n//\n//go:noinline\n",
    );
  });

  test("Ruby's magic comment does not run into the first comment", async () => {
    expect(await documented("a.rb", "# frozen_string_literal: true\nclass A\nend\n")).toContain(
      "true\n\n# The `A` class.\nclass A",
    );
  });
});
