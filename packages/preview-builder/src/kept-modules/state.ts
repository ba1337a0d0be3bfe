import { crc32 } from "node:zlib";
import type { RecordFacts, MadeOf, ModuleRecord } from "#kept-modules/module-record.ts";
import type { ReportRow } from "#build-result.ts";

/** The stylesheets of a project, bundled as one. */
export interface StyleUnit {
  /** The bundler's names of what it was asked for, in order. */
  readonly wanted: string;
  readonly madeOf: readonly MadeOf[];
  readonly dependsOnPaths: boolean;
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
}

const MAGIC = "hivesync kept modules 1\n";
const CHECKSUM_CHARACTERS = 8;
const LENGTH_CHARACTERS = 10;
const START = MAGIC.length + CHECKSUM_CHARACTERS + LENGTH_CHARACTERS;
const NOTHING = new Uint8Array();

type Head = Pick<KeptState, "configKey" | "pathsKey" | "styles"> & {
  /** With the lengths of code, mappings and source; their bytes come one after the other behind the head. */
  readonly records: readonly (RecordFacts & { readonly lengths: readonly [number, number, number] })[];
};

/** One text of the state: a head of JSON, and the bytes of all modules. */
export function writeState({ configKey, pathsKey, styles, records }: KeptState): Buffer {
  const kept = [...records.values()].filter(({ isKept }) => isKept);
  const rows = kept.map(({ code, mappings, source, isKept: _isKept, ...facts }) => {
    const lengths = [code.length, mappings.length, source.length] as const;
    return { ...facts, lengths };
  });
  const head: Head = { configKey, pathsKey, styles, records: rows };
  const text = Buffer.from(JSON.stringify(head));
  const body = Buffer.concat([text, ...kept.flatMap(({ code, mappings, source }) => [code, mappings, source])]);
  const start = MAGIC + checksumOf(body) + String(text.length).padStart(LENGTH_CHARACTERS, "0");
  return Buffer.concat([Buffer.from(start), body]);
}

/** Undefined for whatever was not written by {@link writeState}, or not as a whole. */
export function readState(bytes: Buffer): KeptState | undefined {
  const start = bytes.toString("latin1", 0, START);
  const body = bytes.subarray(START);
  if (!start.startsWith(MAGIC)) return undefined;
  if (start.slice(MAGIC.length, MAGIC.length + CHECKSUM_CHARACTERS) !== checksumOf(body)) return undefined;
  const headLength = Number(start.slice(-LENGTH_CHARACTERS));
  const head = JSON.parse(body.toString("utf8", 0, headLength)) as Head;
  let at = headLength;
  const take = (length: number): Uint8Array => {
    at += length;
    return length === 0 ? NOTHING : body.subarray(at - length, at);
  };
  const records = head.records.map(({ lengths: [code, mappings, source], ...facts }): [string, ModuleRecord] => [
    facts.name,
    { ...facts, code: take(code), mappings: take(mappings), source: take(source), isKept: true },
  ]);
  return { configKey: head.configKey, pathsKey: head.pathsKey, styles: head.styles, records: new Map(records) };
}

/** Finds what a disk or a killed process damaged. Nobody but a project's own builds writes its state. */
function checksumOf(body: Buffer): string {
  return crc32(body).toString(16).padStart(CHECKSUM_CHARACTERS, "0");
}
