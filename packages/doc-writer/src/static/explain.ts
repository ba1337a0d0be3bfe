import { createPause } from "#pause.ts";
import type { EngineRun, PreparedOrder, SymbolWords } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import type { SourceOutline } from "#symbols/outline.ts";
import { asSentence } from "#comments/prose.ts";
import { scrubSecrets } from "#scrub.ts";
import { callGraph } from "./call-graph.ts";
import type { CallGraph } from "./call-graph.ts";
import { describeSymbol, plainVoice } from "./describe-symbol.ts";
import { code, codeBlock, engineLine, link } from "./markdown.ts";
import { listed } from "./name-words.ts";

const fences: Readonly<Record<string, string>> = { "C#": "csharp", "C++": "cpp" };

export function symbolLink(symbol: DocSymbol): string {
  return link(code(symbol.qualifiedName), symbol.path, symbol);
}

function facts(words: SymbolWords): string[] {
  const parameters = (words.parameters ?? []).map(({ name, text }) => `- ${code(name)}: ${asSentence(text)}`);
  const throws = (words.throws ?? []).map(({ type, text }) => `- ${throwLabel(type)}: ${asSentence(text)}`);
  return [
    ...(parameters.length > 0 ? ["Parameters:", "", ...parameters, ""] : []),
    ...(words.returns === undefined ? [] : [`Returns: ${asSentence(words.returns)}`, ""]),
    ...(throws.length > 0 ? ["Fails:", "", ...throws, ""] : []),
  ];
}

const throwLabel = (type: string): string => (type === "panic" ? "panics" : code(type));

function relations(symbol: DocSymbol, graph: CallGraph): string[] {
  const calls = graph.calls(symbol).map(symbolLink);
  const callers = graph.callers(symbol).map(symbolLink);
  const lines = [
    ...(calls.length > 0 ? [`Calls ${listed(calls, 12)}.`] : []),
    ...(callers.length > 0 ? [`Called by ${listed(callers, 12)}.`] : []),
  ];
  return lines.length > 0 ? [lines.join(" "), ""] : [];
}

function explainSymbol(symbol: DocSymbol, outline: SourceOutline, graph: CallGraph): string[] {
  const words = describeSymbol(symbol, plainVoice);
  const language = outline.language ?? "";
  const traits = [...symbol.traits].filter((trait) =>
    ["async", "static", "abstract", "generator", "unsafe"].includes(trait),
  );
  const said = traits.length > 0 ? ` It is ${listed(traits)}.` : "";
  return [
    `### ${symbolLink(symbol)}`,
    "",
    codeBlock(scrubSecrets(symbol.signature), fences[language] ?? language.toLowerCase()),
    "",
    `${asSentence(words.summary)}${said}`,
    "",
    ...facts(words),
    ...relations(symbol, graph),
  ];
}

/** One sentence about a file. */
export function aboutFile(outline: SourceOutline): string {
  const total = outline.symbols.length;
  const open = outline.symbols.filter((symbol) => symbol.isPublic).length;
  const lines = `${String(outline.lineCount)} ${outline.lineCount === 1 ? "line" : "lines"}`;
  if (outline.language === undefined) return `${lines}; its language is not read here.`;
  const symbols = `${String(total)} ${total === 1 ? "symbol" : "symbols"} in the selection, ${String(open)} of them public`;
  return `${outline.language}, ${lines}; ${symbols}.`;
}

/** The Markdown of an `explain` job. */
export async function explain(order: PreparedOrder, { signal, onProgress }: EngineRun): Promise<string> {
  const pause = createPause(signal);
  const graph = callGraph(order.outlines.flatMap((outline) => outline.symbols));
  const lines = ["# What the code does", "", engineLine("static"), ""];
  for (const [index, outline] of order.outlines.entries()) {
    await pause();
    lines.push(`## ${link(code(outline.path), outline.path)}`, "", aboutFile(outline), "");
    for (const symbol of outline.symbols) lines.push(...explainSymbol(symbol, outline, graph));
    onProgress((index + 1) / order.outlines.length);
  }
  return lines.join("\n");
}
