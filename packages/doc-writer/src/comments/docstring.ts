import type { Convention } from "./convention.ts";
import { asSentence, onOneLine, wrap, wrapTag } from "./prose.ts";

// Without an `r` in front, a backslash is an escape; three quotes would end the string.
const inString = (text: string): string =>
  onOneLine(text)
    .replaceAll("\\", String.raw`\\`)
    .replaceAll('"""', "'''");

function section(title: string, items: readonly (readonly [string, string])[], width: number): string[] {
  if (items.length === 0) return [];
  const lines = items.flatMap(([head, text]) =>
    wrapTag(head, asSentence(inString(text)), { width: width - 4, indent: "    " }),
  );
  return ["", `${title}:`, ...lines.map((line) => `    ${line}`)];
}

/** PEP 257 in Google's style. */
export const docstring: Convention = {
  name: "Python docstrings (Google style)",
  mood: "imperative",
  // PEP 257.
  emptyLineAfter: new Set(["class"]),
  render: (_symbol, words, width) => {
    const [first = "", ...more] = wrap(asSentence(inString(words.summary)), width - 3);
    const lines = [
      first,
      ...more,
      ...(words.remarks === undefined ? [] : ["", ...wrap(asSentence(inString(words.remarks)), width)]),
      ...section(
        "Args",
        (words.parameters ?? []).map(({ name, text }) => [`${name}:`, text] as const),
        width,
      ),
      ...(words.returns === undefined
        ? []
        : ["", "Returns:", ...wrap(asSentence(inString(words.returns)), width - 4).map((line) => `    ${line}`)]),
      ...section(
        "Raises",
        (words.throws ?? []).map(({ type, text }) => [`${type}:`, text] as const),
        width,
      ),
    ];
    if (lines.length === 1 && !first.endsWith('"') && first.length + 6 <= width) return [`"""${first}"""`];
    return [`"""${first}`, ...lines.slice(1), '"""'];
  },
};
