import type { PreparedOrder } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import { headLine, mergeRows } from "./source-excerpts.ts";
import type { Rows, SourceExcerpts } from "./source-excerpts.ts";
import { countTokens } from "./token-budget.ts";
import type { TokenBudget } from "./token-budget.ts";

// A comment's JSON comes to 100 to 250 tokens.
const outputTokensPerSymbol = 200;
const maxSymbolsPerRequest = 20;

/** One request's symbols, by the short ids that the model is told, and the code that they stand in. */
export interface CommentBatch {
  symbols: ReadonlyMap<string, DocSymbol>;
  heads: readonly string[];
  code: readonly string[];
}

interface Costed {
  symbol: DocSymbol;
  rows: Rows;
  tokens: number;
}

/** Those that a comment can be written for: the others' words would be thrown away. */
export function wantedSymbols(order: PreparedOrder): DocSymbol[] {
  const seen = new Map<string, DocSymbol>();
  for (const symbol of order.outlines.flatMap(({ symbols }) => symbols)) {
    const isKept = symbol.existingDoc !== undefined && order.options.replace !== true;
    if (!isKept && !("refused" in symbol.site)) seen.set(symbol.id, symbol);
  }
  return [...seen.values()];
}

/** A long body's end tells least about it: it is cut there. */
function cost(symbol: DocSymbol, excerpts: SourceExcerpts, budget: number): Costed {
  let tokens = countTokens(headLine("s000", symbol));
  let last = symbol.line;
  for (let row = symbol.line; row <= symbol.endLine; row += 1) {
    const more = countTokens(excerpts.line(symbol.path, row)) + 1;
    if (tokens + more > budget) break;
    tokens += more;
    last = row;
  }
  return { symbol, rows: { path: symbol.path, first: symbol.line, last }, tokens };
}

function toBatch(costed: readonly Costed[], excerpts: SourceExcerpts): CommentBatch {
  const symbols = new Map(costed.map(({ symbol }, index) => [`s${String(index + 1)}`, symbol]));
  return {
    symbols,
    heads: [...symbols].map(([id, symbol]) => headLine(id, symbol)),
    code: mergeRows(costed.map(({ rows }) => rows)).map((rows) => excerpts.titled(rows)),
  };
}

/** Shares the symbols out over requests that fit. */
export function planComments(
  symbols: readonly DocSymbol[],
  excerpts: SourceExcerpts,
  budget: TokenBudget,
): CommentBatch[] {
  const most = Math.min(maxSymbolsPerRequest, Math.max(1, Math.floor(budget.output / outputTokensPerSymbol)));
  // A third of the room is the most that one symbol takes: its neighbours explain it.
  const each = Math.max(100, Math.floor(budget.input / 3));
  const batches: Costed[][] = [];
  let room = 0;
  for (const symbol of symbols) {
    const costed = cost(symbol, excerpts, each);
    const batch = batches.at(-1);
    if (batch !== undefined && batch.length < most && costed.tokens <= room) batch.push(costed);
    else {
      batches.push([costed]);
      room = budget.input;
    }
    room -= costed.tokens;
  }
  return batches.map((batch) => toBatch(batch, excerpts));
}
