import type { SymbolFacts } from "#languages/language.ts";
import { textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import { CommentMap } from "./comment-map.ts";
import { docstringSite } from "./docstring-site.ts";
import type { DocSymbol, Site } from "./doc-symbol.ts";

export type Placed = Pick<DocSymbol, "existingDoc" | "site">;

/** The node that begins the declaration: with `export`, decorators, template heads and attributes. */
function headOf(node: SyntaxNode, file: SourceFile): { head: SyntaxNode; between: SyntaxNode[] } {
  let head = node;
  const between: SyntaxNode[] = [];
  const isComment = (each: SyntaxNode | undefined): boolean => file.language.comments.has(each?.type ?? "");
  for (let { parent } = head; parent !== undefined && climbs(head, parent, file); { parent } = head) {
    const { start } = head;
    between.push(...parent.children.filter((child) => isComment(child) && child.start < start));
    head = parent;
  }
  for (;;) {
    const siblings = head.parent?.children ?? [];
    const skipped: SyntaxNode[] = [];
    let index = siblings.indexOf(head) - 1;
    for (; isComment(siblings[index]); index -= 1) {
      const comment = siblings[index];
      if (comment !== undefined) skipped.push(comment);
    }
    const before = siblings[index];
    if (before === undefined || !file.language.leading.has(before.type)) return { head, between };
    between.push(...skipped);
    head = before;
  }
}

function climbs(node: SyntaxNode, parent: SyntaxNode, { language }: SourceFile): boolean {
  if (!language.wrappers.has(parent.type)) return false;
  // Inside of a parenthesized group each member has its own comment.
  if (parent.children.some((child) => child.type === "(")) return false;
  return parent.children.find((child) => child.type === node.type) === node;
}

const isAlone = (file: SourceFile, offset: number): boolean => {
  const row = file.lines.rowAt(offset);
  const above = row === 0 ? "" : file.lines.line(row - 1);
  return file.text.slice(file.lines.startOf(row), offset).trim() === "" && !above.endsWith("\\");
};

function replaceable(map: CommentMap, docs: readonly SyntaxNode[], file: SourceFile): Site {
  const [first] = docs;
  const last = docs.at(-1);
  if (first === undefined || last === undefined || docs.some((doc) => file.language.toolTags.test(textOf(file, doc)))) {
    return { refused: "kept-tags" };
  }
  const row = map.firstRow(first);
  const removeRows = map.lastRow(last) - row + 1;
  // Pragmas between the lines of a comment, or code beside it, stay.
  const isWhole = docs.reduce((rows, doc) => rows + map.lastRow(doc) - map.firstRow(doc) + 1, 0) === removeRows;
  if (!isWhole || !isAlone(file, first.start)) return { refused: "kept-tags" };
  return { row, indent: file.lines.indentOf(row), removeRows };
}

const commentMaps = new WeakMap<SourceFile, CommentMap>();

function mapOf(file: SourceFile): CommentMap {
  const known = commentMaps.get(file) ?? new CommentMap(file);
  commentMaps.set(file, known);
  return known;
}

/** Where the comment of a declaration goes and what stands there already. Existing comments are offered for replacement. */
export function findSite(node: SyntaxNode, facts: SymbolFacts, file: SourceFile): Placed {
  const map = mapOf(file);
  const { head, between } = headOf(node, file);
  if (file.language.docstrings) return docstringSite(facts, file, map);
  const above = map.above(file.lines.rowAt(head.start));
  const docs = [...above.docs, ...between.filter((comment) => map.documents(comment))];
  if (docs.length > 0) {
    const text = docs.map((doc) => textOf(file, doc).trimEnd()).join("\n");
    return { existingDoc: text, site: replaceable(map, docs, file) };
  }
  if (!isAlone(file, head.start)) return { existingDoc: undefined, site: { refused: "shares-line" } };
  return {
    existingDoc: undefined,
    site: { row: above.row, indent: file.lines.indentOf(file.lines.rowAt(head.start)), removeRows: 0 },
  };
}
