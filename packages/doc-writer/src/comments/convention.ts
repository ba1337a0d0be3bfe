import type { SymbolWords } from "#engine.ts";
import type { DocSymbol } from "#symbols/doc-symbol.ts";

/** How a language's doc comments look and sound. */
export interface Convention {
  name: string;
  /** `named` sentences begin with the symbol's name, as godoc's do. */
  mood: "third-person" | "imperative" | "named";
  /** The lines of a comment, without indentation and line ends. `width` is how long a line may be. */
  render: (symbol: DocSymbol, words: SymbolWords, width: number) => string[];
}
