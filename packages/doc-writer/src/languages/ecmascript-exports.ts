import type { SourceFile } from "#syntax/source-file.ts";
import { textOf } from "#syntax/source-file.ts";
import { childIn, namedChildren } from "#syntax/syntax-node.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";

interface Exports {
  /** A script without imports and exports: all of its top level is for others. */
  isScript: boolean;
  names: ReadonlySet<string>;
}

const known = new WeakMap<SourceFile, Exports>();

function namesIn(node: SyntaxNode, file: SourceFile): string[] {
  if (node.type === "export_statement") {
    const clause = node.children.find((child) => child.type === "export_clause");
    const value = childIn(node, "value");
    const listed = namedChildren(clause).map((each) => textOf(file, childIn(each, "name")));
    return value?.type === "identifier" ? [...listed, textOf(file, value)] : listed;
  }
  const text = file.text.slice(node.start, Math.min(node.end, node.start + 20_000));
  const list = /^(?:module\.)?exports\s*=\s*(?:\{([^{}()]*)\}|(\w+)\s*;?\s*$)/.exec(text);
  const single = /^(?:module\.)?exports\.\w+\s*=\s*(\w+)\s*;?\s*$/.exec(text);
  const listed = (list?.[1] ?? "").split(",").map((part) => part.split(":").at(-1)?.trim() ?? "");
  return [...listed, list?.[2] ?? "", single?.[1] ?? ""].filter((name) => name !== "");
}

function readExports(file: SourceFile): Exports {
  const top = namedChildren(file.root);
  const names = new Set(top.flatMap((node) => namesIn(node, file)));
  const usesModules = top.some((node) => /^(?:export|import)_statement$/.test(node.type));
  const isScript = !usesModules && !/\b(?:module\.exports|exports\.\w+)\s*=/.test(file.text);
  return { isScript, names };
}

/** Whether others can reach a declaration: it is exported by its statement or by name, or the file is a plain script. */
export function isExported(node: SyntaxNode, name: string, file: SourceFile): boolean {
  const exports = known.get(file) ?? readExports(file);
  known.set(file, exports);
  if (exports.isScript || exports.names.has(name)) return true;
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (at.type === "export_statement" || at.type === "ambient_declaration") return true;
    if (at.type === "statement_block" || at.type === "class_body") return false;
  }
  return false;
}
