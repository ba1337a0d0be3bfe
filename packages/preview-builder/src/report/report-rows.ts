import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import type { Location, Message } from "esbuild";
import type { ReportRow } from "#build-result.ts";
import type { PartStart } from "#report/move-mappings.ts";

/** The most errors, and the most warnings, that a result has. */
export const MAX_ROWS = 50;
const MAX_TEXT_CHARACTERS = 500;

/** Where a row points: a project path, and a place in it from 1, with the text of its line. */
export interface RowPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly lineText: string | null;
}

/** Makes a row. Texts hold what user code holds, so they are cut to a length that can be kept and sent. */
export function reportRow(text: string, place?: RowPlace): ReportRow {
  if (place === undefined) return { file: null, line: null, column: null, text: clip(text), line_text: null };
  const { file, line, column, lineText } = place;
  return { file, line, column, text: clip(text), line_text: lineText === null ? null : clip(lineText) };
}

/** The first rows, and how many there are more. */
export function limitRows(rows: readonly ReportRow[]): readonly ReportRow[] {
  if (rows.length <= MAX_ROWS) return rows;
  return [...rows.slice(0, MAX_ROWS - 1), reportRow(`… and ${rows.length - MAX_ROWS + 1} more`)];
}

/** What leads from what the bundler read back to what was written, by the bundler's names. */
export interface WrittenSources {
  /** Where the parts of pages start. */
  readonly parts: ReadonlyMap<string, { readonly start?: PartStart }>;
  /** Source maps of transformed files, with the files' own text. */
  readonly maps: ReadonlyMap<string, { readonly map: string; readonly text: string }>;
}

/** The `detail` of messages whose places are already those of the file as it was written. */
export const AS_WRITTEN = "as written";

/** Makes the bundler's messages rows for people: project paths, positions from 1, notes with a place as rows of their own. */
export function reportRows(messages: readonly Message[], sources: WrittenSources): ReportRow[] {
  return messages.flatMap((message) => [
    rowAt({ ...message, text: withAdvice(message) }, sources),
    ...message.notes.filter(isOfProject).map((note) => rowAt(note, sources)),
  ]);
}

const NO_EXPORT = /^No matching export in "[^"]+" for import "([^"]+)"$/;

/** What the bundler's message leaves open: what to do. */
function withAdvice({ text, location, notes }: Message): string {
  const missing = NO_EXPORT.exec(text);
  if (missing === null) {
    const isTypeScript = /\.[cm]?ts$/.test(location?.file ?? "");
    const looksLikeJsx = /<\/?[A-Za-z>]/.test(location?.lineText ?? "");
    return isTypeScript && looksLikeJsx
      ? `${text}. JSX is read in .tsx and .jsx files: rename the file if it holds any.`
      : text;
  }
  // In a file of the project the note is a row with a place of its own.
  const near = notes.find((note) => note.text.startsWith("Did you mean"));
  if (near !== undefined) return isProjectSource(near.location?.file) ? text : `${text}. ${near.text}`;
  if (text.includes('"runtime:')) return text;
  if (missing[1] === "default") return `${text}. Give it an "export default", or import one of its names in braces`;
  return `${text}. Export it there, or import another name`;
}

/** That our own plugin was asked by an import says nothing to anybody. */
function isOfProject({ text, location }: Message["notes"][number]): boolean {
  return isProjectSource(location?.file) && !/^The plugin "[^"]*" was triggered by/.test(text);
}

/** One line for the log and for a failure's message. */
export function describeRow(row: ReportRow): string {
  return row.file === null ? row.text : `${row.file}:${row.line}:${row.column}: ${row.text}`;
}

type Located = { readonly location: Location | null; readonly text: string; readonly detail?: unknown };

function rowAt({ location, text, detail }: Located, { parts, maps }: WrittenSources): ReportRow {
  if (location === null || !isProjectSource(location.file)) return reportRow(readable(text));
  const transformed = detail === AS_WRITTEN ? undefined : maps.get(location.file);
  if (transformed !== undefined) return rowInWritten(location, readable(text), transformed);
  // The bundler counts columns in UTF-8 bytes from 0; editors count characters from 1.
  const before = Buffer.from(location.lineText, "utf8").subarray(0, location.column).toString("utf8");
  const start = parts.get(location.file)?.start;
  const firstLineStart = location.line === 1 ? start : undefined;
  return reportRow(readable(text), {
    file: projectPath(location.file),
    line: location.line + (start?.lines ?? 0),
    column: before.length + 1 + (firstLineStart?.columns ?? 0),
    lineText: firstLineStart?.lineText ?? location.lineText,
  });
}

/** The row of a message about a transformed file, at its place in the file as it was written. */
function rowInWritten(
  { file, line, column, lineText }: Location,
  text: string,
  written: { readonly map: string; readonly text: string },
): ReportRow {
  const before = Buffer.from(lineText, "utf8").subarray(0, column).toString("utf8");
  const entry = new SourceMap(JSON.parse(written.map) as SourceMapPayload).findEntry(line - 1, before.length);
  const lines = written.text.split("\n");
  const place =
    "originalLine" in entry ? { line: entry.originalLine, column: entry.originalColumn } : { line: 0, column: 0 };
  return reportRow(text, {
    file: projectPath(file),
    line: place.line + 1,
    column: place.column + 1,
    lineText: lines[place.line] ?? null,
  });
}

/** True of what the bundler calls a source when it is a project's file, whole or a part of it (see bundle/namespaces.ts). */
export function isProjectSource(source: string | undefined): boolean {
  return source !== undefined && /^vfs(?:-[a-z]+)?:/.test(source);
}

/** The project path in such a name: `vfs-raw:src/a.css` is the file `src/a.css`, `vfs-part:index.html?0` is `index.html`. */
export function projectPath(source: string): string {
  const path = source.slice(source.indexOf(":") + 1);
  return source.startsWith("vfs-part:") ? path.replace(/\?\d+$/, "") : path;
}

function readable(text: string): string {
  return text
    .replace(
      /No matching export in "runtime:([^"]+)" for import "([^"]+)"/,
      '"$2" of "$1" is not available in previews',
    )
    .replaceAll(/"(vfs(?:-[a-z]+)?:[^"]+)"/g, (_, source: string) => `"${projectPath(source)}"`);
}

/** Cuts a text for people to 500 characters. */
export function clip(text: string): string {
  return text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS)}…`;
}
