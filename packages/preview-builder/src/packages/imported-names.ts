import { createHash } from "node:crypto";
import type { ManifestFile } from "#build-result.ts";

/** What a project's code takes from one module of a package. */
export interface ImportedModule {
  readonly specifier: string;
  /** Sorted; `default` among them. */
  readonly names: readonly string[];
  /** Whether all of its exports are taken as one object. */
  readonly isWhole: boolean;
  /** Whether `require` takes it. */
  readonly isRequired: boolean;
}

/**
 * Before the bundler's names of such modules, so that their imports are found again in what it prints. No file of the
 * project can hold it, as it is made of the hashes of all of them.
 */
export function packageMark(files: readonly ManifestFile[]): string {
  const hash = createHash("sha256");
  for (const { path, sha256 } of files) hash.update(`${path}\0${sha256}\0`);
  return `hivesync-package-${hash.digest("hex").slice(0, 32)}:`;
}

/** Where the page keeps the modules of packages. */
const MODULES = "globalThis.__hivesync.modules";

/** Under what name the page keeps what `require` gives, which may be no object of exports. */
export function requiredName(specifier: string): string {
  return `require:${specifier}`;
}

/** A module of the project's bundle that is what `require` gives. */
export function requiredModule(specifier: string): string {
  return `module.exports = ${MODULES}[${JSON.stringify(requiredName(specifier))}];`;
}

/**
 * Takes the imports of packages out of a printed script: they are read from the page, in one line that is put before it.
 * Everything else stays where it was.
 */
export function readImportsFromPage(
  script: string,
  mark: string,
  required: ReadonlySet<string>,
): { script: string; modules: ImportedModule[]; addedLines: number } {
  const found = new Map<string, { names: Set<string>; isWhole: boolean; isRequired: boolean }>();
  const moduleOf = (specifier: string) => {
    const known = found.get(specifier) ?? { names: new Set(), isWhole: false, isRequired: false };
    found.set(specifier, known);
    return known;
  };
  const patterns: string[] = [];
  const statement = new RegExp(`^import\\s*(?:([^"';]*?)\\s*from\\s*)?"${mark}([^"]+)";`, "gm");
  const withoutStatements = script.replaceAll(statement, (whole, clause: string | undefined, specifier: string) => {
    const module = moduleOf(specifier);
    for (const { name, local } of readClause(clause ?? "")) {
      if (name === "*") module.isWhole = true;
      else module.names.add(name);
      const target = name === "*" ? local : `{ ${JSON.stringify(name)}: ${local} }`;
      patterns.push(`${JSON.stringify(specifier)}: ${target}`);
    }
    // As many lines and characters as before: positions stay what they were.
    return whole.replaceAll(/[^\n]/g, " ");
  });
  const call = new RegExp(`import\\("${mark}([^"]+)"\\)`, "g");
  const readScript = withoutStatements.replaceAll(call, (whole, specifier: string) => {
    moduleOf(specifier).isWhole = true;
    const read = `Promise.resolve(__hivesync.modules[${JSON.stringify(specifier)}])`;
    return read.padEnd(whole.length);
  });
  for (const specifier of required) moduleOf(specifier).isRequired = true;
  const modules = [...found].map(([specifier, row]) => ({ specifier, ...row, names: [...row.names].sort() }));
  const line = patterns.length === 0 ? "" : `const { ${patterns.join(", ")} } = ${MODULES};\n`;
  return { script: line + readScript, modules, addedLines: line === "" ? 0 : 1 };
}

/** The names in `a, b as c`, `* as d` and `e, { f }`, as the bundler prints them. */
function readClause(clause: string): { name: string; local: string }[] {
  const named = /\{([^}]*)\}/s.exec(clause);
  const outside = clause.replace(/\{[^}]*\}/s, "").split(",");
  const inside = (named?.[1] ?? "").split(",");
  const first = outside.map((part) => part.trim()).filter((part) => part !== "");
  const rows = first.map((part) => {
    const star = /^\*\s*as\s+(\S+)$/.exec(part)?.[1];
    return star === undefined ? { name: "default", local: part } : { name: "*", local: star };
  });
  const others = inside.map((part) => part.trim()).filter((part) => part !== "");
  return [
    ...rows,
    ...others.map((part) => {
      const [name = "", local = name] = part.split(/\s+as\s+/);
      return { name, local };
    }),
  ];
}
