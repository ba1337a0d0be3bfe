import { createRequire } from "node:module";
import type * as Svelte5 from "svelte/compiler";

const require = createRequire(import.meta.url);

/** What the majors of Svelte's compiler have in common. */
export interface SvelteCompiler {
  preprocess: typeof Svelte5.preprocess;
  compile(source: string, options: Readonly<Record<string, unknown>>): SvelteOutput;
}

/** What they make of a component. */
export interface SvelteOutput {
  readonly js: {
    readonly code: string;
    readonly map: { readonly mappings: string; readonly names?: readonly string[] };
  };
  readonly css: { readonly code: string } | null;
  readonly warnings: readonly SvelteMessage[];
}

/** An error or warning of theirs: lines from 1, columns from 0. */
export interface SvelteMessage {
  readonly code?: string;
  readonly message: string;
  readonly start?: { readonly line: number; readonly column: number };
}

// Each as one file, which is read in a fraction of the time.
const PACKAGES: ReadonlyMap<number, () => unknown> = new Map([
  [5, () => require("svelte/compiler")],
  [4, () => require("svelte-4/compiler")],
  [3, () => require("svelte-3/compiler")],
]);

/** The compiler of a major that is here (see runtimes/framework-versions.ts). */
export function loadSvelteCompiler(major: number): SvelteCompiler {
  const load = PACKAGES.get(major);
  if (load === undefined) throw new Error(`There is no compiler of Svelte ${major}.`);
  return load() as SvelteCompiler;
}

/** The compiler of scripts with runes. */
export function loadSvelteModuleCompiler(): Pick<typeof Svelte5, "compileModule"> {
  return require("svelte/compiler") as typeof Svelte5;
}
