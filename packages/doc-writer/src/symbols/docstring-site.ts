import type { SymbolFacts } from "#languages/language.ts";
import { docstringIn } from "#syntax/docstring.ts";
import { textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import { namedChildren } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";
import type { CommentMap } from "./comment-map.ts";
import type { Placed } from "./find-site.ts";

function existing(statement: SyntaxNode, file: SourceFile): Placed {
  const row = file.lines.rowAt(statement.start);
  const lastRow = file.lines.rowAt(statement.end - 1);
  const before = file.text.slice(file.lines.startOf(row), statement.start);
  const after = file.text.slice(statement.end, file.lines.startOf(lastRow) + file.lines.line(lastRow).length);
  const text = textOf(file, statement);
  const isAlone = before.trim() === "" && after.trim() === "";
  const site = { row, indent: before, removeRows: lastRow - row + 1 };
  return {
    existingDoc: text,
    site: isAlone && !file.language.toolTags.test(text) ? site : { refused: "kept-tags" },
  };
}

/** The place of a docstring: the first line of the body, below comments that belong to the head's line. */
export function docstringSite(facts: SymbolFacts, file: SourceFile, map: CommentMap): Placed {
  const { body } = facts;
  const statement = docstringIn(body, file);
  if (statement !== undefined) return existing(statement, file);
  const first = namedChildren(body).find((child) => !file.language.comments.has(child.type));
  if (body === undefined || first === undefined) return { existingDoc: undefined, site: { refused: "no-body-line" } };
  const firstRow = file.lines.rowAt(first.start);
  const indent = file.text.slice(file.lines.startOf(firstRow), first.start);
  if (indent.trim() !== "") return { existingDoc: undefined, site: { refused: "shares-line" } };
  return { existingDoc: undefined, site: { row: belowHead(body, firstRow, { file, map }), indent, removeRows: 0 } };
}

interface Reading {
  file: SourceFile;
  map: CommentMap;
}

/** Directly under the head; but comments between it and the body keep their place when tools read them there. */
function belowHead(body: SyntaxNode, firstRow: number, { file, map }: Reading): number {
  const siblings = body.parent?.children ?? [];
  const colon = siblings.slice(0, siblings.indexOf(body)).findLast((child) => child.type === ":");
  let row = colon === undefined ? firstRow : file.lines.rowAt(colon.start) + 1;
  for (let at = row; at < firstRow; at += 1) {
    const line = file.lines.line(at).trim();
    if (map.isLinePragma(line) || map.isFilePragma(line)) row = at + 1;
  }
  return Math.min(row, firstRow);
}
