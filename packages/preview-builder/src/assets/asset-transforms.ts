import { parseExpressionAt } from "acorn";
import { UNKNOWN, evaluate } from "#configs/evaluate.ts";
import { messageAt, placeOf } from "#styles/style-fault.ts";
import type { SourceTransform } from "#transforms/source-transform.ts";

/** Data that the bundler does not read by itself. */
export const assetTransforms: readonly SourceTransform[] = [
  {
    name: "JSON with comments",
    matches: (path) => /\.(?:json5|jsonc)$/i.test(path),
    transform: ({ path, text }) => {
      // JSON5 is a part of JavaScript's own notation.
      const faults: string[] = [];
      const scope = {
        constants: new Map(),
        imports: new Map(),
        directory: ".",
        within: [],
        onUnknown: () => void faults.push(""),
      };
      try {
        const node = parseExpressionAt(text.replace(/^\uFEFF/, " "), 0, { ecmaVersion: "latest" });
        const value = evaluate(node, scope);
        if (value === UNKNOWN || faults.length > 0) throw new SyntaxError("it holds more than data");
        return Promise.resolve({ contents: `export default ${JSON.stringify(value)};`, loader: "js" as const });
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        const at = "pos" in error && typeof error.pos === "number" ? error.pos : 0;
        const reason = error.message.replace(/ \(\d+:\d+\)$/, "");
        const message = messageAt(placeOf({ path, text }, at), `"${path}" cannot be read: ${reason}.`);
        return Promise.resolve({ contents: "", loader: "js" as const, errors: [message] });
      }
    },
  },
];
