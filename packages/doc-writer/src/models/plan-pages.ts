import type { PreparedOrder } from "#engine.ts";
import type { Rows, SourceExcerpts } from "./source-excerpts.ts";
import { countTokens } from "./token-budget.ts";
import type { TokenBudget } from "./token-budget.ts";

/** Pieces of rows that fit; a line too long for any is left out by its end. */
function pieces(rows: Rows, excerpts: SourceExcerpts, budget: number): { rows: Rows; tokens: number }[] {
  const list: { rows: Rows; tokens: number }[] = [];
  for (let row = rows.first; row <= rows.last; row += 1) {
    const tokens = countTokens(excerpts.line(rows.path, row)) + 1;
    const piece = list.at(-1);
    if (piece !== undefined && piece.tokens + tokens <= budget) {
      piece.rows.last = row;
      piece.tokens += tokens;
    } else list.push({ rows: { path: rows.path, first: row, last: row }, tokens: tokens + 40 });
  }
  return list;
}

/** The selection's code in parts that each fit one request. */
export function planPages(order: PreparedOrder, excerpts: SourceExcerpts, budget: TokenBudget): string[] {
  const parts: string[][] = [];
  let room = 0;
  for (const file of order.files) {
    for (const { rows, tokens } of pieces(excerpts.rowsOf(file), excerpts, budget.input)) {
      if (parts.length === 0 || tokens > room) {
        parts.push([]);
        room = budget.input;
      }
      room -= tokens;
      parts.at(-1)?.push(clip(excerpts.titled(rows), budget.input));
    }
  }
  return parts.map((part) => part.join("\n\n"));
}

/** The beginning of a text, as much as fits. */
export function clip(text: string, tokens: number): string {
  if (countTokens(text) <= tokens) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (countTokens(text.slice(0, middle)) <= tokens) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low).toWellFormed();
}
