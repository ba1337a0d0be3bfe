import { readFile } from "node:fs/promises";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEdits } from "#document/doc-edit.ts";
import { isSameCode } from "#document/token-stream.ts";
import type { DocJobType } from "#engine.ts";
import { languageOf } from "#languages/languages.ts";
import { corpusFolder, readCorpus } from "#score/score-corpus.ts";
import { parseSource } from "#syntax/source-file.ts";
import { document, parrot } from "#testing/document.ts";

const corpus = await Promise.all(
  Object.keys(await readCorpus()).map(async (name) => ({
    name,
    text: await readFile(path.join(corpusFolder, name), "utf8"),
  })),
);
const file = fc.constantFrom(...corpus);

/** The edits change comments only: the code is the same, and taking them out gives the file back. */
async function expectOnlyComments(name: string, text: string, replace = false): Promise<void> {
  const { edits, files } = await document([{ path: name, text }], { options: { replace } });
  const language = languageOf(name, text);
  if (language === undefined) throw new Error(`No language for ${name}.`);
  const before = await parseSource(name, text, language);
  const after = await parseSource(name, files[0]?.text ?? text, language);
  expect(isSameCode(before, after)).toBe(true);
  expect(`${before.bom}${applyEdits(before, edits)}`).toBe(files[0]?.text ?? text);
  if (replace) return;
  let rest = after.text;
  for (const edit of edits) {
    expect(edit.delete_lines).toBe(0);
    rest = rest.replace(edit.insert, "");
  }
  expect(rest).toBe(before.text);
}

describe("whatever a file holds", () => {
  test("a slice of code is documented without a crash and without a change of code", async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), fc.nat(), async ({ name, text }, from, length) => {
        const start = from % text.length;
        await expectOnlyComments(name, text.slice(start, start + (length % text.length)));
      }),
      { numRuns: 150 },
    );
  });

  test("lines out of order are documented without a crash and without a change of code", async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.array(fc.nat(), { minLength: 1, maxLength: 30 }), async ({ name, text }, order) => {
        const lines = text.split(/(?<=\n)/);
        await expectOnlyComments(name, order.map((index) => lines[index % lines.length] ?? "").join(""));
      }),
      { numRuns: 150 },
    );
  });

  test("blank lines, line ends and comments strewn over it keep the guarantee", async () => {
    const strewn = fc.constantFrom("\n", "\r\n", "  \n", "\t\r\n");
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.array(fc.tuple(fc.nat(), strewn), { maxLength: 10 }),
        async ({ name, text }, inserts) => {
          const lines = text.split(/(?<=\n)/);
          for (const [at, blank] of inserts) lines.splice(at % lines.length, 0, blank);
          await expectOnlyComments(name, lines.join(""));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("comments written anew change comments only", async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), async ({ name, text }, from) => {
        const { files } = await document([{ path: name, text }]);
        await expectOnlyComments(name, (files[0]?.text ?? text).slice(from % 200), true);
      }),
      { numRuns: 60 },
    );
  });

  test("text that is no code at all ends in a result, for every kind of job", async () => {
    const job = fc.constantFrom<DocJobType>("document", "explain", "summarize", "readme");
    const name = fc.constantFrom(...corpus.map((each) => each.name), "a.txt", "noextension");
    await fc.assert(
      fc.asyncProperty(name, fc.string({ unit: "binary", maxLength: 200 }), job, async (path, text, job) => {
        const result = await document([{ path, text }], { job });
        expect(result.markdown.length).toBeGreaterThan(0);
      }),
      { numRuns: 150 },
    );
  });

  test("brackets nested without end are no stack overflow", async () => {
    for (const text of ["(".repeat(50_000), "[".repeat(50_000), "f(".repeat(20_000), `x = ${"a+".repeat(30_000)}a`]) {
      for (const name of ["a.ts", "a.py", "a.go", "a.cpp"]) {
        const lines = text.replaceAll(/(.{200})/g, "$1\n");
        expect((await document([{ path: name, text: lines }])).edits).toEqual([]);
      }
    }
  });
});

test("whatever an engine says stays a comment", async () => {
  const words = fc.array(
    fc.oneof(
      fc.constantFrom(
        "*/",
        "/*",
        '"""',
        "'''",
        "\\",
        "\\u002a/",
        "?>",
        "<?php",
        "</c>",
        "@",
        "`",
        "\n",
        "\r",
        "//",
        "#",
        "{",
        "}",
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(file, words, async ({ name, text }, parts) => {
      const said = parts.join("");
      const parameters = ["a", "name", "value", "text", "count"].map((each) => ({ name: each, text: said }));
      const engine = parrot({ summary: said, remarks: said, returns: said, parameters });
      const { notes } = await document([{ path: name, text }], { engine, options: { replace: true } });
      expect(notes.filter((note) => note.includes("would have changed code"))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
