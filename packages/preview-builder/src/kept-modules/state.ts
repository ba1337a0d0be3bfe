import { crc32 } from "node:zlib";
import type { ReportRow } from "#build-result.ts";
import type { KeptGraph } from "#kept-modules/graph.ts";
import { shapeIn } from "#kept-modules/module-record.ts";
import type { AskedFiles } from "#page/public-files.ts";
import type { MadeOf, ModuleMap, ModuleRecord } from "#kept-modules/module-record.ts";

/** The stylesheets of a project, bundled as one. */
export interface StyleUnit {
  /** A hash of what was asked for. */
  readonly wanted: string;
  readonly madeOf: readonly MadeOf[];
  readonly dependsOnPaths: boolean;
  /** False where it is made anew in every build. */
  readonly isKept: boolean;
  /** CommonJS that gives, for each stylesheet that a script imports, what it exports. */
  readonly script: string;
  readonly scriptStyles: string;
  /** By the bundler's name of the page's own stylesheet. */
  readonly styles: readonly (readonly [string, string])[];
  readonly warnings: readonly ReportRow[];
}

/** What builds of a project keep for the next one. */
export interface KeptState {
  /** Of all that decides what is made of a file, besides the file. */
  readonly configKey: string;
  /** Of the paths of all files. */
  readonly pathsKey: string;
  readonly records: ReadonlyMap<string, ModuleRecord>;
  readonly styles: StyleUnit | undefined;
  /** What was found out of all modules together; undefined when they did not fit. */
  readonly graph: KeptGraph | undefined;
}

const MAGIC = "hivesync kept modules 1\n";
const CHECKSUM_CHARACTERS = 8;
const LENGTH_CHARACTERS = 10;
const START = MAGIC.length + CHECKSUM_CHARACTERS + LENGTH_CHARACTERS;
const NOTHING = new Uint8Array();
const NOTHING_ASKED: AskedFiles = { found: [], folders: [], templates: [] };

/** A module in the head, whose bytes come behind it, one module after the other. There are thousands, so it has no names. */
type Row = readonly [
  name: string,
  lines: number,
  lengths: readonly [shape: number, code: number, mappings: number, source: number],
  dependsOnPaths: 0 | 1,
  madeOf: readonly (string | number)[],
  map: readonly [string, ...number[]] | null,
  warnings: readonly ReportRow[],
  asked: readonly [AskedFiles["found"], AskedFiles["folders"], AskedFiles["templates"]] | 0,
  textHash: string | null,
  unfit: string | null,
];

type Head = Omit<KeptState, "records"> & { readonly rows: readonly Row[] };

/** The same without what every build makes anew. */
export function keepable({ styles, records, ...rest }: KeptState): KeptState {
  return {
    ...rest,
    styles: styles?.isKept === true ? styles : undefined,
    records: new Map(records.entries().filter(([, { isKept }]) => isKept)),
  };
}

/** A head of JSON, and the bytes of all modules. */
export function writeState(state: KeptState): readonly Uint8Array[] {
  const { records, ...found } = keepable(state);
  const kept = [...records.values()];
  const head: Head = { ...found, rows: kept.map(rowOf) };
  const text = Buffer.from(JSON.stringify(head));
  const bytes = kept.flatMap(({ shapeBytes, code, mappings, source }) => [shapeBytes, code, mappings, source]);
  const body: Uint8Array[] = [text, ...bytes];
  const start = MAGIC + checksumOf(body) + String(text.length).padStart(LENGTH_CHARACTERS, "0");
  return [Buffer.from(start), ...body];
}

/** Undefined for whatever was not written by {@link writeState}, or not as a whole. */
export function readState(bytes: Buffer): KeptState | undefined {
  const start = bytes.toString("latin1", 0, START);
  const body = bytes.subarray(START);
  if (!start.startsWith(MAGIC)) return undefined;
  if (start.slice(MAGIC.length, MAGIC.length + CHECKSUM_CHARACTERS) !== checksumOf([body])) return undefined;
  const headLength = Number(start.slice(-LENGTH_CHARACTERS));
  const { rows, ...head } = JSON.parse(body.toString("utf8", 0, headLength)) as Head;
  let at = headLength;
  const take = (length: number): Uint8Array => {
    at += length;
    return length === 0 ? NOTHING : body.subarray(at - length, at);
  };
  return { ...head, records: new Map(rows.map((row) => [row[0], recordOf(row, take)])) };
}

function rowOf(record: ModuleRecord): Row {
  const { name, lines, dependsOnPaths, madeOf, map, warnings, asked, textHash, unfit } = record;
  const { shapeBytes, code, mappings, source } = record;
  return [
    name,
    lines,
    [shapeBytes.length, code.length, mappings.length, source.length],
    dependsOnPaths ? 1 : 0,
    madeOf.flatMap(({ path, sha256, size }) => [path, sha256, size]),
    map === undefined ? null : rowOfMap(map),
    warnings,
    rowOfAsked(asked),
    textHash ?? null,
    unfit ?? null,
  ];
}

function rowOfAsked({ found, folders, templates }: AskedFiles): Row[7] {
  return found.length + folders.length + templates.length === 0 ? 0 : [found, folders, templates];
}

function rowOfMap({ source, lead, lines, firstColumn, first, last }: ModuleMap): [string, ...number[]] {
  return [source, lead, lines, firstColumn, first.line, first.column, last.line, last.column];
}

function recordOf(row: Row, take: (length: number) => Uint8Array): ModuleRecord {
  const [name, lines, lengths, dependsOnPaths, madeOf, map, warnings, asked, textHash, unfit] = row;
  const [shape, code, mappings, source] = lengths;
  return {
    name,
    lines,
    dependsOnPaths: dependsOnPaths === 1,
    madeOf: filesIn(madeOf),
    warnings,
    asked: asked === 0 ? NOTHING_ASKED : { found: asked[0], folders: asked[1], templates: asked[2] },
    ...shapeIn(take(shape)),
    code: take(code),
    mappings: take(mappings),
    source: take(source),
    isKept: true,
    ...(map !== null && { map: mapIn(map) }),
    ...(textHash !== null && { textHash }),
    ...(unfit !== null && { unfit }),
  };
}

function filesIn(values: readonly (string | number)[]): MadeOf[] {
  const files: MadeOf[] = [];
  for (let at = 0; at < values.length; at += 3)
    files.push({ path: String(values[at]), sha256: String(values[at + 1]), size: Number(values[at + 2]) });
  return files;
}

function mapIn([source, ...numbers]: readonly [string, ...number[]]): ModuleMap {
  const [lead = 0, lines = 0, firstColumn = 0, line = 0, column = 0, lastLine = 0, lastColumn = 0] = numbers;
  const last = { line: lastLine, column: lastColumn };
  return { source, lead, lines, firstColumn, first: { line, column }, last };
}

/** Finds what a disk or a killed process damaged. Nobody but a project's own builds writes its state. */
function checksumOf(parts: readonly Uint8Array[]): string {
  const sum = parts.reduce((before, part) => crc32(part, before), 0);
  return sum.toString(16).padStart(CHECKSUM_CHARACTERS, "0");
}
