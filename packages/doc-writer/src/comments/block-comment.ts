import type { SymbolWords } from "#engine.ts";
import type { DocSymbol, Parameter } from "#symbols/doc-symbol.ts";
import type { Convention } from "./convention.ts";
import { asSentence, onOneLine, outsideCode, withoutTags, wrap, wrapTag } from "./prose.ts";

/** How the tags of a block comment are written: the only thing in which TSDoc, Javadoc, PHPDoc and Doxygen differ here. */
export interface BlockTags {
  summary?: string;
  typesInTags?: boolean;
  parameter: (parameter: Parameter) => string;
  typeParameter?: (name: string) => string;
  returns: (type: string | undefined) => string;
  throws: (type: string) => string;
  /** What in prose would be read as something else. */
  escape?: (text: string) => string;
}

// `/*` inside of a comment is a warning in C, and `*/` would end it.
const closed = (text: string): string => text.replaceAll("*/", "* /").replaceAll("/*", "/ *");

function tagLines(tags: BlockTags, symbol: DocSymbol, words: SymbolWords): [head: string, text: string][] {
  const lines: [string, string][] = [];
  for (const { name, text } of words.typeParameters ?? []) {
    if (tags.typeParameter !== undefined) lines.push([tags.typeParameter(name), text]);
  }
  for (const { name, text } of words.parameters ?? []) {
    const parameter = symbol.parameters.find((each) => each.name === name);
    if (parameter !== undefined) lines.push([tags.parameter(parameter), text]);
  }
  if (words.returns !== undefined) lines.push([tags.returns(symbol.returns.type), words.returns]);
  for (const { type, text } of words.throws ?? []) lines.push([tags.throws(type), text]);
  return lines;
}

/** A convention of `/** … *\/` comments with tags. */
export function blockConvention(name: string, tags: BlockTags): Convention {
  const clean = (text: string): string => closed((tags.escape ?? String)(onOneLine(text)));
  return {
    name,
    mood: "third-person",
    typesInTags: tags.typesInTags ?? false,
    render: (symbol, words, width) => {
      const room = width - 3;
      const summary = wrap(`${tags.summary ?? ""}${asSentence(clean(words.summary))}`, room);
      const remarks = words.remarks === undefined ? [] : ["", ...wrap(asSentence(clean(words.remarks)), room)];
      const tagged = tagLines(tags, symbol, words).flatMap(([head, text]) =>
        wrapTag(closed(head), clean(text) === "" ? "" : asSentence(clean(text)), { width: room }),
      );
      const lines = [...summary, ...remarks, ...(tagged.length > 0 ? ["", ...tagged] : [])];
      if (lines.length === 1 && room - (lines[0]?.length ?? 0) >= 3) return [`/** ${lines[0] ?? ""} */`];
      return ["/**", ...lines.map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
    },
  };
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

// javac reads \uXXXX before it reads comments: a backslash there could end one, or be no character at all.
const escapeJava = (text: string): string => escapeHtml(text).replaceAll("\\", "&#92;").replaceAll("@", "&#64;");

/** Braces and `@` mean something in TSDoc, but not between backticks. */
const escapeTsdoc = (text: string): string => outsideCode(text, (part) => part.replaceAll(/[{}@<>]/g, String.raw`\$&`));

export const tsdoc = blockConvention("TSDoc", {
  parameter: ({ name }) => `@param ${name} -`,
  typeParameter: (name) => `@typeParam ${name} -`,
  returns: () => "@returns",
  throws: (type) => `@throws ${type}:`,
  escape: escapeTsdoc,
});

const jsdocName = ({ name, optional, default: value }: Parameter): string => {
  if (value !== undefined && /^[\w.'"-]+$/.test(value)) return `[${name}=${value}]`;
  return optional || value !== undefined ? `[${name}]` : name;
};

export const jsdoc = blockConvention("JSDoc", {
  parameter: (parameter) => `@param ${jsdocName(parameter)} -`,
  returns: () => "@returns",
  throws: (type) => `@throws {${type}}`,
  escape: withoutTags,
});

export const javadoc = blockConvention("Javadoc", {
  parameter: ({ name }) => `@param ${name}`,
  typeParameter: (name) => `@param <${name}>`,
  returns: () => "@return",
  throws: (type) => `@throws ${type}`,
  escape: (text) => escapeJava(text).replaceAll(/`([^`]*)`/g, "<code>$1</code>"),
});

export const phpdoc = blockConvention("PHPDoc", {
  typesInTags: true,
  parameter: ({ name, type, rest }) => `@param ${type ?? "mixed"} ${rest ? "..." : ""}$${name}`,
  returns: (type) => `@return ${type ?? "mixed"}`,
  throws: (type) => `@throws ${type}`,
  escape: (text) => withoutTags(text.replaceAll("?>", "? >")),
});

export const doxygen = blockConvention("Doxygen", {
  summary: "@brief ",
  parameter: ({ name }) => `@param ${name}`,
  typeParameter: (name) => `@tparam ${name}`,
  returns: () => "@return",
  throws: (type) => `@throws ${type}`,
  // A backslash begins a command, and at a line's end it would join lines.
  escape: (text) => withoutTags(text.replaceAll("\\", "/")),
});
