import { make } from "../../web-page/parts/dom.js";

const longestLine = 300;

/** A place in a source, with the text of its line and, where they are known, of the lines around it. Both count from 1, columns in UTF-16 units. */
export interface SourcePlace {
  line: number;
  column: number;
  lineText: string;
  before?: readonly string[];
  after?: readonly string[];
}

const indentOf = (text: string): number => text.length - text.trimStart().length;

function lineRow(number: number, ...content: (Node | string)[]): HTMLElement {
  const code = make("code");
  code.append(...content);
  return make("div", {}, make("span", { class: "line-number", text: String(number) }), code);
}

/** The line with a mark under the column; of one that goes on for ever, what is around it. */
function markedLine(text: string, at: number): (Node | string)[] {
  const from = Math.max(0, at - longestLine / 2);
  const marked = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
  return [text.slice(from, at), make("mark", { text: marked }), text.slice(at + marked.length, from + longestLine)];
}

/** Source lines as an editor shows them, without the indent that they share. */
export function sourceExcerpt({ line, column, lineText, before = [], after = [] }: SourcePlace): HTMLElement {
  const all = [...before, lineText, ...after].filter((text) => text.trim() !== "");
  const indent = Math.min(...all.map(indentOf));
  const cut = (text: string): string => text.slice(indent, indent + longestLine);
  const main = lineRow(line, ...markedLine(lineText.slice(indent), Math.max(column - 1 - indent, 0)));
  main.className = "main";
  return make(
    "pre",
    { class: "source" },
    ...before.map((text, index) => lineRow(line - before.length + index, cut(text))),
    main,
    ...after.map((text, index) => lineRow(line + 1 + index, cut(text))),
  );
}
