import { textOf } from "#syntax/source-file.ts";
import type { SourceFile } from "#syntax/source-file.ts";
import type { SyntaxNode } from "#syntax/syntax-node.ts";

const licence = /copyright|licen[sc]e|SPDX-|\(c\)\s|@file\b|@fileoverview|@packageDocumentation|@module\b|\\file\b/i;

/** What stands directly above a declaration. */
export interface Above {
  docs: SyntaxNode[];
  /** The row in front of which a new comment goes: above the line's own pragmas, below the file's. */
  row: number;
}

/** The comments of a file by the rows that they fill alone, and what each is for. */
export class CommentMap {
  readonly #file: SourceFile;
  readonly #byLastRow = new Map<number, SyntaxNode>();

  constructor(file: SourceFile) {
    this.#file = file;
    for (const comment of file.comments) {
      const row = this.firstRow(comment);
      const before = file.text.slice(file.lines.startOf(row), comment.start);
      const lastRow = this.lastRow(comment);
      const after = file.text.slice(comment.end, file.lines.startOf(lastRow + 1));
      if (before.trim() === "" && after.trim() === "") this.#byLastRow.set(lastRow, comment);
    }
  }

  firstRow(comment: SyntaxNode): number {
    return this.#file.lines.rowAt(comment.start);
  }

  /** Some grammars count the line's end as part of a comment. */
  lastRow(comment: SyntaxNode): number {
    return this.#file.lines.rowAt(comment.start + Math.max(0, textOf(this.#file, comment).trimEnd().length - 1));
  }

  isLinePragma(text: string): boolean {
    return this.#file.language.pragmas.line.test(text.trim());
  }

  isFilePragma(text: string): boolean {
    return this.#file.language.pragmas.file.test(text.trim());
  }

  /** The comment says something about the code below it to people. */
  documents(comment: SyntaxNode): boolean {
    const { language } = this.#file;
    const text = textOf(this.#file, comment);
    if (this.isLinePragma(text) || this.isFilePragma(text) || this.#isHeader(comment, text)) return false;
    return language.isDoc(text.trim()) || language.plainCommentsDocument;
  }

  #isHeader(comment: SyntaxNode, text: string): boolean {
    return licence.test(text) && this.#file.comments.slice(0, 40).includes(comment) && this.#startsFile(comment);
  }

  /** Nothing but comments, blank lines and an opening tag stands before it. */
  #startsFile(comment: SyntaxNode): boolean {
    const before = this.#file.comments.filter((each) => each.start < comment.start);
    let rest = this.#file.text.slice(0, comment.start);
    for (const each of before.toReversed()) rest = rest.slice(0, each.start) + rest.slice(each.end);
    return /^\s*(?:#!.*)?\s*(?:<\?php)?\s*$/.test(rest);
  }

  /** A line that is not a comment but bound to the next one: `#pragma` in C, say. */
  #isBoundLine(row: number): boolean {
    const line = this.#file.lines.line(row).trim();
    return /^#\s*(?:pragma|region|nullable)\b/.test(line) && this.isLinePragma(line);
  }

  /** Reads upwards from a declaration's first row. */
  above(row: number): Above {
    const docs: SyntaxNode[] = [];
    let insertAt = row;
    // Docs end where a blank line was crossed, unless the language lets them stand apart.
    let isApart = false;
    for (let at = row - 1; at >= 0; at -= 1) {
      const comment = this.#byLastRow.get(at);
      if (comment === undefined) {
        if (docs.length > 0 || isApart) break;
        if (this.#isBoundLine(at)) insertAt = at;
        else if (this.#mayStandApart(at)) isApart = true;
        else break;
        continue;
      }
      const text = textOf(this.#file, comment);
      if (this.isLinePragma(text) && docs.length === 0) insertAt = this.firstRow(comment);
      else if (this.documents(comment) && !(isApart && this.#isDetached(comment, text))) docs.unshift(comment);
      else break;
      at = this.firstRow(comment);
      // One block is a whole comment; only line comments go on above.
      if (docs.length > 0 && text.startsWith("/*")) break;
    }
    return { docs, row: insertAt };
  }

  #mayStandApart(at: number): boolean {
    const { language, lines } = this.#file;
    return language.docMayStandApart && lines.line(at).trim() === "";
  }

  /** A comment at the top of a file, with a blank line below it, is about the file. */
  #isDetached(comment: SyntaxNode, text: string): boolean {
    return !text.startsWith("/**") || this.#startsFile(comment);
  }
}
