import type { Parser, Tree, TreeCursor } from "web-tree-sitter";
import type { SyntaxNode } from "./syntax-node.ts";

function nodeAt(cursor: TreeCursor, parent: SyntaxNode | undefined): SyntaxNode {
  const { startIndex: start, endIndex: end, nodeType: type } = cursor;
  return {
    type,
    named: cursor.nodeIsNamed,
    field: cursor.currentFieldName ?? undefined,
    start,
    end,
    parent,
    children: [],
    index: parent?.children.length ?? 0,
    // Only an empty node can be one that the parser invented.
    broken: type === "ERROR" || (start === end && cursor.nodeIsMissing),
  };
}

function copyTree(tree: Tree): SyntaxNode {
  const cursor = tree.walk();
  try {
    const root = nodeAt(cursor, undefined);
    let at = root;
    for (;;) {
      if (cursor.gotoFirstChild()) {
        const child = nodeAt(cursor, at);
        at.children.push(child);
        at = child;
        continue;
      }
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return root;
        at = at.parent ?? root;
      }
      const parent = at.parent ?? root;
      const sibling = nodeAt(cursor, parent);
      parent.children.push(sibling);
      at = sibling;
    }
  } finally {
    cursor.delete();
  }
}

/** Parses a text and copies its tree out of the parser's memory in one pass. */
export function readTree(parser: Parser, text: string): SyntaxNode {
  parser.reset();
  const tree = parser.parse(text);
  if (tree === null) throw new Error("The parser gave no tree.");
  try {
    return copyTree(tree);
  } finally {
    tree.delete();
  }
}
