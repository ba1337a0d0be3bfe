import { parse, type ParseError } from "jsonc-parser";
import type { ReportRow } from "#build-result.ts";
import { BuildError } from "#report/build-error.ts";
import { reportRow, type RowPlace } from "#report/report-rows.ts";

/** Where a character of a file stands. */
export function placeOfOffset(path: string, text: string, offset: number): RowPlace {
  const before = text.slice(0, offset).split("\n");
  const line = before.length;
  return { file: path, line, column: (before.at(-1)?.length ?? 0) + 1, lineText: text.split("\n")[line - 1] ?? null };
}

/** The first place where a file stops being JSON. */
export function placeOfJsonFault(path: string, text: string, isLenient = false): RowPlace | undefined {
  const errors: ParseError[] = [];
  parse(text, errors, isLenient ? { allowTrailingComma: true } : { disallowComments: true });
  const [first] = errors;
  return first && placeOfOffset(path, text, first.offset);
}

/** The end of a build by a file that is no JSON, told at the place where it stops being it. */
export function jsonFault({ path, text }: { path: string; text: string }, error: unknown, advice = ""): BuildError {
  const reason = error instanceof SyntaxError ? error.message : "it cannot be read";
  // The place says it better.
  const shown = reason.replace(/ in JSON at position.*$|, "?[^"]*"? is not valid JSON$/s, "");
  const message = `"${path}" is not valid JSON: ${shown}. ${advice}`.trimEnd();
  return new BuildError(message, { rows: [reportRow(message, placeOfJsonFault(path, text))] });
}

/** A warning of a config that was read as far as it is JSON with comments. */
export function lenientJsonWarning(path: string, text: string): ReportRow | undefined {
  const place = placeOfJsonFault(path, text, true);
  return place && reportRow(`"${path}" is not valid JSON here: what follows may not be heeded.`, place);
}
