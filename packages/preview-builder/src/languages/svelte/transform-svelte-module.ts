import { transform } from "esbuild";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";
import { chainMaps, mapOfFile } from "#languages/component-map.ts";
import type { CompilerMap } from "#languages/component-map.ts";
import { compilerMessage } from "#languages/source-place.ts";
import { loadSvelteModuleCompiler } from "#languages/svelte/svelte-compiler.ts";
import type { SourceFile, Transformed } from "#transforms/source-transform.ts";

/** Turns the runes of a script (`counter.svelte.ts`) into what they mean to Svelte's runtime. */
export async function transformSvelteModule(file: SourceFile): Promise<Transformed> {
  try {
    const isTyped = file.path.endsWith(".ts");
    const plain = isTyped
      ? await transform(file.text, { loader: "ts", target: "esnext", sourcemap: "external" })
      : undefined;
    const { js } = loadSvelteModuleCompiler().compileModule(plain?.code ?? file.text, {
      filename: file.path,
      generate: "client",
    });
    const own = js.map as CompilerMap;
    const map = plain === undefined ? own : chainMaps(own, JSON.parse(plain.map) as CompilerMap);
    return { contents: js.code, loader: "js", map: mapOfFile(file.path, map) };
  } catch (error) {
    if (isEsbuildFailure(error)) {
      const errors = error.errors.map(({ text, location }) => compilerMessage(file, text, location ?? undefined));
      return { contents: "", loader: "js", errors };
    }
    if (!(error instanceof Error) || error instanceof RangeError) throw error;
    const { start } = error as Error & { start?: { line: number; column: number } };
    return { contents: "", loader: "js", errors: [compilerMessage(file, error.message.split("\n")[0] ?? "", start)] };
  }
}
