import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { applyEdits } from "#document/doc-edit.ts";
import { isSameCode } from "#document/token-stream.ts";
import { writeDocs } from "#document/write-docs.ts";
import type { DocResult } from "#document/write-docs.ts";
import type { DocEngine } from "#engine.ts";
import { languageOf } from "#languages/languages.ts";
import { findSymbols } from "#symbols/find-symbols.ts";
import { parseSource } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { askNativeParser } from "./native-parsers.ts";
import type { NativeVerdict } from "./native-parsers.ts";
import { namesParameter } from "./names-parameter.ts";

/** The score of one file of the corpus. */
export interface FileScore {
  path: string;
  /** The written file without the inserted lines is the original, byte for byte, and the two are the same syntax tree. */
  unchanged: boolean;
  native: NativeVerdict;
  /** Public symbols, as listed by hand. */
  symbols: number;
  documented: number;
  /** What is missing, by name. */
  missing: string[];
}

export interface CorpusScore {
  files: FileScore[];
  /** From 0 to 1. */
  unchangedShare: number;
  documentedShare: number;
}

const folder = new URL("../../corpus/", import.meta.url);

interface Expected {
  name: string;
  parameters: string[];
}

function readExpected(entry: string): Expected {
  const match = /^([^(]*?)(?:\((.*)\))?$/u.exec(entry);
  const list = match?.[2] ?? "";
  // A destructured parameter keeps its own commas.
  const parameters = list.match(/\([^)]*\)|[^,()\s][^,()]*/gu) ?? [];
  return { name: match?.[1] ?? entry, parameters: parameters.map((each) => each.trim()) };
}

/** What was not inserted, put together again. */
function withoutInsertions(written: string, edits: DocResult["edits"]): string {
  const lines = written.split(/(?<=\n)/);
  // Taken out from above, what stands below is where it was in the original.
  for (const edit of edits) lines.splice(edit.line - 1, edit.insert.split("\n").length - 1);
  return lines.join("");
}

async function parseText(path: string, text: string): Promise<SourceFile | undefined> {
  const language = languageOf(path, text);
  return language === undefined ? undefined : parseSource(path, text, language);
}

async function isUnchanged(path: string, before: string, result: DocResult): Promise<boolean> {
  const written = result.files[0]?.text ?? before;
  const bom = before.startsWith("\uFEFF") ? "\uFEFF" : "";
  if (`${bom}${withoutInsertions(written.slice(bom.length), result.edits)}` !== before) return false;
  const [first, second] = await Promise.all([parseText(path, before), parseText(path, written)]);
  if (first === undefined || second === undefined) return false;
  return isSameCode(first, second) && `${bom}${applyEdits(first, result.edits)}` === written;
}

async function missingFrom(path: string, written: string, expected: readonly string[]): Promise<string[]> {
  const source = await parseText(path, written);
  if (source === undefined) return [...expected];
  const symbols = await findSymbols(source, () => undefined);
  return expected.filter((entry) => {
    const { name, parameters } = readExpected(entry);
    const candidates = symbols.filter((symbol) => symbol.qualifiedName === name && symbol.existingDoc !== undefined);
    return !candidates.some(({ existingDoc = "" }) =>
      parameters.every((parameter) => namesParameter(source.language.name, existingDoc, parameter)),
    );
  });
}

interface Entry {
  path: string;
  expected: readonly string[];
  native: boolean;
}

async function scoreFile(engine: DocEngine, { path, expected, native }: Entry): Promise<FileScore> {
  const text = await readFile(new URL(path, folder), "utf8");
  const order = { job_type: "document" as const, files: [{ path, text }], context: [], options: {} };
  const result = await writeDocs(engine, order, { signal: AbortSignal.timeout(120_000), onProgress: () => undefined });
  const written = result.files[0]?.text ?? text;
  const missing = await missingFrom(path, written, expected);
  return {
    path,
    unchanged: await isUnchanged(path, text, result),
    native: native ? await askNativeParser(path, text, written) : { tool: "none", result: "absent" },
    symbols: expected.length,
    documented: expected.length - missing.length,
    missing,
  };
}

/** The corpus' files, each with its public symbols as people listed them. */
export async function readCorpus(): Promise<Record<string, string[]>> {
  const listed = await readFile(new URL("public-symbols.json", folder), "utf8");
  return JSON.parse(listed) as Record<string, string[]>;
}

export const corpusFolder = fileURLToPath(folder);

/** Documents the corpus with an engine and counts what came of it. `native: false` leaves the languages' own tools out. */
export async function scoreCorpus(engine: DocEngine, { native = true } = {}): Promise<CorpusScore> {
  const files: FileScore[] = [];
  for (const [path, expected] of Object.entries(await readCorpus())) {
    files.push(await scoreFile(engine, { path, expected, native }));
  }
  const sum = (count: (file: FileScore) => number): number => files.reduce((total, file) => total + count(file), 0);
  const isIntact = (file: FileScore): boolean => file.unchanged && file.native.result !== "changed";
  return {
    files,
    unchangedShare: files.filter(isIntact).length / files.length,
    documentedShare: sum(({ documented }) => documented) / sum(({ symbols }) => symbols),
  };
}
