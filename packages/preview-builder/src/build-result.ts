/** One row of a manifest: a project path (see the path rules of contracts), the SHA-256 of its bytes in hex, its size in bytes. */
export interface ManifestFile {
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** Whose file endings win: `App.ios.tsx` for `ios`, `App.web.tsx` for `web`. */
export type PreviewPlatform = "web" | "ios" | "android";

/** What a caller may choose about a build. */
export interface BuildOptions {
  readonly platform: PreviewPlatform;
  /** The project path of an HTML page or a script to start from; detected when left out. */
  readonly entry?: string;
  /** The page's title; else the project's own. */
  readonly title?: string;
  /** `production` unless told otherwise: what `import.meta.env.MODE` and `process.env.NODE_ENV` say. */
  readonly mode?: "production" | "development";
}

/** How far a build is: `fraction` runs from 0 to 1. */
export interface BuildProgress {
  readonly phase: "reading" | "bundling" | "writing";
  readonly fraction: number;
}

/** One error or warning for a person. Lines and columns count from 1; a row without a place has nulls. */
export interface ReportRow {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  readonly text: string;
  readonly line_text: string | null;
}

/** The content of `manifest.json`. Sizes are bytes, timings are milliseconds. */
export interface BuildManifest {
  readonly builder_version: string;
  readonly kind: string;
  /** For people: `Svelte page (Svelte 4)`. */
  readonly kind_label: string;
  readonly entry: string;
  readonly platform: PreviewPlatform;
  readonly mode: "production" | "development";
  readonly inputs: readonly { readonly path: string; readonly size: number }[];
  readonly sizes: Readonly<Record<"html" | "script" | "styles" | "runtime" | "source_map", number>>;
  readonly runtimes: readonly string[];
  readonly warnings: readonly ReportRow[];
  readonly timings: Readonly<Record<string, number>>;
}

/** A limit that ended a build. */
export type LimitName = "time" | "cpu" | "memory" | "processes" | "output" | "input";

/** A finished preview. `html` is self-contained; `sourceMap` maps the script named in its `sourceURL`. */
export interface BuildSuccess {
  readonly ok: true;
  readonly html: Uint8Array;
  readonly sourceMap: Uint8Array;
  readonly manifest: BuildManifest;
  readonly warnings: readonly ReportRow[];
  readonly log: string;
}

/** A build that could not be done, told for people. `limit` is set when a limit ended it. */
export interface BuildFailure {
  readonly ok: false;
  readonly message: string;
  readonly details: readonly ReportRow[];
  readonly log: string;
  readonly limit?: LimitName;
}

export type BuildResult = BuildSuccess | BuildFailure;
