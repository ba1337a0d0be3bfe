import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { languageOf, languages } from "#languages/languages.ts";
import { staticEngine } from "#static/static-engine.ts";
import { documented, parrot } from "#testing/document.ts";
import { askNativeParser } from "./native-parsers.ts";
import { namesParameter } from "./names-parameter.ts";
import { corpusFolder, readCorpus, scoreCorpus } from "./score-corpus.ts";

describe("the static engine on the corpus", () => {
  test("no file's code changes, by our tree and by each language's own parser that is here", async () => {
    const score = await scoreCorpus(staticEngine);
    expect(score.files.filter((file) => !file.unchanged || file.native.result === "changed")).toEqual([]);
    expect(score.unchangedShare).toBe(1);
    // Node is always here, so at least its languages are compared.
    expect(score.files.filter(({ native }) => native.result === "same").length).toBeGreaterThanOrEqual(5);
    expect(score.files.filter(({ native }) => native.result === "unread")).toEqual([]);
    expect(score.files.flatMap(({ missing }) => missing)).toEqual([]);
    expect(score.documentedShare).toBeGreaterThanOrEqual(0.98);
    // Compilers of other languages start anew for each file, and slowly on a busy machine.
  }, 180_000);

  test("every language has a file in it", async () => {
    const covered = new Set(Object.keys(await readCorpus()).map((path) => languageOf(path, "")?.name));
    expect(languages.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([]);
  });
});

describe("the score itself", () => {
  test("a language's own parser tells a changed program from a commented one", async () => {
    const before = "export const a = 1;\n";
    expect((await askNativeParser("a.ts", before, `/** A. */\n${before}`)).result).toBe("same");
    expect((await askNativeParser("a.ts", before, "export const a = 2;\n")).result).toBe("changed");
    expect((await askNativeParser("a.ts", before, "export const = ;\n")).result).toBe("changed");
    expect((await askNativeParser("a.ts", "export const = ;\n", before)).result).toBe("unread");
    expect((await askNativeParser("a.unknown", before, before)).result).toBe("absent");
  });

  test("a parameter counts only when it is named in the convention's form, with words", () => {
    expect(namesParameter("TypeScript", " * @param size - How large.", "size")).toBe(true);
    expect(namesParameter("TypeScript", " * @param size -", "size")).toBe(false);
    expect(namesParameter("TypeScript", " * the size", "size")).toBe(false);
    expect(namesParameter("Python", "    **rest: Others.", "**rest")).toBe(true);
    expect(namesParameter("Ruby", "# @param sizes The sizes.", "size")).toBe(false);
  });

  test("an engine that says nothing scores nothing", async () => {
    const silent = {
      ...staticEngine,
      write: () => Promise.resolve({ kind: "comments" as const, comments: [], notes: [] }),
    };
    const score = await scoreCorpus(silent, { native: false });
    expect(score.unchangedShare).toBe(1);
    expect(score.documentedShare).toBeLessThan(0.1);
  });
});

test.each(["java/Registry.java", "python/shapes.py", "c/buffer.c", "typescript/store.ts"])(
  "hostile words in %s are no code to its own compiler either",
  async (path) => {
    const said = '*/ \\u002a/ class Evil {} """ \\ ` ${x} /* // # \n*/ evil(); \\';
    const text = await readFile(`${corpusFolder}${path}`, "utf8");
    const engine = parrot({ summary: said, remarks: said, returns: said });
    const written = await documented(path, text, { engine });
    expect(written).not.toBe(text);
    expect(["same", "absent"]).toContain((await askNativeParser(path, text, written)).result);
  },
  120_000,
);
