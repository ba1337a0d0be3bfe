import type { PartialMessage } from "esbuild";
import { StyleFault } from "#styles/style-fault.ts";
import { compilerMessage } from "#languages/source-place.ts";
import type { SourcePlace } from "#languages/source-place.ts";
import type { SourceFile } from "#transforms/source-transform.ts";

/** Ends the compiling of a component with messages that have places in its file. */
export class VueFault extends Error {
  readonly messages: readonly PartialMessage[];

  constructor(messages: readonly PartialMessage[]) {
    super(messages[0]?.text ?? "The component cannot be compiled.");
    this.name = "VueFault";
    this.messages = messages;
  }
}

/** The messages of what the compiler threw. */
export function faultOf(file: SourceFile, error: unknown): readonly PartialMessage[] {
  if (error instanceof VueFault || error instanceof StyleFault) return error.messages;
  // Parsers recurse: that a file is nested too deeply is told elsewhere.
  if (!(error instanceof Error) || error instanceof RangeError) throw error;
  return [compilerMessage(file, readable(error.message), placeOf(error))];
}

/** Of a message with a picture of the code its first words. */
function readable(message: string): string {
  const [first = message] = message.split("\n");
  return first.replace(/^\[@?vue\/compiler-sfc\]\s*/, "").replace(/\s*\(\d+:\d+\)$/, "");
}

function placeOf(error: Error): SourcePlace | undefined {
  const framed = placeInFrame(error.message);
  if (framed !== undefined) return framed;
  const { loc } = error as Error & { loc?: { start?: { line: number; column: number } } };
  return loc?.start && { line: loc.start.line, column: loc.start.column - 1 };
}

/** The place that a picture of the code points at: the line above the first `^`. */
function placeInFrame(message: string): SourcePlace | undefined {
  const lines = message.split("\n");
  const marks = lines.findIndex((line) => /^\s*\|\s*\^+/.test(line));
  const line = /^\s*(\d+)\s*\|\s{2}/.exec(lines[marks - 1] ?? "");
  if (line === null) return undefined;
  return { line: Number(line[1]), column: Math.max(0, (lines[marks] ?? "").indexOf("^") - line[0].length) };
}
