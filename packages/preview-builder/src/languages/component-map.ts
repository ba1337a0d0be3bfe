import remapping from "@jridgewell/remapping";
import { decode, encode } from "@jridgewell/sourcemap-codec";
import { NAMESPACES } from "#bundle/namespaces.ts";

/** What compilers call a source map. */
export interface CompilerMap {
  readonly mappings: string;
  readonly names?: readonly string[] | undefined;
}

/** The JSON of a map whose one source is the project's file. */
export function mapOfFile(path: string, { mappings, names = [] }: CompilerMap): string {
  return JSON.stringify({ version: 3, sources: [`${NAMESPACES.file}:${path}`], names, mappings });
}

/** The map of code that is made of several pieces, one below another. Pieces without a map lead nowhere. */
export function joinMaps(
  pieces: readonly { readonly code: string; readonly map: CompilerMap | undefined }[],
): CompilerMap {
  const lines = pieces.flatMap(({ code, map }) => {
    const count = code.split("\n").length;
    const own = map === undefined ? [] : decode(map.mappings);
    // Names are of no use in several maps at once.
    return Array.from({ length: count }, (_, index) =>
      (own[index] ?? []).map((segment) =>
        segment.length === 1 ? segment : (segment.slice(0, 4) as [number, number, number, number]),
      ),
    );
  });
  return { mappings: encode(lines) };
}

/** The map of code that was made in two steps, each with a map of its own. */
export function chainMaps(second: CompilerMap, first: CompilerMap): CompilerMap {
  const source = (map: CompilerMap) => ({
    version: 3 as const,
    sources: ["file"],
    names: [...(map.names ?? [])],
    mappings: map.mappings,
  });
  const chained = remapping([source(second), source(first)], () => null);
  return { mappings: String(chained.mappings), names: chained.names };
}
