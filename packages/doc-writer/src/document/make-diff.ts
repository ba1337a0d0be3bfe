import { formatPatch } from "diff";
import type { StructuredPatchHunk } from "diff";
import { SourceLines } from "#syntax/source-lines.ts";
import type { DocEdit } from "./doc-edit.ts";

const contextLines = 3;

/** Edits that share context lines are one hunk. */
function grouped(edits: readonly DocEdit[]): DocEdit[][] {
  const groups: DocEdit[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const edit of edits) {
    if (edit.line - end <= contextLines * 2) groups.at(-1)?.push(edit);
    else groups.push([edit]);
    end = edit.line + edit.delete_lines;
  }
  return groups;
}

/** A hunk's lines of one kind; git marks a last line without an end. */
function marked(sign: string, text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") return lines.slice(0, -1).map((line) => `${sign}${line}`);
  return [...lines.map((line) => `${sign}${line}`), String.raw`\ No newline at end of file`];
}

function hunk(lines: SourceLines, edits: readonly DocEdit[], shift: number): StructuredPatchHunk {
  const first = (edits[0]?.line ?? 1) - 1;
  const last = edits.at(-1);
  const start = Math.max(0, first - contextLines);
  const end = Math.min(lines.count, (last?.line ?? 1) - 1 + (last?.delete_lines ?? 0) + contextLines);
  const between = (from: number, to: number): string => lines.text.slice(lines.startOf(from), lines.startOf(to));
  const result: string[] = [];
  let at = start;
  for (const edit of edits) {
    const row = edit.line - 1;
    const stop = row + edit.delete_lines;
    const removed = between(row, stop);
    const isEnd = edit.delete_lines > 0 && stop >= lines.count && !removed.endsWith("\n");
    result.push(...marked(" ", between(at, row)), ...marked("-", removed));
    result.push(...marked("+", isEnd ? edit.insert.replace(/\r?\n$/, "") : edit.insert));
    at = stop;
  }
  result.push(...marked(" ", between(at, end)));
  const count = (signs: string): number => result.filter((line) => signs.includes(line[0] ?? "?")).length;
  return {
    oldStart: start + 1,
    oldLines: count(" -"),
    newStart: start + 1 + shift,
    newLines: count(" +"),
    lines: result,
  };
}

/** A unified diff of one file's edits that `git apply` takes. */
export function makeDiff(path: string, text: string, edits: readonly DocEdit[]): string {
  if (edits.length === 0) return "";
  const lines = new SourceLines(text);
  const hunks: StructuredPatchHunk[] = [];
  let shift = 0;
  for (const group of grouped(edits)) {
    const made = hunk(lines, group, shift);
    hunks.push(made);
    shift += made.newLines - made.oldLines;
  }
  return formatPatch({
    oldFileName: `a/${path}`,
    newFileName: `b/${path}`,
    oldHeader: undefined,
    newHeader: undefined,
    hunks,
    isGit: true,
  });
}
