import type { SymbolWords } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";

/** How a language's doc comments look and sound. */
export interface Convention {
  name: string;
  /** `named` sentences begin with the symbol's name, as godoc's do. */
  mood: "third-person" | "imperative" | "named";
  /** Its tags name types, so that texts need not. */
  typesInTags?: boolean;
  /** The line between a comment and a pragma below it, where tools expect one. */
  abovePragma?: string;
  /** Kinds whose comment is followed by an empty line. */
  emptyLineAfter?: ReadonlySet<DocSymbol["kind"]>;
  /** The lines of a comment, without indentation and line ends. `width` is how long a line may be. */
  render: (symbol: DocSymbol, words: SymbolWords, width: number) => string[];
}

/** What of a convention words depend on. */
export type Voice = Pick<Convention, "mood" | "typesInTags">;
