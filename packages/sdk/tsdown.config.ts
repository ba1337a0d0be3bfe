import { defineConfig } from "tsdown";

// Through its `z`, bundlers keep all of zod, with its messages in 50 languages; through the namespace what is used. Halves what a page loads.
const zodByNamespace = {
  name: "zod-by-namespace",
  transform: (code: string): string => code.replaceAll('import { z } from "zod";', 'import * as z from "zod";'),
};

export default defineConfig({
  entry: { index: "src/index.ts", node: "src/node/index.ts" },
  format: "esm",
  platform: "neutral",
  // Editors bring a Node of their own, which is older than ours and knows no `using`.
  target: "es2022",
  // The types of two packages become one file: only a configuration above both holds both.
  tsconfig: "../../tsconfig.sdk.json",
  dts: true,
  plugins: [zodByNamespace],
  deps: {
    alwaysBundle: [/^@hivesync\//],
    neverBundle: [/^node:/],
    // Whatever else would be drawn into the package is a mistake.
    onlyBundle: [],
  },
  // How long the build took is no reason to fail.
  checks: { pluginTimings: false },
  failOnWarn: true,
  // It says at each build that the API of TypeScript 7, which makes the types, is not final.
  suppressWarnings: [/TypeScript 7\.\d+ does not yet have a stable API/u],
});
