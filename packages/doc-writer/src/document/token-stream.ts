import { docstringIn } from "#syntax/docstring.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";

const docstringOwners = new Set(["module", "function_definition", "class_definition"]);

function isDocstring(node: SyntaxNode, file: SourceFile): boolean {
  if (!file.language.docstrings || node.type !== "expression_statement" || node.parent === undefined) return false;
  const block = node.parent;
  const isOpening =
    block.type === "module" || (block.type === "block" && docstringOwners.has(block.parent?.type ?? ""));
  return isOpening && docstringIn(block, file) === node;
}

function isLeftOut(node: SyntaxNode, file: SourceFile): boolean {
  if (file.language.comments.has(node.type)) return true;
  // Some grammars make a token of a line's end.
  if (!node.named && file.text.slice(node.start, node.end).trim() === "" && node.end > node.start) return true;
  return isDocstring(node, file);
}

/**
 * A file's syntax tree as a stream in which comments, docstrings and blanks between tokens leave no trace: node types with their depth, the text of
 * every leaf, and any text that a node holds beside its children. Two files with the same stream are the same code.
 */
export function* tokenStream(file: SourceFile): Generator<string> {
  const stack: (SyntaxNode | { leave: string })[] = [file.root];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if ("leave" in at) {
      yield at.leave;
      continue;
    }
    if (isLeftOut(at, file)) continue;
    yield `${at.broken ? "!" : ""}${at.field ?? ""}:${at.type}`;
    if (at.children.length === 0) {
      yield file.text.slice(at.start, at.end);
      continue;
    }
    const inside: (SyntaxNode | { leave: string })[] = [];
    let end = at.start;
    for (const child of at.children) {
      const between = file.text.slice(end, child.start).trim();
      if (between !== "") inside.push({ leave: between });
      inside.push(child);
      end = child.end;
    }
    const rest = file.text.slice(end, at.end).trim();
    stack.push({ leave: ")" });
    if (rest !== "") stack.push({ leave: rest });
    for (let index = inside.length - 1; index >= 0; index -= 1) {
      const item = inside[index];
      if (item !== undefined) stack.push(item);
    }
  }
}

/** Whether two files are the same code, comments and docstrings aside. */
export function isSameCode(before: SourceFile, after: SourceFile): boolean {
  const first = tokenStream(before);
  const second = tokenStream(after);
  for (;;) {
    const one = first.next();
    const two = second.next();
    if (one.done === true || two.done === true) return one.done === two.done;
    if (one.value !== two.value) return false;
  }
}
