import { onOneLine } from "#comments/prose.ts";
import type { SymbolWords } from "#engine.ts";
import { scrubSecrets } from "#scrub.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import { wordBounds } from "./answer-schema.ts";
import type { CommentAnswer } from "./answer-schema.ts";

// What ends or begins a comment or a docstring in any language that is written here. The writer of comments escapes
// for its own language; this holds for all of them, whatever the writer does.
// A blank comes between their characters; nothing that is put in or taken out can make a new one.
const delimiters: readonly [RegExp, string][] = [
  [/\*(?=\/)/g, "* "],
  [/\/(?=\*)/g, "/ "],
  [/<(?=!--|\?)/g, "< "],
  [/--(?=!?>)/g, "-- "],
  [/\?(?=>)/g, "? "],
  [/\{(?=-)/g, "{ "],
  [/-(?=\})/g, "- "],
  [/(["'`])\1{2,}/g, "$1"],
];

/** Plain words on one line, at most `maxLength` long, that close nothing and hold no secret. */
export function cleanText(text: string, maxLength: number): string {
  // Bounded first: a flood is not worth the work.
  let line = onOneLine(scrubSecrets(text.slice(0, maxLength * 4)));
  for (const [pattern, replacement] of delimiters) line = line.replaceAll(pattern, replacement);
  if (line.length <= maxLength) return line.toWellFormed();
  const cut = line.slice(0, maxLength - 1);
  const lastBlank = cut.lastIndexOf(" ");
  return `${(lastBlank > maxLength / 2 ? cut.slice(0, lastBlank) : cut).trimEnd()}…`.toWellFormed();
}

const filled = <Item extends { text: string }>(items: readonly Item[]): Item[] =>
  items.filter(({ text }) => text !== "").slice(0, wordBounds.items);

/** What is thrown, as far as the code could throw it: a name, not a sentence. */
const typeName = /^[A-Za-z_$][\w$.:<>\\]{0,119}$/;

/** One symbol's words out of a model's answer; nothing when there are none. Parameters that the symbol has not are dropped. */
export function cleanWords(answer: CommentAnswer, symbol: DocSymbol): SymbolWords | undefined {
  const summary = cleanText(answer.summary, wordBounds.summary);
  if (summary === "") return undefined;
  const remarks = cleanText(answer.remarks ?? "", wordBounds.remarks);
  const returns = symbol.returns.something ? cleanText(answer.returns ?? "", wordBounds.text) : "";
  const said = new Map((answer.parameters ?? []).map(({ name, text }) => [name, cleanText(text, wordBounds.text)]));
  const parameters = filled(symbol.parameters.map(({ name }) => ({ name, text: said.get(name) ?? "" })));
  const throws = filled(
    (answer.throws ?? [])
      .filter(({ type }) => typeName.test(type))
      .map(({ type, text }) => ({ type, text: cleanText(text, wordBounds.text) })),
  );
  return {
    summary,
    ...(remarks !== "" && { remarks }),
    ...(parameters.length > 0 && { parameters }),
    ...(returns !== "" && { returns }),
    ...(throws.length > 0 && { throws }),
  };
}
