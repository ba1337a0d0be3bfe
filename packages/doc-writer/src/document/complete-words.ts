import type { SymbolWords } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import type { Voice } from "#comments/convention.ts";
import { describeSymbol } from "#static/describe-symbol.ts";

/** What an engine said about a symbol's own parts, in their order; what it left out is said from the code. */
export function completeWords(symbol: DocSymbol, words: SymbolWords, voice: Voice): SymbolWords {
  const plain = describeSymbol(symbol, voice);
  const said = new Map((words.parameters ?? []).map(({ name, text }) => [name, text]));
  const parameters = (plain.parameters ?? []).map(({ name, text }) => ({ name, text: said.get(name)?.trim() || text }));
  const known = new Set(symbol.typeParameters.map(({ name }) => name));
  const typeParameters = (words.typeParameters ?? plain.typeParameters ?? []).filter(({ name }) => known.has(name));
  const types = new Set(symbol.throws.map(({ type }) => type));
  const throws = (words.throws ?? []).filter(({ type }) => types.has(type));
  const returns = plain.returns === undefined ? undefined : words.returns?.trim() || plain.returns;
  const missing = (plain.throws ?? []).filter(({ type }) => throws.every((each) => each.type !== type));
  return {
    summary: words.summary.trim() || plain.summary,
    ...(words.remarks === undefined ? {} : { remarks: words.remarks }),
    parameters,
    typeParameters,
    ...(returns === undefined ? {} : { returns }),
    throws: [...throws, ...missing],
  };
}
