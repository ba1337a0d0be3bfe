import type { SymbolWords } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";
import type { Convention } from "./convention.ts";
import { asSentence, onOneLine, withoutTags, wrap, wrapTag } from "./prose.ts";

function prefixed(prefix: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${prefix} ${line}`.trimEnd());
}

const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) || /^[AI] /.test(text) ? `${(text[0] ?? "").toLowerCase()}${text.slice(1)}` : text;

/** Sections of a prose comment, parted by empty lines. */
function sections(parts: readonly (readonly string[])[]): string[] {
  return parts.filter((part) => part.length > 0).flatMap((part, index) => (index === 0 ? part : ["", ...part]));
}

function paragraph(text: string | undefined, width: number): string[] {
  return text === undefined || onOneLine(text) === "" ? [] : wrap(asSentence(text), width);
}

/** Whole sentences that begin with the symbol's name; the form of lists is gofmt's. */
export const godoc: Convention = {
  name: "godoc",
  mood: "named",
  // gofmt sets directives apart from the text.
  abovePragma: "//",
  render: (symbol, words, width) => {
    const room = width - 3;
    // godoc shows backticks as they are.
    const bare = (text: string): string => onOneLine(text).replaceAll("`", "");
    // A type's name keeps its case.
    const asItem = (text: string): string => (text.startsWith("`") ? `${bare(text)}.` : asSentence(bare(text)));
    const summary = bare(words.summary);
    const named = summary.startsWith(`${symbol.name} `) ? summary : `${symbol.name} ${lowerFirst(summary)}`;
    const parameters = (words.parameters ?? []).flatMap(({ name, text }) =>
      wrapTag(`  - ${name}:`, asItem(text), { width: room, indent: "    " }),
    );
    const panics = (words.throws ?? []).map(({ text }) => `It panics ${lowerFirst(bare(text))}`.trimEnd());
    return prefixed(
      "//",
      sections([
        wrap(named.endsWith(".") ? named : `${named}.`, room),
        paragraph(words.remarks, room),
        parameters.length > 0 ? ["Parameters:", ...parameters] : [],
        paragraph(words.returns === undefined ? undefined : `It returns ${lowerFirst(bare(words.returns))}`, room),
        ...panics.map((line) => paragraph(line, room)),
      ]),
    );
  },
};

function rustList(title: string, items: readonly (readonly [string, string])[], width: number): string[] {
  if (items.length === 0) return [];
  return [`# ${title}`, "", ...items.flatMap(([head, text]) => wrapTag(head, asSentence(text), { width }))];
}

// An indented line or a fence would be a doctest, and run.
const rustText = (text: string): string => onOneLine(text).replaceAll("```", "'''");

export const rustdoc: Convention = {
  name: "rustdoc",
  mood: "third-person",
  render: (_symbol, words, width) => {
    const room = width - 4;
    const list = (title: string, type: string): string[] =>
      rustList(
        title,
        (words.throws ?? []).filter((each) => each.type === type).map(({ text }) => ["", rustText(text)] as const),
        room,
      );
    return prefixed(
      "///",
      sections([
        paragraph(rustText(words.summary), room),
        paragraph(words.remarks === undefined ? undefined : rustText(words.remarks), room),
        rustList(
          "Arguments",
          (words.parameters ?? []).map(({ name, text }) => [`* \`${name}\` -`, rustText(text)] as const),
          room,
        ),
        words.returns === undefined ? [] : ["# Returns", "", ...paragraph(rustText(words.returns), room)],
        list("Errors", "Err"),
        list("Panics", "panic"),
      ]),
    );
  },
};

const escapeXml = (text: string): string =>
  onOneLine(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(/`([^`]*)`/g, "<c>$1</c>");

export const xmldoc: Convention = {
  name: "C# XML documentation",
  mood: "third-person",
  render: (_symbol, words, width) => {
    const room = width - 4;
    const element = (open: string, text: string): string[] => {
      const close = `</${open.split(" ")[0] ?? ""}>`;
      const content = asSentence(escapeXml(text));
      const line = `<${open}>${content}${close}`;
      return line.length <= room ? [line] : [`<${open}>`, ...wrap(content, room), close];
    };
    const tag = (name: string, key: string, items: readonly (readonly [string, string])[]): string[] =>
      items.flatMap(([value, text]) => element(`${name} ${key}="${escapeXml(value)}"`, text));
    const named = (list: SymbolWords["parameters"]): (readonly [string, string])[] =>
      (list ?? []).map(({ name, text }) => [name, text] as const);
    return prefixed("///", [
      "<summary>",
      ...wrap(asSentence(escapeXml(words.summary)), room),
      "</summary>",
      ...(words.remarks === undefined ? [] : element("remarks", words.remarks)),
      ...tag("typeparam", "name", named(words.typeParameters)),
      ...tag("param", "name", named(words.parameters)),
      ...(words.returns === undefined ? [] : element("returns", words.returns)),
      ...tag(
        "exception",
        "cref",
        (words.throws ?? []).map(({ type, text }) => [type, text] as const),
      ),
    ]);
  },
};

function yardParameters(symbol: DocSymbol, words: SymbolWords): [string, string][] {
  return (words.parameters ?? []).map(({ name, text }) => {
    const parameter = symbol.parameters.find((each) => each.name === name);
    return [parameter?.type === undefined ? `@param ${name}` : `@param ${name} [${parameter.type}]`, text];
  });
}

export const yard: Convention = {
  name: "YARD",
  mood: "third-person",
  typesInTags: true,
  render: (symbol, words, width) => {
    const room = width - 2;
    const plain = (text: string): string => withoutTags(onOneLine(text));
    const tags: [string, string][] = [
      ...yardParameters(symbol, words),
      ...(words.returns === undefined ? [] : [["@return", words.returns] as [string, string]]),
      ...(words.throws ?? []).map(({ type, text }): [string, string] => [`@raise [${type}]`, text]),
    ];
    return prefixed(
      "#",
      sections([
        paragraph(plain(words.summary), room),
        paragraph(words.remarks === undefined ? undefined : plain(words.remarks), room),
        tags.flatMap(([head, text]) =>
          wrapTag(head, plain(text) === "" ? "" : asSentence(plain(text)), { width: room }),
        ),
      ]),
    );
  },
};
