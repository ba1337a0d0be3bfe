import { isUtf8 } from "node:buffer";

/** `refs/heads/main` to an object id; heads and tags only. */
export interface Refs {
  [name: string]: string;
}

/** An object id, or the start of a line that holds one. */
export const isObjectId = (text: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

// git-check-ref-format(1), and the two folders that are mirrored.
const forbidden = /[\p{Cc} ~^:?*[\\\u007f]|\.\.|@\{|\/\/|\/\.|\.$|\.lock(\/|$)|\/$/u;

/** True of names that git itself would take, in heads or tags. */
export const isMirroredRef = (name: string): boolean => /^refs\/(heads|tags)\/[^.]/.test(name) && !forbidden.test(name);

const newline = 10;

/** The lines of an output that are UTF-8. */
export function* utf8Lines(output: Buffer): Generator<string> {
  for (let start = 0; start < output.length;) {
    const found = output.indexOf(newline, start);
    const end = found === -1 ? output.length : found;
    const line = output.subarray(start, end);
    if (isUtf8(line)) yield line.toString("utf8");
    start = end + 1;
  }
}
