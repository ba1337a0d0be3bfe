import { bounds } from "#bounds.ts";
import type { DocEngine, DocOrder, EngineName, EngineRun, PreparedOrder, SymbolComment } from "#engine.ts";
import { outlineFile } from "#symbols/outline.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import type { SourceOutline } from "#symbols/outline.ts";
import { languageOf } from "#languages/languages.ts";
import { parseSource } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { completeWords } from "./complete-words.ts";
import type { DocEdit } from "./doc-edit.ts";
import { createPause } from "#pause.ts";
import { makeDiff } from "./make-diff.ts";
import { makeEdits } from "./make-edits.ts";
import type { Worded } from "./make-edits.ts";
import { proveEdits } from "./prove-edits.ts";
import { reportEdits } from "./report-edits.ts";

/** What a documentation job gives back. For other jobs than `document` the last three are empty. */
export interface DocResult {
  markdown: string;
  engine: EngineName;
  /** What was left as it is, and why. */
  notes: string[];
  edits: DocEdit[];
  /** Unified; `git apply` takes it. */
  diff: string;
  /** The changed files, whole. */
  files: { path: string; text: string }[];
}

interface Written {
  edits: DocEdit[];
  diff: string;
  file: { path: string; text: string } | undefined;
  notes: string[];
  kept: number;
}

function cut(text: string): string {
  if (text.length <= bounds.maxMarkdownLength) return text;
  const end = text.lastIndexOf("\n", bounds.maxMarkdownLength);
  return `${text.slice(0, Math.max(0, end))}\n\n… The rest is left out: it is too long.\n`;
}

function boundNotes(notes: readonly string[]): string[] {
  const unique = [...new Set(notes)];
  const rest = unique.length - bounds.maxNotes;
  return rest <= 0 ? unique : [...unique.slice(0, bounds.maxNotes), `${String(rest)} more notes are left out.`];
}

/** Line 1 stands behind the byte order mark; in a diff that line has to be written anew. */
function diffOf(source: SourceFile, edits: readonly DocEdit[]): string {
  const full = `${source.bom}${source.text}`;
  if (source.bom === "") return makeDiff(source.path, full, edits);
  const moved = edits.map((edit) => {
    if (edit.line !== 1) return edit;
    const first = edit.delete_lines === 0 ? source.lines.whole(0) : "";
    const insert = `${source.bom}${edit.insert}${first}`;
    return { ...edit, insert, delete_lines: Math.max(1, edit.delete_lines) };
  });
  return makeDiff(source.path, full, moved);
}

async function writeFile(source: SourceFile, worded: readonly Worded[], replace: boolean): Promise<Written> {
  const made = makeEdits(source, worded, replace);
  const proven = await proveEdits(source, made.edits);
  const dropped = proven.dropped.map(
    (edit) =>
      `${edit.path}:${String(edit.line)}: a comment here would have changed code or what a tool reads; it was left out.`,
  );
  return {
    edits: proven.kept,
    diff: diffOf(source, proven.kept),
    file: proven.kept.length > 0 ? { path: source.path, text: proven.text } : undefined,
    notes: [...made.notes, ...dropped],
    kept: made.kept,
  };
}

async function prepare(order: DocOrder, signal: AbortSignal): Promise<PreparedOrder> {
  const outlines: SourceOutline[] = [];
  const pause = createPause(signal);
  for (const file of order.files) {
    await pause();
    outlines.push(await outlineFile(file, pause));
  }
  return { ...order, outlines };
}

/** A path may be selected more than once, by several ranges: its symbols are documented together. */
function symbolsByPath({ outlines }: PreparedOrder): Map<string, DocSymbol[]> {
  const byPath = new Map<string, Map<string, DocSymbol>>();
  for (const { path, symbols } of outlines) {
    const known = byPath.get(path) ?? new Map<string, DocSymbol>();
    for (const symbol of symbols) known.set(symbol.id, symbol);
    byPath.set(path, known);
  }
  return new Map([...byPath].map(([path, symbols]) => [path, [...symbols.values()]]));
}

async function writeComments(
  order: PreparedOrder,
  comments: readonly SymbolComment[],
  signal: AbortSignal,
): Promise<Written[]> {
  const wordsOf = new Map(comments.map(({ symbol, words }) => [symbol, words]));
  const written: Written[] = [];
  const pause = createPause(signal);
  for (const [path, symbols] of symbolsByPath(order)) {
    await pause();
    const file = order.files.find((each) => each.path === path);
    const language = file === undefined ? undefined : languageOf(path, file.text);
    if (file === undefined || language === undefined || symbols.length === 0) continue;
    // One file's tree at a time: memory does not grow with the selection.
    const source = await parseSource(path, file.text, language);
    const worded = symbols.flatMap((symbol) => {
      const words = wordsOf.get(symbol.id);
      return words === undefined ? [] : [{ symbol, words: completeWords(symbol, words, language.convention) }];
    });
    written.push(await writeFile(source, worded, order.options.replace === true));
  }
  return written;
}

/**
 * Does an order with an engine. For `document` it makes edits of the engine's words and proves that they change comments only; whatever would do
 * more is left out and said in the notes.
 *
 * @throws The reason of `run.signal`, when it is aborted; it is asked between symbols.
 */
export async function writeDocs(engine: DocEngine, order: DocOrder, run: EngineRun): Promise<DocResult> {
  const prepared = await prepare(order, run.signal);
  const draft = await engine.write(prepared, { ...run, onProgress: (share) => run.onProgress(share * 0.7) });
  const notes = [...prepared.outlines.flatMap((outline) => outline.notes), ...draft.notes];
  const blank = { engine: engine.name, edits: [], diff: "", files: [] };
  if (draft.kind === "markdown") {
    run.onProgress(1);
    return { ...blank, markdown: cut(draft.markdown), notes: boundNotes(notes) };
  }
  const written = await writeComments(prepared, draft.comments, run.signal);
  const edits = written.flatMap((each) => each.edits);
  run.onProgress(1);
  const kept = written.reduce((sum, each) => sum + each.kept, 0);
  return {
    ...blank,
    markdown: cut(reportEdits(engine.name, prepared.outlines, { edits, kept })),
    notes: boundNotes([...notes, ...written.flatMap((each) => each.notes)]),
    edits,
    diff: written.map((each) => each.diff).join(""),
    files: written.flatMap((each) => each.file ?? []),
  };
}
