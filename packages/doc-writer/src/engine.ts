import type { DocSymbol } from "#symbols/doc-symbol.ts";
import type { SourceOutline } from "#symbols/outline.ts";

/** What a documentation job makes; the wire's `job_type`. */
export type DocJobType = "document" | "explain" | "summarize" | "readme";

/** A file of the selection. Lines count from 1; a `line_end` past the end means the last line. */
export interface DocFile {
  path: string;
  text: string;
  line_start?: number | undefined;
  line_end?: number | undefined;
}

export interface DocOptions {
  /** How the words should sound, in the user's own words. Engines without a model take no notice. */
  style?: string | undefined;
  /** The natural language of the words, as a BCP 47 tag. Engines without a model write English. */
  language?: string | undefined;
  /** Writes existing doc comments anew instead of keeping them. */
  replace?: boolean | undefined;
}

export interface DocOrder {
  job_type: DocJobType;
  /** What is documented. */
  files: readonly DocFile[];
  /** Neighbours that help to understand the selection. They are never changed. */
  context: readonly DocFile[];
  options: DocOptions;
}

/** An order with its files already read: what an engine works from. */
export interface PreparedOrder extends DocOrder {
  outlines: readonly SourceOutline[];
}

export interface EngineRun {
  signal: AbortSignal;
  /** Told the share that is done, from 0 to 1. */
  onProgress: (share: number) => void;
}

/** The words of one comment. Layout, escaping and place are not the engine's affair. */
export interface SymbolWords {
  summary: string;
  /** Further paragraphs. */
  remarks?: string;
  parameters?: readonly { name: string; text: string }[];
  typeParameters?: readonly { name: string; text: string }[];
  returns?: string;
  throws?: readonly { type: string; text: string }[];
}

/** Words for the symbol whose `id` stands in the order's outlines. */
export interface SymbolComment {
  symbol: DocSymbol["id"];
  words: SymbolWords;
}

/** What an engine answers: words only, never edits, so that no engine can change code. */
export type DocDraft =
  | { kind: "comments"; comments: readonly SymbolComment[]; notes: readonly string[] }
  | { kind: "markdown"; markdown: string; notes: readonly string[] };

export type EngineName = "static" | "openai-compatible" | "local";

/**
 * Writes documentation words for an order.
 *
 * @throws The reason of `signal`, when it is aborted.
 */
export interface DocEngine {
  readonly name: EngineName;
  write(order: PreparedOrder, run: EngineRun): Promise<DocDraft>;
}
