import type { SourceFile } from "#syntax/source-file.ts";

/** Puts whole lines in front of a line, or in the place of some. */
export interface DocEdit {
  path: string;
  /** From 1: the lines go in front of this one. */
  line: number;
  delete_lines: number;
  /** With line ends. */
  insert: string;
}

const hasNoEnd = (text: string): boolean => text !== "" && !text.endsWith("\n");

/** A text with edits in it. They are in the order of their lines and do not overlap. */
export function applyEdits(source: SourceFile, edits: readonly DocEdit[]): string {
  const { lines, text } = source;
  let result = "";
  let at = 0;
  for (const edit of edits) {
    const row = edit.line - 1;
    const end = lines.startOf(row + edit.delete_lines);
    const removed = text.slice(lines.startOf(row), end);
    const lost = edit.delete_lines > 0 && end === text.length && hasNoEnd(removed);
    result += text.slice(at, lines.startOf(row)) + (lost ? edit.insert.replace(/\r?\n$/, "") : edit.insert);
    at = end;
  }
  return result + text.slice(at);
}
