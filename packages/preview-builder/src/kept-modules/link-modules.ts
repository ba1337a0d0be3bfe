import type { KeptGraph } from "#kept-modules/graph.ts";
import type { ModuleMap, ModuleRecord } from "#kept-modules/module-record.ts";
import { PAGE_LOADER, wrapModule } from "#kept-modules/page-loader.ts";
import type { StyleUnit } from "#kept-modules/state.ts";
import { escapeScript } from "#page/escape-inline.ts";
import { encode } from "#report/move-mappings.ts";

/** A script and its map, as bytes that stand one after the other. */
export interface Linked {
  /** Ready to stand in a script element. */
  readonly script: readonly Uint8Array[];
  readonly sourceMap: readonly Uint8Array[];
}

export interface LinkContext extends Pick<KeptGraph, "targets"> {
  readonly unit: StyleUnit | undefined;
  readonly scriptName: string;
  /** The text, as JSON, of a source that modules do not bring with them; undefined for what has none. */
  readonly textOf: (source: string) => Uint8Array | undefined;
}

const COMMA = Buffer.from(",");

/** Puts modules beside each other. No text of theirs is read. */
export function linkModules(
  modules: readonly ModuleRecord[],
  { targets, unit, scriptName, textOf }: LinkContext,
): Linked {
  // Stylesheets are the first module, whatever else there is.
  const before = PAGE_LOADER + wrapModule(escapeScript(unit?.script ?? ""), "commonjs");
  const map = new MapWriter(before.split("\n").length - 1, textOf);
  const script: Uint8Array[] = [Buffer.from(before)];
  for (const record of modules) {
    script.push(record.code);
    map.add(record);
  }
  script.push(Buffer.from(escapeScript(`__targets = ${targets};\n__load(1);\n`)));
  return { script, sourceMap: map.finish(scriptName) };
}

/** Writes one map of many modules: of each only the first place has to be counted anew. */
class MapWriter {
  readonly #mappings: Uint8Array[] = [];
  readonly #sources: string[] = [];
  readonly #texts: Uint8Array[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #textOf: LinkContext["textOf"];
  #lines: number;
  #source = 0;
  #last = { line: 0, column: 0 };

  constructor(lines: number, textOf: LinkContext["textOf"]) {
    this.#textOf = textOf;
    this.#lines = lines;
  }

  add({ map, mappings, source, lines }: ModuleRecord): void {
    if (map === undefined) {
      this.#lines += lines;
      return;
    }
    const first = this.#firstSegment(map, this.#indexOf(map, source));
    this.#mappings.push(Buffer.from(";".repeat(this.#lines + map.lead) + first), mappings);
    this.#lines = lines - map.lead - map.lines;
  }

  finish(file: string): Uint8Array[] {
    const head = `{"version":3,"file":${JSON.stringify(file)},"sources":${JSON.stringify(this.#sources)},"sourcesContent":[`;
    const texts = this.#texts.flatMap((text, index) => (index === 0 ? [text] : [COMMA, text]));
    return [
      Buffer.from(head),
      ...texts,
      Buffer.from(`],"names":[],"mappings":"`),
      ...this.#mappings,
      Buffer.from(`"}`),
    ];
  }

  #firstSegment({ first, last, firstColumn }: ModuleMap, source: number): string {
    const moved = [firstColumn, source - this.#source, first.line - this.#last.line, first.column - this.#last.column];
    this.#source = source;
    this.#last = last;
    return moved.map(encode).join("");
  }

  /** Parts of one page are one source. */
  #indexOf({ source }: ModuleMap, text: Uint8Array): number {
    const known = this.#indexes.get(source);
    if (known !== undefined) return known;
    const index = this.#sources.push(source) - 1;
    this.#texts.push(text.length === 0 ? (this.#textOf(source) ?? Buffer.from("null")) : text);
    this.#indexes.set(source, index);
    return index;
  }
}
