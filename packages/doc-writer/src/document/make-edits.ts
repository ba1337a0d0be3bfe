import { bounds } from "#bounds.ts";
import type { SymbolWords } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import type { DocEdit } from "./doc-edit.ts";

const lineWidth = 100;
const minWidth = 40;
const tabWidth = 4;

/** A symbol with the words for it. */
export interface Worded {
  symbol: DocSymbol;
  words: SymbolWords;
}

export interface MadeEdits {
  edits: DocEdit[];
  notes: string[];
  /** Symbols that kept the comment that they had. */
  kept: number;
}

const refusals: Readonly<Record<string, string>> = {
  "shares-line": "shares its line with other code, so no comment fits above it",
  "no-body-line": "has no body on a line of its own, so no docstring fits",
  "kept-tags": "keeps its comment, which holds what tools read",
};

// Whatever words an engine gives, a comment must stay one for people: tools obey these wherever they stand.
const directive =
  /@(?:ts-(?:ignore|expect-error|nocheck|check)|jsx\w*|flow|license|preserve|__PURE__|format|codingStandards|phpstan-|psalm-)|\b(?:eslint|tslint|oxlint|prettier|biome|rubocop|pylint|phpcs|istanbul|clang-format|deno-lint)[-: ]+(?:disable|enable|ignore|env|skip|off)|NOLINT|#__PURE__|\bgo:(?:build|embed|generate|linkname|noinline)|\+build\b|-\*-|#\s*(?:type:|noqa\b|coding[:=]|pylint:|pragma:)|\bfrozen_string_literal\b|@noinspection/i;

function isDirective(lines: readonly string[], source: SourceFile): boolean {
  const { pragmas } = source.language;
  return lines.some((line) => directive.test(line) || pragmas.line.test(line.trim()) || pragmas.file.test(line.trim()));
}

function render({ symbol, words }: Worded, indent: string, source: SourceFile): string[] {
  const column = indent.replaceAll("\t", " ".repeat(tabWidth)).length;
  return source.language.convention.render(symbol, words, Math.max(minWidth, lineWidth - column));
}

/** With what the convention wants between a comment and its neighbours. */
function setApart(lines: readonly string[], { symbol }: Worded, source: SourceFile): string[] {
  if ("refused" in symbol.site) return [...lines];
  const { row, removeRows } = symbol.site;
  const { convention, plainCommentsDocument, pragmas } = source.language;
  const above = row === 0 ? "" : source.lines.line(row - 1).trim();
  const below = source.lines.line(row + removeRows).trim();
  // Where any comment documents, one about the file must not run into this one.
  const joins =
    plainCommentsDocument &&
    source.comments.some(({ start }) => start < source.lines.startOf(row) && source.lines.rowAt(start) === row - 1) &&
    /^(?:#|\/\/)/.test(above);
  const isApart = convention.abovePragma !== undefined && pragmas.line.test(below);
  const isSpaced = convention.emptyLineAfter?.has(symbol.kind) === true && below !== "";
  return [
    ...(joins ? [""] : []),
    ...lines,
    ...(isApart ? [convention.abovePragma ?? ""] : []),
    ...(isSpaced ? [""] : []),
  ];
}

function editOf(worded: Worded, source: SourceFile, notes: string[]): DocEdit | undefined {
  const { symbol } = worded;
  const at = `${symbol.path}:${String(symbol.line)} ${symbol.qualifiedName}`;
  if ("refused" in symbol.site) {
    notes.push(`${at} ${refusals[symbol.site.refused] ?? "has no place for a comment"}.`);
    return undefined;
  }
  const { row, indent, removeRows } = symbol.site;
  const lines = render(worded, indent, source);
  if (lines.join("\n").length > bounds.maxCommentLength) {
    notes.push(`${at} would have had too long a comment.`);
    return undefined;
  }
  if (isDirective(lines, source)) {
    notes.push(`${at} would have had a comment that tools obey; it was left out.`);
    return undefined;
  }
  const end = source.lines.endOf(row);
  const insert = setApart(lines, worded, source)
    .map((line) => (line === "" ? end : `${indent}${line}${end}`))
    .join("");
  return { path: source.path, line: row + 1, delete_lines: removeRows, insert };
}

/** Turns words into edits of one file. Symbols that have a comment keep it unless `replace` is set. */
export function makeEdits(source: SourceFile, worded: readonly Worded[], replace: boolean): MadeEdits {
  const notes: string[] = [];
  const edits: DocEdit[] = [];
  let kept = 0;
  const rows = new Set<number>();
  for (const each of worded) {
    if (each.symbol.existingDoc !== undefined && !replace) {
      kept += 1;
      continue;
    }
    const edit = editOf(each, source, notes);
    // Two declarations of one statement share its comment.
    if (edit === undefined || rows.has(edit.line)) continue;
    rows.add(edit.line);
    edits.push(edit);
  }
  return { edits: edits.toSorted((a, b) => a.line - b.line), notes, kept };
}
