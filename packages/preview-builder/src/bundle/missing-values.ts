import { posix } from "node:path";
import type { PartialMessage } from "esbuild";
import type { ReportRow } from "#build-result.ts";
import { PREVIEW_VALUES, PUBLIC_NAME } from "#project/env-values.ts";
import type { PackageJson } from "#project/package-json.ts";
import { AS_WRITTEN } from "#report/report-rows.ts";
import type { CodeSettings } from "#bundle/prepare-code.ts";

const READ = /\b(import\.meta|process)\.env\??\.(\w{1,100})(?!\w)/g;
/** A line that is a comment, or goes on with one. */
const COMMENT = /^\s*(?:\/\/|\/?\*)/;
const ADVICE_START = "Files named .env are not uploaded, as they may hold secrets: put what the page may show into ";
// The bundler keeps the line with each message, and a line may be as long as a file.
const MAX_LINE_CHARACTERS = 10_000;
const MAX_NAMES = 50;

interface Context {
  readonly settings: Pick<CodeSettings, "define">;
  readonly packageJson: Pick<PackageJson, "path">;
}

/** Warns of the environment's values that a script reads and that a preview does not have, of each at its first place. */
export function missingValues(
  { settings, packageJson }: Context,
  { source, text }: { readonly source: string; readonly text: string },
): PartialMessage[] {
  if (!text.includes(".env")) return [];
  const file = posix.join(posix.dirname(packageJson.path), PREVIEW_VALUES);
  const told = new Map<string, PartialMessage>();
  for (const [index, line] of text.split("\n").entries()) {
    if (!line.includes(".env") || COMMENT.test(line)) continue;
    for (const { 1: owner = "", 2: name = "", index: start } of line.matchAll(READ)) {
      const isKnown = !PUBLIC_NAME.test(name) || Object.hasOwn(settings.define, `${owner}.env.${name}`);
      if (isKnown || told.has(name) || told.size >= MAX_NAMES) continue;
      const lineText = line.slice(0, MAX_LINE_CHARACTERS);
      const column = Buffer.byteLength(lineText.slice(0, start));
      const location = { file: source, line: index + 1, column, length: 0, lineText };
      told.set(name, { text: `"${name}" has no value here. ${ADVICE_START}${file}.`, detail: AS_WRITTEN, location });
    }
  }
  return [...told.values()];
}

/** The rows with what is told of a missing value once, however many modules read it: at the first place by path and line. */
export function tellMissingOnce(rows: readonly ReportRow[]): ReportRow[] {
  const isMissing = ({ text }: ReportRow): boolean => text.includes(`" has no value here. ${ADVICE_START}`);
  // In the bundler's order, which is that of the paths, also where modules were made one by one.
  const missing = rows.filter(isMissing).toSorted((a, b) => comparePlaces(a, b));
  const first = new Map(missing.toReversed().map((row) => [row.text, row]));
  return [...rows.filter((row) => !isMissing(row)), ...missing.filter((row) => first.get(row.text) === row)];
}

function comparePlaces(a: ReportRow, b: ReportRow): number {
  const [one, other] = [a.file ?? "", b.file ?? ""];
  if (one !== other) return one < other ? -1 : 1;
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
