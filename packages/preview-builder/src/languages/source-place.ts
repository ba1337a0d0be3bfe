import type { PartialMessage } from "esbuild";
import { NAMESPACES } from "#bundle/namespaces.ts";
import type { SourceFile } from "#transforms/source-transform.ts";

/** A place in a file: line from 1, column in characters from 0. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** A compiler's message as the bundler has them; without a place it points at the file's start. */
export function compilerMessage({ path, text }: SourceFile, message: string, place?: SourcePlace): PartialMessage {
  const { line, column } = place ?? { line: 1, column: 0 };
  const lineText = text.split("\n")[line - 1] ?? "";
  const bytes = Buffer.byteLength(lineText.slice(0, column));
  return {
    text: message,
    location: { file: `${NAMESPACES.file}:${path}`, line, column: bytes, lineText, length: 0 },
  };
}

/** Where a text's character stands. */
export function placeAt(text: string, offset: number): SourcePlace {
  const before = text.slice(0, Math.max(0, offset)).split("\n");
  return { line: before.length, column: before.at(-1)?.length ?? 0 };
}

/** A part of a file with as many lines before it as there are in the file, so that messages about it have the file's lines. */
export function inItsLines(text: string, offset: number, part: string): string {
  return "\n".repeat(placeAt(text, offset).line - 1) + part;
}
