import { bounds } from "#bounds.ts";
import type { Pause } from "#pause.ts";
import type { DocFile } from "#engine.ts";
import { languageOf } from "#languages/languages.ts";
import type { LanguageName } from "#languages/language.ts";
import { parseSource } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { preorder } from "#syntax/syntax-node.ts";
import type { DocSymbol } from "./doc-symbol.ts";
import { findSymbols } from "./find-symbols.ts";

/** What one file of the selection holds. */
export interface SourceOutline {
  path: string;
  language: LanguageName | undefined;
  lineCount: number;
  /** The selection's symbols, in the order of the text. */
  symbols: readonly DocSymbol[];
  notes: readonly string[];
}

function whyUnread(file: DocFile): string | undefined {
  if (file.text.length > bounds.maxFileLength) return "is too large to be read";
  const longest = file.text.split("\n").reduce((most, line) => Math.max(most, line.length), 0);
  return longest > bounds.maxLineLength ? "has lines too long to be anything but generated" : undefined;
}

function brokenRows(source: SourceFile): number[] {
  const rows = new Set<number>();
  for (const node of preorder(source.root)) {
    if (!node.broken) continue;
    rows.add(source.lines.rowAt(node.start) + 1);
    if (rows.size > 5) break;
  }
  return [...rows];
}

function syntaxNotes(source: SourceFile): string[] {
  const rows = brokenRows(source);
  if (rows.length === 0) return [];
  const listed = rows.slice(0, 5).join(", ");
  return [`${source.path}: could not be read in full, near line ${listed}${rows.length > 5 ? " and others" : ""}.`];
}

function innermostAround(symbols: readonly DocSymbol[], first: number, last: number): DocSymbol[] {
  const around = symbols.filter(
    ({ line, endLine }) => line <= first && endLine >= Math.min(last, endLine) && endLine >= first,
  );
  return around.slice(-1);
}

/**
 * Those of a file that begin in the selected lines; where none does, the one that the lines lie in. Functions inside of functions
 * only count when the lines name them without the function that holds them.
 */
export function selectSymbols(symbols: readonly DocSymbol[], file: DocFile): DocSymbol[] {
  if (file.line_start === undefined && file.line_end === undefined) return symbols.filter(({ isLocal }) => !isLocal);
  const { line_start: first = 1, line_end: last = Number.MAX_SAFE_INTEGER } = file;
  const inside = symbols.filter(({ line }) => line >= first && line <= last);
  if (inside.length === 0) return innermostAround(symbols, first, last);
  const selected = new Set(inside.map(({ qualifiedName }) => qualifiedName));
  return inside.filter(({ isLocal, container }) => !isLocal || (container !== undefined && !selected.has(container)));
}

/** Reads one file. What cannot be read is said in the notes. */
export async function outlineFile(file: DocFile, pause: Pause): Promise<SourceOutline> {
  const lineCount = file.text.split("\n").length - (file.text.endsWith("\n") ? 1 : 0);
  const language = languageOf(file.path, file.text);
  const blank = { path: file.path, language: language?.name, lineCount, symbols: [] };
  const reason = language === undefined ? "is in no language that is read here" : whyUnread(file);
  if (language === undefined || reason !== undefined) {
    return { ...blank, notes: [`${file.path}: ${reason ?? ""}; left as it is.`] };
  }
  const source = await parseSource(file.path, file.text, language);
  const symbols = selectSymbols(await findSymbols(source, pause), file);
  return { ...blank, symbols, notes: syntaxNotes(source) };
}
