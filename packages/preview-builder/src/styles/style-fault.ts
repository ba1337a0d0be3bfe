import type { PartialMessage } from "esbuild";
import { NAMESPACES } from "#bundle/namespaces.ts";

/** A place in a file of the project: line from 1, column in characters from 0. */
export interface StylePlace {
  readonly path: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Ends the making of a style with messages for people. */
export class StyleFault extends Error {
  readonly messages: readonly PartialMessage[];

  constructor(messages: readonly PartialMessage[]) {
    super(messages[0]?.text);
    this.name = "StyleFault";
    this.messages = messages;
  }
}

/** A message as the bundler has them. */
export function messageAt({ path, text, line, column }: StylePlace, message: string): PartialMessage {
  const lineText = text.split("\n")[line - 1] ?? "";
  const file = `${NAMESPACES.file}:${path}`;
  return {
    text: message,
    location: { file, line, column: Buffer.byteLength(lineText.slice(0, column)), lineText, length: 0 },
  };
}

/** Where in a text something stands; its first character when it is not there. */
export function placeOf({ path, text }: { readonly path: string; readonly text: string }, at: number): StylePlace {
  const before = text.slice(0, Math.max(at, 0)).split("\n");
  return { path, text, line: before.length, column: before.at(-1)?.length ?? 0 };
}
