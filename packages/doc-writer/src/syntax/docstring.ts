import type { SourceFile } from "./source-file.ts";
import { namedChildren } from "./syntax-node.ts";
import type { SyntaxNode } from "./syntax-node.ts";

function isPlainString(node: SyntaxNode, file: SourceFile): boolean {
  if (node.type === "concatenated_string") return node.children.every((child) => isPlainString(child, file));
  return node.type === "string" && /^[rRuU]?["']/.test(file.text.slice(node.start, node.start + 3));
}

/** The statement that is a block's docstring: a plain string before all others. */
export function docstringIn(block: SyntaxNode | undefined, file: SourceFile): SyntaxNode | undefined {
  const first = namedChildren(block).find((child) => !file.language.comments.has(child.type));
  const string = first?.type === "expression_statement" && first.children.length === 1 ? first.children[0] : undefined;
  return string !== undefined && isPlainString(string, file) ? first : undefined;
}
