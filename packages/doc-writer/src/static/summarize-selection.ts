import { asSentence } from "#comments/prose.ts";
import { createPause } from "#pause.ts";
import type { EngineRun, PreparedOrder } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import type { SourceOutline } from "#symbols/outline.ts";
import { callGraph } from "./call-graph.ts";
import { describeSymbol, plainVoice } from "./describe-symbol.ts";
import { aboutFile, symbolLink } from "./explain.ts";
import { code, engineLine, link } from "./markdown.ts";
import { listed } from "./name-words.ts";

const mostPerFile = 12;

/** The symbols that say most about a file: public ones, types and functions before their members. */
export function mainSymbols(outline: SourceOutline, most = mostPerFile): DocSymbol[] {
  const open = outline.symbols.filter((symbol) => symbol.isPublic);
  const top = open.filter((symbol) => symbol.container === undefined || symbol.containerKind === "namespace");
  return [...top, ...open.filter((symbol) => !top.includes(symbol))].slice(0, most);
}

function counts(outlines: readonly SourceOutline[]): string {
  const languages = [...new Set(outlines.flatMap((outline) => outline.language ?? []))];
  const lines = outlines.reduce((sum, outline) => sum + outline.lineCount, 0);
  const symbols = outlines.reduce((sum, outline) => sum + outline.symbols.length, 0);
  const files = `${String(outlines.length)} ${outlines.length === 1 ? "file" : "files"}`;
  const read = languages.length > 0 ? ` in ${listed(languages, 12)}` : "";
  return `${files}${read}, ${String(lines)} lines, ${String(symbols)} symbols.`;
}

/** The Markdown of a `summarize` job. */
export async function summarizeSelection(order: PreparedOrder, { signal, onProgress }: EngineRun): Promise<string> {
  const pause = createPause(signal);
  const all = order.outlines.flatMap((outline) => outline.symbols);
  const graph = callGraph(all);
  const busiest = all
    .map((symbol) => ({ symbol, count: graph.callers(symbol).length }))
    .filter(({ count }) => count > 1)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 5)
    .map(({ symbol, count }) => `${symbolLink(symbol)} (${String(count)} callers)`);
  const lines = ["# Summary", "", engineLine("static"), "", counts(order.outlines), ""];
  if (busiest.length > 0) lines.push(`Called most in the selection: ${listed(busiest)}.`, "");
  for (const [index, outline] of order.outlines.entries()) {
    await pause();
    lines.push(`## ${link(code(outline.path), outline.path)}`, "", aboutFile(outline), "");
    const main = mainSymbols(outline);
    lines.push(
      ...main.map((symbol) => `- ${symbolLink(symbol)}: ${asSentence(describeSymbol(symbol, plainVoice).summary)}`),
    );
    if (main.length > 0) lines.push("");
    onProgress((index + 1) / order.outlines.length);
  }
  return lines.join("\n");
}
