import { transform } from "esbuild";
import type { OnLoadResult, TransformOptions } from "esbuild";
import { mayComputeImports, replaceComputedImports } from "#bundle/computed-imports.ts";
import { mayGlob, replaceGlobImports } from "#bundle/glob-imports.ts";
import { mayUseContext, replaceContexts } from "#bundle/require-context.ts";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";

/** How the bundler reads scripts: the same in the bundle as when one is looked at beforehand. */
export type CodeSettings = Pick<TransformOptions, "target" | "charset" | "legalComments" | "jsxDev"> & {
  readonly define: Record<string, string>;
  readonly tsconfigRaw: { readonly compilerOptions: Record<string, unknown> };
};

/** A script or stylesheet on its way into the bundle. */
export interface Code {
  readonly contents: string;
  readonly loader: NonNullable<OnLoadResult["loader"]>;
  /** The JSON of a source map to where the code came from. */
  readonly map?: string | undefined;
  /** The bundler's name of the module. */
  readonly name: string;
  /** The project path that its imports start from. */
  readonly importer: string;
}

export interface PrepareContext {
  readonly settings: CodeSettings;
  readonly paths: readonly string[];
  /** The project path that a bare name stands for by the project's own maps. */
  readonly mapped?: (name: string) => string | undefined;
}

/**
 * Takes away what would make the bundler read the host's disk by itself, past every resolve and load of ours: the
 * address of a source map (`file:` is followed), and imports of computed names (taken for patterns of files).
 */
export async function prepareCode(
  { contents, loader, name, importer, map: ownMap }: Code,
  context: PrepareContext,
): Promise<OnLoadResult> {
  const { settings, mapped = () => undefined } = context;
  if (loader === "json") return { contents, loader };
  const isStyle = loader === "css" || loader === "local-css";
  // The last address in a file is the one that counts. An open comment of a stylesheet is closed before it.
  const address = ownMap === undefined ? "none" : dataAddress(ownMap);
  const ending = isStyle ? `\n/**/\n/*# sourceMappingURL=${address} */` : `\n//# sourceMappingURL=${address}`;
  const isAddressed = ownMap !== undefined || contents.includes("sourceMappingURL");
  const original = isAddressed ? contents + ending : contents;
  if (isStyle) return { contents: original, loader };
  if (!mayComputeImports(contents) && !mayGlob(contents) && !mayUseContext(contents))
    return { contents: original, loader };
  try {
    const print = (code: string, as: typeof loader) =>
      transform(code, {
        ...settings,
        loader: as,
        sourcefile: name,
        sourcemap: "external",
        sourcesContent: false,
        supported: { "import-attributes": true },
        logLevel: "silent",
      });
    // Printed, code has one form only: escapes, comments, types, constants and parentheses are gone from the calls.
    const printed = await print(original, loader);
    const globbed = mayGlob(printed.code)
      ? replaceGlobImports(printed.code, { importer, paths: context.paths, mapped })
      : undefined;
    const globs = globbed?.code ?? printed.code;
    const contexts = mayUseContext(globs)
      ? replaceContexts(globs, { importer, paths: context.paths, mapped })
      : undefined;
    const plain = contexts?.code ?? globs;
    // Most code that looks as if it did holds none: then it is all the same which files there are.
    const isComputing = replaceComputedImports(plain, importer, []) !== undefined;
    const computed = isComputing ? replaceComputedImports(plain, importer, context.paths) : undefined;
    if (computed === undefined && globbed === undefined && contexts === undefined)
      return { contents: original, loader };
    const replaced = computed ?? { code: plain, unmatched: [] };
    const again = await print(replaced.code, "js");
    if (replaceComputedImports(again.code, importer, []) !== undefined) return refuse(importer);
    const calls = replaced.unmatched.join(", ");
    return {
      contents: `${replaced.code}\n//# sourceMappingURL=${dataAddress(printed.map)}`,
      loader: "js",
      warnings: [
        ...(calls === "" ? [] : [{ text: `No file of the project fits ${calls} in "${importer}".` }]),
        ...[...(globbed?.faults ?? []), ...(contexts?.faults ?? [])].map((text) => ({
          text: `${text} in "${importer}".`,
        })),
      ],
    };
  } catch (error) {
    if (isEsbuildFailure(error)) return { errors: error.errors };
    if (error instanceof SyntaxError) return refuse(importer);
    throw error;
  }
}

function dataAddress(map: string): string {
  return `data:application/json;base64,${Buffer.from(map).toString("base64")}`;
}

function refuse(importer: string): OnLoadResult {
  return {
    errors: [{ text: `"${importer}" computes the name of an import in a way that previews do not understand.` }],
  };
}
