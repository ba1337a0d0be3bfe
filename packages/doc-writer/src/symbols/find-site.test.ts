import { describe, expect, test } from "vitest";
import { document, documented } from "#testing/document.ts";

async function linesAbove(path: string, text: string, code: string): Promise<string[]> {
  const lines = (await documented(path, text)).split("\n");
  return lines.slice(
    0,
    lines.findIndex((line) => line.includes(code)),
  );
}

describe("a comment goes above what belongs to its symbol", () => {
  test.each([
    ["a.ts", "@a\n@b()\nexport class A {}\n", "@a"],
    ["b.ts", "class A {\n  @a\n  // @ts-ignore why\n  @b\n  f() {}\n}\n", "  @a"],
    ["c.ts", "// @ts-expect-error why\nexport function f() {}\n", "// @ts-expect-error"],
    ["d.ts", "// eslint-disable-next-line a\n// prettier-ignore\nexport function f() {}\n", "// eslint-disable"],
    ["a.rs", "#[a]\n#[b]\npub fn f() {}\n", "#[a]"],
    ["A.java", "@A\n@B(1)\nclass C {}\n", "@A"],
    ["a.cpp", "template <class T>\nT f(T a) { return a; }\n", "template"],
    ["A.cs", "[A]\n[B]\nclass C {}\n", "[A]"],
    ["a.php", "<?php\n#[A]\nfunction f() {}\n", "#[A]"],
    ["a.go", "package a\n\n//go:noinline\nfunc F() {}\n", "//go:noinline"],
    ["a.c", "#pragma omp declare simd\nint f(int a);\n", "#pragma"],
  ])("in %s", async (path, text, first) => {
    const above = await linesAbove(path, text, first);
    expect(above.join("\n")).toMatch(/\*\/$|\/\/|<\/\w+>/);
    expect((await document([{ path, text }])).notes).toEqual([]);
  });
});

describe("a comment goes below what is about the file", () => {
  test.each([
    ["a.ts", "#!/usr/bin/env node\nexport function f() {}\n"],
    ["b.ts", '"use strict";\nexport function f() {}\n'],
    ["c.ts", "/** Copyright 2026 A. */\nexport function f() {}\n"],
    ["d.ts", "// @ts-nocheck\nexport function f() {}\n"],
    ["e.js", "/* eslint-disable no-var */\nfunction f() {}\n"],
    ["a.rb", "# frozen_string_literal: true\ndef f\nend\n"],
    ["a.h", "#pragma once\nint f(int a);\n"],
    ["A.java", "/* Copyright 2026 A */\nclass A {}\n"],
    ["b.c", "/* SPDX-License-Identifier: MIT */\nint f(int a);\n"],
  ])("in %s", async (path, text) => {
    const written = await documented(path, text);
    expect(written).not.toBe(text);
    expect(written.split("\n")[0]).toBe(text.split("\n")[0]);
  });
});

describe("an existing comment is seen", () => {
  test.each([
    ["a.ts", "/** Good. */\n@a\nexport class A {}\n"],
    ["b.ts", "@a\n/** Good. */\nexport class A {}\n"],
    ["c.ts", "import 'x';\n\n/** Good. */\n// @ts-ignore\nexport function f() {}\n"],
    ["d.ts", "import 'x';\n/** Good. */\n\nexport function f() {}\n"],
    ["a.go", "package a\n\n// F is good.\n//\n//go:noinline\nfunc F() {}\n"],
    ["a.rs", "/// Good.\n#[a]\npub fn f() {}\n"],
    ["b.rs", "#[a]\n/// Good.\npub fn f() {}\n"],
    ["c.rs", "/** Good. */\npub fn f() {}\n"],
    ["A.cs", "/// <summary>Good.</summary>\n[A]\nclass C {}\n"],
    ["a.c", "// Good.\nint f(int a);\n"],
    ["a.rb", "# Good.\ndef f\nend\n"],
    ["a.py", "def f():\n    'Good.'\n"],
    ["b.py", "def f():\n    # first\n    r'''Good.'''\n    return 1\n"],
  ])("in %s", async (path, text) => {
    expect((await document([{ path, text }])).edits).toEqual([]);
  });
});

describe("what is no doc comment is kept beside the new one", () => {
  test.each([
    ["a.ts", "import 'x';\n// just a note\nexport function f() {}\n"],
    ["a.rs", "// just a note\npub fn f() {}\n"],
    ["A.java", "package a;\n// just a note\nclass A {}\n"],
    ["a.py", "# just a note\ndef f():\n    # and another\n    return 1\n"],
  ])("in %s", async (path, text) => {
    const written = await documented(path, text);
    expect(written).toContain("just a note\n");
    expect(written.length).toBeGreaterThan(text.length);
  });
});

test("a C comment that goes on in the next line is no symbol, and documents what follows", async () => {
  const { edits } = await document([{ path: "a.c", text: "// a note \\\nint f(int a);\nint g(int a);\n" }]);
  expect(edits).toEqual([]);
});
