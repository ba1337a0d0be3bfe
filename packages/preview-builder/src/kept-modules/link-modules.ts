import { NAMESPACES } from "#bundle/namespaces.ts";
import type { ModuleMap, ModuleRecord } from "#kept-modules/module-record.ts";
import type { Ordered } from "#kept-modules/order-modules.ts";
import { OWN_REQUIRE, PAGE_LOADER } from "#kept-modules/page-loader.ts";
import { encodeNumber } from "#kept-modules/segments.ts";
import type { StyleUnit } from "#kept-modules/state.ts";
import { isStyleTarget, PACKAGE } from "#kept-modules/walk-modules.ts";
import { escapeScript } from "#page/escape-inline.ts";

/** A script and its map, as bytes that stand one after the other. */
export interface Linked {
  /** Ready to stand in a script element. */
  readonly script: readonly Uint8Array[];
  readonly sourceMap: readonly Uint8Array[];
}

// What is around a module. A module of statements has no name of CommonJS to hide; all other code has a function more, so that
// it may use those names for variables of its own.
const HEAD = Buffer.from(`__define(function (require, __0, __1, ${OWN_REQUIRE}, __give) {\n`);
const TAIL = Buffer.from("});\n");
const OWN_HEAD = Buffer.from(`__define(function (require, module, exports, ${OWN_REQUIRE}) { (function () {\n`);
const OWN_TAIL = Buffer.from("}).call(exports); });\n");
const LOADER = Buffer.from(PAGE_LOADER);
const COMMA = Buffer.from(",");
const LINES_OF_WRAPPER = 1;
const LINES_OF_LOADER = PAGE_LOADER.split("\n").length - 1;

/** Puts modules beside each other. No text of theirs is read. */
export function linkModules({ modules, styles }: Ordered, unit: StyleUnit | undefined, scriptName: string): Linked {
  const script: Uint8Array[] = [LOADER];
  const map = new MapWriter(LINES_OF_LOADER);
  // Stylesheets are the first module, whatever else there is.
  const styleScript = escapeScript(unit?.script ?? "");
  script.push(OWN_HEAD, Buffer.from(styleScript), OWN_TAIL);
  map.skip(styleScript.split("\n").length - 1 + 2 * LINES_OF_WRAPPER);
  for (const record of modules) {
    const isModule = record.format === "module";
    script.push(isModule ? HEAD : OWN_HEAD, record.code, isModule ? TAIL : OWN_TAIL);
    map.add(record);
  }
  script.push(Buffer.from(`${startOf(modules, styles)}\n`));
  return { script, sourceMap: map.finish(scriptName) };
}

/** What each module's imports mean, and the first module's start. */
function startOf(modules: readonly ModuleRecord[], styles: readonly string[]): string {
  const ids = new Map(modules.map(({ name }, index) => [name, index + 1]));
  const styleIds = new Map(styles.map((name, index) => [name, index]));
  const idOf = (target: string): number | string => {
    if (isStyleTarget(target)) return `s${styleIds.get(target) ?? ""}`;
    const id = ids.get(target);
    if (id !== undefined) return id;
    if (target.startsWith(PACKAGE)) return `p${target.slice(PACKAGE.length)}`;
    const letter = target.startsWith(`${NAMESPACES.required}:`) ? "q" : "r";
    return `${letter}${target.slice(target.indexOf(":") + 1)}`;
  };
  const rows = modules.map(({ imports, targets }) => {
    const tables: [Record<string, number | string>, Record<string, number | string>] = [
      Object.create(null) as Record<string, number | string>,
      Object.create(null) as Record<string, number | string>,
    ];
    imports.forEach(({ specifier, kind }, index) => {
      tables[kind === "import" ? 0 : 1][specifier] = idOf(targets[index] ?? "");
    });
    return tables;
  });
  return escapeScript(`__targets = ${JSON.stringify([[{}, {}], ...rows])};\n__load(1);`);
}

/** Writes one map of many modules: of each only the first place has to be counted anew. */
class MapWriter {
  readonly #mappings: Uint8Array[] = [];
  readonly #sources: string[] = [];
  readonly #texts: Uint8Array[] = [];
  readonly #indexes = new Map<string, number>();
  #lines: number;
  #last = { source: 0, line: 0, column: 0 };

  constructor(lines: number) {
    this.#lines = lines;
  }

  skip(lines: number): void {
    this.#lines += lines;
  }

  add({ map, mappings, source, lines }: ModuleRecord): void {
    if (map === undefined) return this.skip(lines + 2 * LINES_OF_WRAPPER);
    const first = this.#firstSegment(map, this.#indexOf(map, source));
    this.#mappings.push(Buffer.from(";".repeat(this.#lines + LINES_OF_WRAPPER + map.lead) + first), mappings);
    this.#lines = lines - map.lead - map.lines + LINES_OF_WRAPPER;
  }

  finish(file: string): Uint8Array[] {
    const head = `{"version":3,"file":${JSON.stringify(file)},"sources":${JSON.stringify(this.#sources)},"sourcesContent":[`;
    const texts = this.#texts.flatMap((text, index) => (index === 0 ? [text] : [COMMA, text]));
    return [Buffer.from(head), ...texts, Buffer.from(`],"names":[],"mappings":"`), ...this.#mappings, Buffer.from(`"}`)];
  }

  #firstSegment({ first, last, firstColumn }: ModuleMap, source: number): string {
    const { source: lastSource, line, column } = this.#last;
    this.#last = { source, ...last };
    return [firstColumn, source - lastSource, first.line - line, first.column - column].map(encodeNumber).join("");
  }

  /** Parts of one page are one source. */
  #indexOf({ source }: ModuleMap, text: Uint8Array): number {
    const known = this.#indexes.get(source);
    if (known !== undefined) return known;
    const index = this.#sources.push(source) - 1;
    this.#texts.push(text.length === 0 ? Buffer.from("null") : text);
    this.#indexes.set(source, index);
    return index;
  }
}
