import type { ReportRow } from "#build-result.ts";
import type { AskedFiles } from "#page/public-files.ts";

/** How a module's code takes another one. */
export interface ModuleImport {
  readonly specifier: string;
  /** `import` stands for what the bundler made of statements and of `import()`; `require` is the code's own. */
  readonly kind: "import" | "require";
  /** The names that are taken of it, as far as they are said one by one; sorted. */
  readonly names: readonly string[];
  /** Whether all of its exports are taken as one object. */
  readonly isWhole: boolean;
  /** Whether all of its exports become the module's own. */
  readonly isStar: boolean;
}

/** What a module gives: `module` has exports that are known, `commonjs` an object that only running makes, `data` one value. */
export type ModuleFormat = "module" | "commonjs" | "data" | "none";

/** What others see of a module: as long as no module's changes, all modules stand in the page as they stood. */
export interface ModuleShape {
  readonly format: ModuleFormat;
  readonly exports: readonly string[];
  readonly imports: readonly ModuleImport[];
  /** Where the imports lead, in their order; true of the paths and configs that the state names. */
  readonly targets: readonly string[];
}

/** A file that a module was made of. */
export interface MadeOf {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** A place in a source, from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What leads from a module's code to its source, ready to stand anywhere in a map of many modules. */
export interface ModuleMap {
  /** The source's name in the finished map. */
  readonly source: string;
  /** Line ends of the code before the first place that is mapped. */
  readonly lead: number;
  /** Line ends from there to the last place. */
  readonly lines: number;
  /** The column of the first mapped place, and where it leads. */
  readonly firstColumn: number;
  readonly first: Place;
  /** Where the last one leads, from which the next module's places are counted. */
  readonly last: Place;
}

/** What is known of a module without looking at its bytes. */
export interface RecordFacts {
  /** The bundler's name: `vfs:src/a.tsx`. */
  readonly name: string;
  readonly madeOf: readonly MadeOf[];
  /** Of a module that is no file: a hash of its text. */
  readonly textHash?: string;
  /** Whether what was made depends on which files there are. */
  readonly dependsOnPaths: boolean;
  /** Why a project with this module is nothing for kept modules. */
  readonly unfit?: string;
  readonly warnings: readonly ReportRow[];
  /** What it asks the page's own server for; true of the paths that the state names. */
  readonly asked: AskedFiles;
  /** Line ends in the code. */
  readonly lines: number;
  readonly map?: ModuleMap;
}

/** A module's bytes, ready to be put beside others'. */
export interface RecordBytes {
  /** As it stands in the page, with the function around it. */
  readonly code: Uint8Array;
  /** The map's segments after the first one. */
  readonly mappings: Uint8Array;
  /** The source's text as JSON; empty where the map has no text for it. */
  readonly source: Uint8Array;
}

/** A module as it stands in the page. */
export interface ModuleRecord extends RecordFacts, RecordBytes {
  /** The shape as JSON. It is read where it is needed only. */
  readonly shapeBytes: Uint8Array;
  readonly shape: () => ModuleShape;
  /** False of what is made anew in every build. */
  readonly isKept: boolean;
}

/** A module whose imports have not been followed yet. */
export type UnresolvedRecord = Omit<ModuleRecord, "shapeBytes" | "shape"> & {
  readonly shape: Omit<ModuleShape, "targets">;
};

/** Gives a module what its imports lead to. */
export function withTargets(record: UnresolvedRecord, targets: readonly string[]): ModuleRecord {
  const { format, exports, imports } = record.shape;
  const shape: ModuleShape = { format, exports, imports, targets };
  return { ...record, shape: () => shape, shapeBytes: Buffer.from(JSON.stringify(shape)) };
}

/** A shape that is read when it is first asked for. */
export function shapeIn(bytes: Uint8Array): Pick<ModuleRecord, "shape" | "shapeBytes"> {
  let shape: ModuleShape | undefined;
  return { shapeBytes: bytes, shape: () => (shape ??= JSON.parse(Buffer.from(bytes).toString()) as ModuleShape) };
}
