import type { Language } from "#languages/language.ts";
import { parserFor } from "./grammars.ts";
import { readTree } from "./read-tree.ts";
import { SourceLines } from "./source-lines.ts";
import { preorder } from "./syntax-node.ts";
import type { SyntaxNode } from "./syntax-node.ts";

/** A parsed file. A byte order mark is left out of `text` and comes back when the file is written. */
export interface SourceFile {
  path: string;
  language: Language;
  bom: "" | "\uFEFF";
  text: string;
  lines: SourceLines;
  root: SyntaxNode;
  /** In the order of the text. */
  comments: readonly SyntaxNode[];
}

export async function parseSource(path: string, fullText: string, language: Language): Promise<SourceFile> {
  const bom = fullText.startsWith("\uFEFF") ? "\uFEFF" : "";
  const text = fullText.slice(bom.length);
  const root = readTree(await parserFor(language.grammarFor(path)), text);
  const isComment = (node: SyntaxNode): boolean => language.comments.has(node.type);
  const comments = [...preorder(root, isComment)].filter(isComment);
  return { path, language, bom, text, lines: new SourceLines(text), root, comments };
}

/** The node's source text. */
export function textOf(file: SourceFile, node: SyntaxNode | undefined): string {
  return node === undefined ? "" : file.text.slice(node.start, node.end);
}

/** The same on one line, with single blanks. */
export function flatText(file: SourceFile, node: SyntaxNode | undefined): string {
  return textOf(file, node).replaceAll(/\s+/g, " ").trim();
}
