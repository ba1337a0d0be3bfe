import type { DocFile, PreparedOrder } from "#engine.ts";
import { scrubSecrets } from "#scrub.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";

/** Rows of one file, from 1, both ends included. */
export interface Rows {
  path: string;
  first: number;
  last: number;
}

/** The order's files without their secrets, line by line: the only text of them that a model is shown. */
export class SourceExcerpts {
  readonly #lines = new Map<string, readonly string[]>();

  constructor(order: Pick<PreparedOrder, "files" | "context">) {
    // Whole files are scrubbed, never pieces: a key block may begin above a piece.
    for (const { path, text } of [...order.context, ...order.files])
      this.#lines.set(path, scrubSecrets(text).split(/\r\n|\r|\n/));
  }

  line(path: string, row: number): string {
    return this.#lines.get(path)?.[row - 1] ?? "";
  }

  /** The rows that a file of the order names, within the file. */
  rowsOf(file: DocFile): Rows {
    const count = this.#lines.get(file.path)?.length ?? 0;
    const first = Math.min(Math.max(1, file.line_start ?? 1), Math.max(1, count));
    return { path: file.path, first, last: Math.min(count, Math.max(first, file.line_end ?? count)) };
  }

  text({ path, first, last }: Rows): string {
    return (this.#lines.get(path) ?? []).slice(first - 1, last).join("\n");
  }

  /** As {@link text}, under a line that says where it is from. */
  titled(rows: Rows): string {
    return `[${scrubSecrets(rows.path)}, lines ${String(rows.first)} to ${String(rows.last)}]\n${this.text(rows)}`;
  }
}

/** The rows of symbols, those that touch each other made one. */
export function mergeRows(rows: readonly Rows[]): Rows[] {
  const merged: Rows[] = [];
  for (const next of rows.toSorted((a, b) => (a.path === b.path ? a.first - b.first : a.path < b.path ? -1 : 1))) {
    const last = merged.at(-1);
    if (last?.path === next.path && next.first <= last.last + 1) last.last = Math.max(last.last, next.last);
    else merged.push({ ...next });
  }
  return merged;
}

/** A symbol on one line, as the code has it. */
export function headLine(id: string, symbol: DocSymbol): string {
  const parameters = symbol.parameters.map(({ name }) => name);
  const throws = symbol.throws.map(({ type }) => type);
  return scrubSecrets(
    [
      `${id}: ${symbol.kind} ${symbol.qualifiedName}, ${symbol.path} line ${String(symbol.line)}`,
      symbol.signature,
      ...(parameters.length > 0 ? [`parameters: ${parameters.join(", ")}`] : []),
      ...(throws.length > 0 ? [`throws: ${[...new Set(throws)].join(", ")}`] : []),
    ].join(" | "),
  );
}
