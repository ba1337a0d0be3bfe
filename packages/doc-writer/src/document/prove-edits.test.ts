import { describe, expect, test } from "vitest";
import { languageOf } from "#languages/languages.ts";
import { parseSource } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { proveEdits } from "./prove-edits.ts";
import { isSameCode } from "./token-stream.ts";

async function parse(path: string, text: string): Promise<SourceFile> {
  const language = languageOf(path, text);
  if (language === undefined) throw new Error(`No language for ${path}.`);
  return parseSource(path, text, language);
}

const edit = (path: string, line: number, insert: string) => ({ path, line, delete_lines: 0, insert });

describe("the proof", () => {
  test("keeps the edits that hold and drops only the ones that would change code", async () => {
    const source = await parse("a.ts", "const a = 1;\nconst b = 2;\nconst c = 3;\n");
    const edits = [edit("a.ts", 1, "/** A. */\n"), edit("a.ts", 2, "evil();\n"), edit("a.ts", 3, "// C.\n")];
    const { kept, dropped, text } = await proveEdits(source, edits);
    expect(kept.map(({ line }) => line)).toEqual([1, 3]);
    expect(dropped.map(({ line }) => line)).toEqual([2]);
    expect(text).toBe("/** A. */\nconst a = 1;\nconst b = 2;\n// C.\nconst c = 3;\n");
  });

  test("drops an edit that takes code away", async () => {
    const source = await parse("a.ts", "const a = 1;\nconst b = 2;\n");
    const { kept } = await proveEdits(source, [{ path: "a.ts", line: 1, delete_lines: 1, insert: "// a\n" }]);
    expect(kept).toEqual([]);
  });

  test("drops edits that hold apart but not together", async () => {
    const source = await parse("a.ts", "const a = 1;\nconst b = 2;\n");
    const { kept } = await proveEdits(source, [edit("a.ts", 1, "/* open\n"), edit("a.ts", 2, "close */\n")]);
    expect(kept).toEqual([]);
  });

  test("a string in docstring position may be added, any other string not", async () => {
    const source = await parse("a.py", "def f():\n    a = 1\n    return a\n");
    expect((await proveEdits(source, [edit("a.py", 2, '    """F."""\n')])).kept).toHaveLength(1);
    expect((await proveEdits(source, [edit("a.py", 3, '    """F."""\n')])).kept).toHaveLength(0);
    expect((await proveEdits(source, [edit("a.py", 2, '    f"""{evil()}"""\n')])).kept).toHaveLength(0);
  });

  test.each([
    ["a.ts", "// @ts-expect-error why\nf();\n", 2],
    ["a.ts", "// eslint-disable-next-line\nf();\n", 2],
    ["a.go", "//go:build linux\n\npackage a\n", 1],
    ["b.go", "package a\n\n//go:embed a.txt\nvar a string\n", 4],
    ["a.py", "#!/usr/bin/env python\n# coding: utf-8\nx = 1\n", 1],
    ["b.py", "#!/usr/bin/env python\n# coding: utf-8\nx = 1\n", 2],
    ["a.rb", "# frozen_string_literal: true\n\nx = 1\n", 1],
    ["a.c", "// NOLINTNEXTLINE\nint a;\n", 2],
    ["a.php", "<?php\n// @phpstan-ignore-next-line\nf();\n", 3],
  ])("no comment comes between a pragma of %s and what it is about", async (path, text, line) => {
    const source = await parse(path, text);
    const comment = /\.(?:py|rb)$/.test(path) ? "# x\n" : "// x\n";
    const { kept, dropped } = await proveEdits(source, [edit(path, line, comment)]);
    expect([kept.length, dropped.length]).toEqual([0, 1]);
  });
});

describe("two files are the same code", () => {
  test.each([
    ["a.ts", "const a = `x`;", "const a = `y`;"],
    ["a.tsx", "<p>a b</p>;", "<p>a  b</p>;"],
    ["a.tsx", "<p> </p>;", "<p></p>;"],
    ["a.js", "return\n1", "return 1"],
    ["a.js", "x = a /* c */ / b", "x = a // b"],
    ["a.py", "if a:\n    b\nc\n", "if a:\n    b\n    c\n"],
    ["a.py", "x = 'a'\n", 'x = "a"\n'],
    ["a.go", "package a\n\nvar a = `x\ny`\n", "package a\n\nvar a = `xy`\n"],
    ["a.rs", 'const A: &str = "a\\n";', 'const A: &str = "a";'],
    ["A.java", "class A { int a = 1; }", "class A { int a = 01; }"],
    ["a.c", "#define A 1\n", "#define A 2\n"],
    ["a.cpp", 'auto a = R"(x)";', 'auto a = R"( x)";'],
    ["A.cs", 'class A { string a = @"x"; }', 'class A { string a = @"y"; }'],
    ["a.rb", "x = <<~T\n  a\nT\n", "x = <<~T\n  b\nT\n"],
    ["a.php", "<p>a</p><?php f();", "<p>b</p><?php f();"],
  ])("not in %s when %j became %j", async (path, before, after) => {
    expect(isSameCode(await parse(path, before), await parse(path, after))).toBe(false);
    expect(isSameCode(await parse(path, before), await parse(path, before))).toBe(true);
  });
});
