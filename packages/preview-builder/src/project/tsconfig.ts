import { posix } from "node:path";
import { parse } from "jsonc-parser";
import { asRecord, asString } from "#project/package-json.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import type { ReportRow } from "#build-result.ts";
import { lenientJsonWarning } from "#report/json-fault.ts";

/** What of a project's tsconfig.json (or jsconfig.json) decides how it is bundled. */
export interface TsConfig {
  /** The folder that non-relative imports are tried in, or undefined. */
  readonly baseUrl: string | undefined;
  /** Patterns with their targets as project paths, the most specific pattern first. */
  readonly paths: readonly { readonly pattern: string; readonly targets: readonly string[] }[];
  /** Handed to the bundler as it is; holds no path. */
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  /** `extends` that lead out of the project or into a package; they are left out. */
  readonly ignoredExtends: readonly string[];
  readonly warnings: readonly ReportRow[];
}

const PASSED_ON = [
  "experimentalDecorators",
  "useDefineForClassFields",
  "verbatimModuleSyntax",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "alwaysStrict",
  "strict",
  "target",
];
const MAX_EXTENDS = 20;

interface Layer {
  readonly directory: string;
  readonly options: Record<string, unknown>;
}

/** @param home the folder whose config counts; without one there the root's does. */
export async function readTsConfig(files: ProjectFiles, home = "."): Promise<TsConfig> {
  const names = [home, "."].flatMap((folder) =>
    ["tsconfig.json", "jsconfig.json"].map((name) => posix.join(folder, name)),
  );
  const root = names.find((path) => files.has(path));
  const ignoredExtends: string[] = [];
  const warnings: ReportRow[] = [];
  const layers = root === undefined ? [] : await readLayers(files, root, { ignored: ignoredExtends, warnings });
  const merged: Record<string, unknown> = {};
  let baseUrl: string | undefined;
  let paths: TsConfig["paths"] = [];
  for (const { directory, options } of layers) {
    for (const name of PASSED_ON) if (options[name] !== undefined) merged[name] = options[name];
    const base = asString(options["baseUrl"]);
    if (base !== undefined) baseUrl = posix.join(directory, base);
    if (options["paths"] !== undefined) paths = readPaths(options["paths"], baseUrl ?? directory);
  }
  // Every JSX dialect becomes the automatic one, which needs no import of React, unless the project names its own factory.
  merged["jsx"] = merged["jsxFactory"] === undefined ? "react-jsx" : "react";
  return { baseUrl, paths, compilerOptions: merged, ignoredExtends, warnings };
}

/** The config's own layers, the weakest first: what it extends, itself, then what it references (Vite's `tsconfig.app.json`). */
async function readLayers(
  files: ProjectFiles,
  root: string,
  { ignored, warnings }: { ignored: string[]; warnings: ReportRow[] },
): Promise<Layer[]> {
  const seen = new Set<string>();
  const visit = async (path: string): Promise<Layer[]> => {
    if (seen.has(path) || seen.size >= MAX_EXTENDS) return [];
    seen.add(path);
    const text = await files.text(path);
    const warning = lenientJsonWarning(path, text);
    if (warning !== undefined) warnings.push(warning);
    const json = asRecord(parse(text, [], { allowTrailingComma: true }));
    const directory = posix.dirname(path);
    const layers: Layer[] = [];
    for (const target of [json["extends"]].flat().filter((entry) => typeof entry === "string")) {
      const found = findConfig(files, directory, target);
      if (found === undefined) ignored.push(target);
      else layers.push(...(await visit(found)));
    }
    layers.push({ directory, options: asRecord(json["compilerOptions"]) });
    const references = Array.isArray(json["references"]) ? json["references"] : [];
    for (const reference of references) {
      const found = findConfig(files, directory, asString(asRecord(reference)["path"]) ?? "");
      if (found !== undefined && posix.basename(found) === "tsconfig.app.json") layers.push(...(await visit(found)));
    }
    return layers;
  };
  return visit(root);
}

function findConfig(files: ProjectFiles, directory: string, target: string): string | undefined {
  if (!/^\.\.?(?:\/|$)/.test(target)) return undefined;
  const path = posix.join(directory, target);
  return [path, `${path}.json`, `${path}/tsconfig.json`].find((candidate) => files.has(candidate));
}

function readPaths(value: unknown, base: string): TsConfig["paths"] {
  const entries = Object.entries(asRecord(value)).map(([pattern, targets]) => ({
    pattern,
    targets: (Array.isArray(targets) ? targets : [])
      .filter((target) => typeof target === "string")
      .map((target) => posix.join(base, target)),
  }));
  return entries.sort((a, b) => prefixLength(b.pattern) - prefixLength(a.pattern));
}

/** An exact pattern beats every wildcard; among wildcards the longest prefix wins, as in TypeScript. */
function prefixLength(pattern: string): number {
  const star = pattern.indexOf("*");
  return star === -1 ? Number.POSITIVE_INFINITY : star;
}
