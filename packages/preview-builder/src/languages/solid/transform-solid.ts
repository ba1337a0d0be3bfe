import { createRequire } from "node:module";
import type * as Babel from "@babel/core";
import { compilerMessage } from "#languages/source-place.ts";
import { mapOfFile } from "#languages/component-map.ts";
import type { SourceFile, Transformed } from "#transforms/source-transform.ts";

const require = createRequire(import.meta.url);

/** Turns Solid's JSX into what it means to its runtime. Types are left for the bundler to take out. */
export async function transformSolid(file: SourceFile): Promise<Transformed> {
  const { transformAsync } = require("@babel/core") as typeof Babel;
  const isTyped = file.path.endsWith(".tsx");
  try {
    const result = await transformAsync(file.text, {
      // Nothing of the host is looked at: neither configs nor lists of browsers.
      configFile: false,
      babelrc: false,
      browserslistConfigFile: false,
      cwd: "/",
      filename: `/${file.path}`,
      sourceMaps: true,
      parserOpts: { plugins: isTyped ? ["jsx", "typescript", "decorators"] : ["jsx"] },
      presets: [[require("babel-preset-solid"), { generate: "dom" }]],
    });
    return {
      contents: result?.code ?? "",
      loader: isTyped ? "ts" : "js",
      ...(result?.map && { map: mapOfFile(file.path, result.map) }),
    };
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RangeError) throw error;
    return { contents: "", loader: "js", errors: [messageOf(file, error)] };
  }
}

function messageOf(file: SourceFile, error: Error & { loc?: { line: number; column: number } }) {
  const [first = error.message] = error.message.split("\n");
  const text = first.replace(/^\/[^:]*: /, "").replace(/\s*\(\d+:\d+\)$/, "");
  return compilerMessage(file, text, error.loc);
}
