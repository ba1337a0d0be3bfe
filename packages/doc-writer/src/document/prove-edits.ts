import { parseSource } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { applyEdits } from "./doc-edit.ts";
import type { DocEdit } from "./doc-edit.ts";
import { isSameCode } from "./token-stream.ts";

export interface ProvenEdits {
  kept: DocEdit[];
  /** Those that would have changed code, or what a pragma is about. */
  dropped: DocEdit[];
  /** With the byte order mark. */
  text: string;
}

interface PragmaRows {
  /** Rows that must stay directly above what follows them. */
  bound: ReadonlySet<number>;
  /** No comment may come in front of this row. */
  top: number;
}

function pragmaRows(source: SourceFile): PragmaRows {
  const { pragmas } = source.language;
  const bound = new Set<number>();
  let top = 0;
  for (const comment of source.comments) {
    const text = source.text.slice(comment.start, comment.end).trim();
    const row = source.lines.rowAt(comment.start);
    const isAlone = source.text.slice(source.lines.startOf(row), comment.start).trim() === "";
    // A type comment is about the head above it.
    if (/^#\s*type:/.test(text)) bound.add(row - 1);
    else if (isAlone && pragmas.line.test(text)) bound.add(source.lines.rowAt(comment.start + text.length - 1));
    // Above it only other comments: below code, no tool takes it for one about the file.
    if (pragmas.file.test(text) && isAboveCode(source, comment.start)) top = Math.max(top, row + 1);
  }
  if (source.text.startsWith("#!")) top = Math.max(top, 1);
  return { bound, top };
}

function isAboveCode(source: SourceFile, offset: number): boolean {
  const first = source.root.children.find(
    (child) => !source.language.comments.has(child.type) && child.end > child.start,
  );
  return first === undefined || offset < first.start;
}

function breaksPragma(edit: DocEdit, { bound, top }: PragmaRows): boolean {
  const row = edit.line - 1;
  if (row < top || bound.has(row - 1)) return true;
  for (let at = row; at < row + edit.delete_lines; at += 1) if (bound.has(at)) return true;
  return false;
}

async function holds(source: SourceFile, edits: readonly DocEdit[]): Promise<boolean> {
  const after = await parseSource(source.path, applyEdits(source, edits), source.language);
  return isSameCode(source, after);
}

// Each try reads the file anew. One bad comment among thousands is found with fewer than these; beyond it the rest is dropped unseen.
const maxTries = 60;

/** The edits that hold by themselves: halves are tried until the ones at fault are alone. */
async function sound(source: SourceFile, edits: readonly DocEdit[], tries: { left: number }): Promise<DocEdit[]> {
  if (edits.length === 0) return [];
  if (tries.left <= 0) return [];
  tries.left -= 1;
  if (await holds(source, edits)) return [...edits];
  if (edits.length === 1) return [];
  const middle = edits.length >> 1;
  const first = await sound(source, edits.slice(0, middle), tries);
  return [...first, ...(await sound(source, edits.slice(middle), tries))];
}

/** Keeps those edits after which the file is the same code, comments aside, and every pragma still stands where it stood. */
export async function proveEdits(source: SourceFile, edits: readonly DocEdit[]): Promise<ProvenEdits> {
  const rows = pragmaRows(source);
  const candidates = edits.filter((edit) => !breaksPragma(edit, rows));
  const each = await sound(source, candidates, { left: maxTries });
  // What holds apart may not hold together.
  const kept = each.length === candidates.length || (await holds(source, each)) ? each : [];
  const keptSet = new Set(kept);
  const dropped = edits.filter((edit) => !keptSet.has(edit));
  return { kept, dropped, text: `${source.bom}${applyEdits(source, kept)}` };
}
