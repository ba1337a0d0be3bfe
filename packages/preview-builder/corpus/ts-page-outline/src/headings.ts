import { parse, type DefaultTreeAdapterTypes } from "parse5";

export interface Heading {
  level: number;
  text: string;
}

type Node = DefaultTreeAdapterTypes.Node;

function textOf(node: Node): string {
  if ("value" in node) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

/** The headings of a page, as a reader of it would list them. */
export function headings(html: string): Heading[] {
  const found: Heading[] = [];
  const visit = (node: Node): void => {
    const level = /^h([1-6])$/.exec(node.nodeName)?.[1];
    if (level) found.push({ level: Number(level), text: textOf(node).trim() });
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return found;
}
