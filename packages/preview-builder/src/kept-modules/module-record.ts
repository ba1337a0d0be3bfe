import type { ReportRow } from "#build-result.ts";

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
  /** Lines of code before the first one that is mapped. */
  readonly lead: number;
  /** Line ends after it, up to the last one that is mapped. */
  readonly lines: number;
  /** The column of the first mapped place, and where it leads. */
  readonly firstColumn: number;
  readonly first: Place;
  /** Where the last one leads, from which the next module's places are counted. */
  readonly last: Place;
}

/** What is said of a module in the state's head: all but its bytes. */
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
  readonly format: ModuleFormat;
  readonly exports: readonly string[];
  readonly imports: readonly ModuleImport[];
  readonly warnings: readonly ReportRow[];
  /** Line ends in the code. */
  readonly lines: number;
  readonly map?: ModuleMap;
  /** Where the imports lead, in their order; true of the paths and configs that the state names. */
  targets: readonly string[];
}

/** A module as it stands in the page. Its bytes are ready to be put beside others'. */
export interface ModuleRecord extends RecordFacts {
  readonly code: Uint8Array;
  /** The map's segments after the first one. */
  readonly mappings: Uint8Array;
  /** The source's text as JSON; empty where the map has no text for it. */
  readonly source: Uint8Array;
  /** False of what is made anew in every build. */
  readonly isKept: boolean;
}
