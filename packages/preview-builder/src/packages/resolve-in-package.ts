import { posix } from "node:path";
import { exports as resolveExports, imports as resolveImports } from "resolve.exports";
import { readJson } from "#packages/package-files.ts";
import type { OpenPackage } from "#packages/package-files.ts";

/** What decides which of a package's files a name means. */
export interface PackageConditions {
  /** Beside those of every page: `production`, `svelte`. */
  readonly names: readonly string[];
  /** Whether files named `.web` win, as in what is written for React Native. */
  readonly prefersWeb: boolean;
}

/** A file of the package; `empty` where its package.json says that a page has nothing there. */
export type PackageTarget = { readonly file: string } | { readonly bare: string } | { readonly empty: true };

const ENDINGS = [".mjs", ".js", ".jsx", ".cjs", ".ts", ".tsx", ".mts", ".json", ".css"];
const STYLE_ENDINGS = [".css", ".scss", ".sass", ".less"];

interface Look {
  readonly isRequire: boolean;
  readonly isStyle: boolean;
  readonly conditions: PackageConditions;
}

/** Finds what `subpath` of a package means to whoever imports it: `.` is its main file. */
export async function resolveSubpath(
  row: OpenPackage,
  subpath: string,
  look: Look,
): Promise<PackageTarget | undefined> {
  const { json } = row;
  if (json["exports"] !== undefined && json["exports"] !== null) {
    for (const target of targetsOf(() => resolveExports(json, subpath, optionsOf(look)))) {
      const found = await findFile(row, target, look);
      if (found !== undefined) return found;
    }
    // Styles are often left out of `exports` and imported all the same.
    return look.isStyle ? findFile(row, subpath, look) : undefined;
  }
  return subpath === "." ? findMain(row, "", look) : findFile(row, subpath, look);
}

/** Finds what a relative name or a `#name` means inside a package. Nothing outside of it has a name there. */
export async function resolveInside(
  row: OpenPackage,
  { name, importer }: { readonly name: string; readonly importer: string },
  look: Look,
): Promise<PackageTarget | undefined> {
  if (!name.startsWith("#")) return findFile(row, posix.join(posix.dirname(importer), name), look);
  for (const target of targetsOf(() => resolveImports(row.json, name, optionsOf(look)))) {
    if (!target.startsWith(".")) return { bare: target };
    const found = await findFile(row, target, look);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the `browser` field of package.json puts in place of a name that the package imports. */
export function browserReplacement({ json }: OpenPackage, name: string): string | false | undefined {
  const { browser } = json;
  if (typeof browser !== "object" || browser === null || !Object.hasOwn(browser, name)) return undefined;
  const target = (browser as Record<string, unknown>)[name];
  return typeof target === "string" || target === false ? target : undefined;
}

/** Whether a file may be left out when nothing of it is used. */
export function hasSideEffects({ json }: OpenPackage, file: string): boolean {
  const { sideEffects } = json;
  if (sideEffects === false) return false;
  if (!Array.isArray(sideEffects)) return true;
  return sideEffects.some((pattern) => typeof pattern === "string" && matchesGlob(pattern, file));
}

function matchesGlob(pattern: string, file: string): boolean {
  const plain = pattern.replace(/^\.?\//, "");
  return posix.matchesGlob(file, plain.includes("/") ? plain : `**/${plain}`);
}

function optionsOf({ isRequire, isStyle, conditions }: Look) {
  const style = isStyle ? ["style", "sass"] : [];
  return { browser: true, require: isRequire, conditions: [...conditions.names, ...style, "module"] };
}

function targetsOf(resolve: () => unknown): string[] {
  try {
    const found = resolve();
    return Array.isArray(found) ? found.filter((target) => typeof target === "string") : [];
  } catch {
    // How it says that there is no such name, or that what package.json says makes no sense.
    return [];
  }
}

async function findMain(row: OpenPackage, folder: string, look: Look): Promise<PackageTarget | undefined> {
  const json = folder === "" ? row.json : await readJson(row.files, `${folder}/package.json`);
  const fields = look.isStyle ? ["style", "sass", "main"] : ["browser", "module", "main", "react-native"];
  const mains = fields.map((field) => json[field]).filter((main) => typeof main === "string");
  for (const main of [...mains, "index"]) {
    const path = posix.join(folder, main);
    const found = findPlain(row, path, look) ?? findPlain(row, `${path}/index`, look);
    if (found !== undefined) return replaced(row, found, look);
  }
  return undefined;
}

async function findFile(row: OpenPackage, name: string, look: Look): Promise<PackageTarget | undefined> {
  const path = posix.normalize(name);
  const plain = path === "." || path === "./" ? undefined : findPlain(row, path, look);
  if (plain !== undefined) return replaced(row, plain, look);
  return findMain(row, path.replace(/\/$/, "").replace(/^\.$/, ""), look);
}

/** The file, as it stands or with an ending. Paths that climb out are in no package. */
function findPlain({ files }: OpenPackage, path: string, { isStyle, conditions }: Look): string | undefined {
  const infixes = conditions.prefersWeb ? [".web", ""] : [""];
  const { dir, name, ext } = posix.parse(path);
  const whole = infixes.map((infix) => `${posix.join(dir, name)}${infix}${ext}`);
  const endings = isStyle ? [...STYLE_ENDINGS, ...ENDINGS] : ENDINGS;
  const ended = infixes.flatMap((infix) => endings.map((ending) => `${path}${infix}${ending}`));
  const source = /\.jsx?$/.test(path)
    ? [path.replace(/\.(jsx?)$/, (_, end: string) => `.${end.replace("js", "ts")}`)]
    : [];
  return [...whole, ...ended, ...source].find((candidate) => files.has(candidate));
}

/** The `browser` field may put another file in the place of one, or nothing. */
function replaced(row: OpenPackage, file: string, look: Look): PackageTarget | undefined {
  const names = [`./${file}`, `./${file.replace(/\.[cm]?js$/, "")}`, file];
  const target = names.map((name) => browserReplacement(row, name)).find((found) => found !== undefined);
  if (target === undefined) return { file };
  if (target === false) return { empty: true };
  if (!/^\.{1,2}\//.test(target) && !row.files.has(target)) return { bare: target };
  const found = findPlain(row, posix.normalize(target), look);
  return found === undefined ? undefined : { file: found };
}
