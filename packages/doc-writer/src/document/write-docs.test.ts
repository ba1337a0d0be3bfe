import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { corpusFolder, readCorpus } from "#score/score-corpus.ts";
import { document, documented, parrot } from "#testing/document.ts";

const run = promisify(execFile);

const corpus = await Promise.all(
  Object.keys(await readCorpus()).map(async (name) => ({
    name,
    text: await readFile(path.join(corpusFolder, name), "utf8"),
  })),
);

/** Applies a diff with git to files of their own folder and answers what they are then. */
async function appliedByGit(files: readonly { path: string; text: string }[], diff: string): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "doc-writer-git-"));
  const git = (...args: string[]) => run("git", ["-c", "core.autocrlf=false", ...args], { cwd: folder });
  try {
    await git("init", "-q");
    for (const file of files) {
      await mkdir(path.dirname(path.join(folder, file.path)), { recursive: true });
      await writeFile(path.join(folder, file.path), file.text);
    }
    await writeFile(path.join(folder, "change.diff"), diff);
    await git("apply", "--check", "change.diff");
    await git("apply", "--whitespace=nowarn", "change.diff");
    return await Promise.all(files.map((file) => readFile(path.join(folder, file.path), "utf8")));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe("the diff", () => {
  test("git applies it to the whole corpus, and what comes out is the text that is given", async () => {
    const files = corpus.map(({ name, text }) => ({ path: name, text }));
    const { diff, files: changed } = await document(files);
    const applied = await appliedByGit(files, diff);
    expect(changed).toHaveLength(files.length);
    expect(applied).toEqual(files.map((file) => changed.find((each) => each.path === file.path)?.text));
  });

  test.each(["my file.ts", "größe/名前.ts", 'a"b.ts', "tab\there.ts", "a'b c.ts"])(
    "git takes the name %j",
    async (name) => {
      const files = [{ path: name, text: "export function f(a: number) {\n  return a;\n}\n" }];
      const result = await document(files);
      expect(await appliedByGit(files, result.diff)).toEqual([result.files[0]?.text]);
    },
  );

  test("git takes comments written anew, also at the end of a file without a last line end", async () => {
    const files = [
      { path: "a.py", text: 'def f(a):\n    return a\n\n\ndef g():\n    """Old."""' },
      { path: "b.ts", text: "/** Old. */\nexport const f = (a: number) => a;" },
    ];
    const result = await document(files, { options: { replace: true } });
    expect(result.files.map(({ text }) => text).join("")).not.toContain("Old.");
    expect(await appliedByGit(files, result.diff)).toEqual(result.files.map(({ text }) => text));
  });
});

describe("bytes around the comments", () => {
  test("line ends, tabs, the byte order mark and a missing last line end are kept", async () => {
    const text = "\uFEFFexport class A {\r\n\tf(a: number) {\r\n\t\treturn a;\r\n\t}\r\n}";
    const written = await documented("a.ts", text);
    expect(written.startsWith("\uFEFF/** ")).toBe(true);
    expect(written).toContain("\r\n\t/**\r\n\t * ");
    expect(written.replaceAll("\r\n", "")).not.toContain("\n");
    expect(written.endsWith("\t}\r\n}")).toBe(true);
  });

  test("a file of mixed line ends gets at each place the one that stands there", async () => {
    const written = await documented("a.go", "package a\n\nfunc A() {}\r\n\r\nfunc B() {}\n");
    expect(written).toContain("// A is a function.\r\nfunc A() {}\r\n");
    expect(written).toContain("// B is a function.\nfunc B() {}\n");
  });
});

describe("existing comments", () => {
  const text = "/** Good. */\nexport function f(a: number) {\n  return a;\n}\n";

  test("are kept", async () => {
    expect((await document([{ path: "a.ts", text }])).edits).toEqual([]);
  });

  test("are written anew when that is asked for", async () => {
    const written = await documented("a.ts", text, { options: { replace: true } });
    expect(written).not.toContain("Good.");
    expect(written).toContain("@param a");
  });

  test("are kept even then when they hold what tools read", async () => {
    const tagged = text.replace("Good.", "@deprecated Use g.");
    const result = await document([{ path: "a.ts", text: tagged }], { options: { replace: true } });
    expect(result.edits).toEqual([]);
    expect(result.notes).toEqual([expect.stringContaining("holds what tools read")]);
  });

  test("what was written is an existing comment: a second run changes nothing", async () => {
    for (const { name, text: original } of corpus) {
      const once = await documented(name, original);
      expect(await documented(name, once)).toBe(once);
    }
  });
});

describe("the selection", () => {
  const text = [
    "export function first(a: number) {",
    "  function inner(b: number) {",
    "    return b;",
    "  }",
    "  return inner(a);",
    "}",
    "export function second(c: number) {",
    "  return c;",
    "}",
    "",
  ].join("\n");
  const names = async (line_start?: number, line_end?: number): Promise<string[]> => {
    const { edits } = await document([{ path: "a.ts", text, line_start, line_end }]);
    return edits.map((edit) => text.split("\n")[edit.line - 1]?.trim() ?? "");
  };

  test("of some lines documents only what begins in them", async () => {
    expect(await names(7, 8)).toEqual(["export function second(c: number) {"]);
  });

  test("of a body's lines documents what they lie in", async () => {
    expect(await names(8, 8)).toEqual(["export function second(c: number) {"]);
    expect(await names(5, 5)).toEqual(["export function first(a: number) {"]);
  });

  test("reaches functions inside of functions only when it names them alone", async () => {
    expect(await names(2, 4)).toEqual(["function inner(b: number) {"]);
    expect(await names()).toEqual(["export function first(a: number) {", "export function second(c: number) {"]);
  });

  test("may end past the end of the file", async () => {
    expect(await names(7, 1_000_000)).toEqual(["export function second(c: number) {"]);
  });

  test("may name two ranges of one file, which is then written once", async () => {
    const files = [
      { path: "a.ts", text, line_start: 1, line_end: 1 },
      { path: "a.ts", text, line_start: 7, line_end: 7 },
    ];
    const result = await document(files);
    expect(result.files).toHaveLength(1);
    expect(result.edits).toHaveLength(2);
  });
});

describe("what an engine says", () => {
  const hostile = [
    "*/ process.exit(1) /*",
    '""" + exec("x") + """',
    "\n*/\nevil()\n",
    "--> <script>",
    "\u202Eabc\u2066 \u0000",
    "\\u002a/ class Evil {}",
    "\\",
    "?> <?php evil() ?>",
    "=end evil =begin",
    "</summary> <evil/>",
    "`unclosed",
    "```rust\npanic!()\n```",
  ];

  test.each(hostile)("%j never becomes code in any language", async (words) => {
    const engine = parrot({
      summary: words,
      remarks: words,
      returns: words,
      parameters: [{ name: "a", text: words }],
      throws: [{ type: "Error", text: words }],
    });
    for (const { name, text } of corpus) {
      const { edits, notes } = await document([{ path: name, text }], { engine, options: { replace: true } });
      expect(edits.length).toBeGreaterThan(0);
      // Escaping does the work; the proof behind it had nothing to drop.
      expect(notes.filter((note) => note.includes("would have changed code"))).toEqual([]);
    }
  });

  test.each([
    "eslint-disable-next-line no-console",
    "@ts-nocheck",
    "go:build ignore",
    "# noqa",
    "@license",
    "# type: ignore",
  ])("%j is left out, because tools would obey it", async (words) => {
    const engine = parrot({ summary: `Does it. ${words}` });
    const result = await document([{ path: "a.ts", text: "export const f = (a: number) => a;\n" }], { engine });
    expect(result.notes).toEqual([expect.stringContaining("tools obey")]);
  });

  test("about parameters that are not there is left out, and what it left out is said from the code", async () => {
    const engine = parrot({ summary: "Does it.", parameters: [{ name: "b", text: "Nothing." }] });
    const written = await documented("a.ts", "export function f(a: number): void {}\n", { engine });
    expect(written).toContain("@param a - `number`.");
    expect(written).not.toContain("@param b");
  });

  test("without end is left out", async () => {
    const engine = parrot({ summary: "word ".repeat(5000) });
    const result = await document([{ path: "a.ts", text: "export function f(): void {}\n" }], { engine });
    expect(result.edits).toEqual([]);
    expect(result.notes).toEqual([expect.stringContaining("too long")]);
  });
});

describe("what cannot be done is said", () => {
  test("a broken file: what parses is documented, and the place is named", async () => {
    const result = await document([
      { path: "a.ts", text: "export function f(a: number) {\n  return a;\n}\n\nclass {{{ ;;\n" },
    ]);
    expect(result.edits).toHaveLength(1);
    expect(result.notes).toEqual([expect.stringContaining("could not be read in full, near line")]);
  });

  test("a language that is not read, a minified file and a huge one are left as they are", async () => {
    const result = await document([
      { path: "a.kt", text: "fun f() {}\n" },
      { path: "b.js", text: `function f(){${"a();".repeat(10_000)}}` },
      { path: "c.js", text: "function f() {}\n".repeat(120_000) },
    ]);
    expect(result.edits).toEqual([]);
    expect(result.notes).toHaveLength(3);
  });

  test("a symbol that shares its line with other code keeps it", async () => {
    const result = await document([{ path: "a.py", text: "def f(a): return a\n" }]);
    expect(result.edits).toEqual([]);
    expect(result.notes).toEqual([expect.stringContaining("a.py:1 f")]);
  });
});

test("an order that is out of time ends between two symbols, with the signal's reason", async () => {
  const controller = new AbortController();
  controller.abort(new Error("out of time"));
  await expect(document([{ path: "a.ts", text: "function f() {}\n" }], { signal: controller.signal })).rejects.toThrow(
    "out of time",
  );
});

test("an order that takes too long ends while it works, when its time is up", async () => {
  const text = Array.from({ length: 8000 }, (_, index) => `function f${String(index)}(a) {\n  return a;\n}\n`).join("");
  const files = Array.from({ length: 40 }, (_, index) => ({ path: `${String(index)}.js`, text }));
  await expect(document(files, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/timeout/);
});

test("a file of 5,000 lines is documented in full", async () => {
  const lines = Array.from(
    { length: 1250 },
    (_, index) => `export function f${String(index)}(a: number) {\n  return a;\n}\n`,
  );
  const { edits, notes } = await document([{ path: "a.ts", text: lines.join("\n") }]);
  expect(edits).toHaveLength(1250);
  expect(notes).toEqual([]);
});
