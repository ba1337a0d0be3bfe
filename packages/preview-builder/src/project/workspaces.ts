import { posix } from "node:path";
import { exports as resolveExports } from "resolve.exports";
import { packageImportTargets } from "#bundle/package-imports.ts";
import { asRecord, asString } from "#project/package-json.ts";
import type { PackageJson } from "#project/package-json.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { readTsConfig } from "#project/tsconfig.ts";
import type { TsConfig } from "#project/tsconfig.ts";

/** A package that lies in the project itself: one of a monorepo's, or the project by its own name. */
export interface WorkspacePackage {
  readonly folder: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** What of a project counts in a folder of it only. */
export interface Workspaces {
  readonly byName: ReadonlyMap<string, WorkspacePackage>;
  /** Both with the deepest folder first. */
  readonly packages: readonly WorkspacePackage[];
  readonly tsConfigs: readonly { readonly folder: string; readonly config: TsConfig }[];
}

const NOT_OURS = /(?:^|\/)(?:node_modules|dist|build|\.[^/]+)\//;
/** More package.json files than any monorepo has by hand. */
const MAX_FOLDERS = 1_000;
/** Where tools write what they make of `src`. */
const BUILT = /^(?:dist|build|lib|out|esm|es)\/(?:(?:esm|cjs|es|types)\/)?/;

export async function readWorkspaces(files: ProjectFiles): Promise<Workspaces> {
  const pick = (names: RegExp): string[] =>
    files.paths.filter((path) => names.test(path) && !NOT_OURS.test(path)).slice(0, MAX_FOLDERS);
  const packages = await Promise.all(
    pick(/(?:^|\/)package\.json$/).map(async (path) => ({
      folder: posix.dirname(path),
      json: await readJson(files, path),
    })),
  );
  const folders = [...new Set(pick(/(?:^|\/)[jt]sconfig\.json$/).map((path) => posix.dirname(path)))];
  const tsConfigs = await Promise.all(
    folders.map(async (folder) => ({ folder, config: await readTsConfig(files, folder) })),
  );
  const named = packages.flatMap((row): [string, WorkspacePackage][] => {
    const name = asString(row.json["name"]);
    return name === undefined ? [] : [[name, row]];
  });
  return { byName: new Map(named), packages: packages.sort(deepestFirst), tsConfigs: tsConfigs.sort(deepestFirst) };
}

async function readJson(files: ProjectFiles, path: string): Promise<Record<string, unknown>> {
  try {
    return asRecord(JSON.parse(await files.text(path)));
  } catch (error) {
    // Whoever needs it says what is wrong with it.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function deepestFirst(a: { readonly folder: string }, b: { readonly folder: string }): number {
  return depthOf(b.folder) - depthOf(a.folder);
}

function depthOf(folder: string): number {
  return folder === "." ? 0 : folder.split("/").length;
}

/** The first of the rows whose folder holds the file. */
export function ownerOf<Row extends { readonly folder: string }>(rows: readonly Row[], path: string): Row | undefined {
  return rows.find(({ folder }) => folder === "." || path.startsWith(`${folder}/`));
}

/** The project paths that a `#name` may mean to the file that imports it, by the package.json nearest above it. */
export function ownImportTargets({ packages }: Workspaces, name: string, importer: string): string[] {
  const owner = ownerOf(packages, importer);
  if (owner === undefined) return [];
  const targets = packageImportTargets(asRecord(owner.json["imports"]), name);
  return targets.filter((target) => target.startsWith("./")).map((target) => posix.join(owner.folder, target));
}

/** The project paths that a module of the package may be, the preferred first: sources before what was made of them. */
export function workspaceTargets({ folder, json }: WorkspacePackage, subpath: string, isStyle: boolean): string[] {
  const declared =
    json["exports"] === undefined ? mainTargets(json, subpath, isStyle) : exportTargets(json, subpath, isStyle);
  const plain = subpath === "." ? ["src/index", "index"] : [subpath, `src/${subpath.slice(2)}`];
  return [...declared, ...plain].flatMap((target) => {
    const path = target.replace(/^\.\//, "");
    const source = BUILT.test(path) ? [path.replace(BUILT, "src/"), path.replace(BUILT, "")].map(withoutEnding) : [];
    return [...source, path].map((each) => posix.join(folder, each));
  });
}

function withoutEnding(path: string): string {
  return path.replace(/(?:\.d)?\.[cm]?[jt]sx?$/, "");
}

function mainTargets(json: WorkspacePackage["json"], subpath: string, isStyle: boolean): string[] {
  if (subpath !== ".") return [];
  const fields = isStyle ? ["sass", "style"] : ["source", "react-native", "module", "browser", "main"];
  return fields.map((field) => asString(json[field])).filter((main) => main !== undefined);
}

function exportTargets(json: WorkspacePackage["json"], subpath: string, isStyle: boolean): string[] {
  const conditions = ["source", "module", "development", ...(isStyle ? ["sass", "style"] : [])];
  try {
    return [...(resolveExports(json, subpath, { browser: true, conditions }) ?? [])];
  } catch {
    // How it says that there is no such name.
    return [];
  }
}

/** The project's ranges, and for what it does not name itself those of the packages that lie in it. */
export function withWorkspaceRanges(packageJson: PackageJson, { packages, byName }: Workspaces): PackageJson {
  const lists = packages.flatMap(({ json }) => [
    json["devDependencies"],
    json["peerDependencies"],
    json["dependencies"],
  ]);
  const rows = lists.flatMap((list) => Object.entries(asRecord(list)));
  const known = rows.flatMap(([name, range]): [string, string][] =>
    typeof range === "string" && !byName.has(name) ? [[name, range]] : [],
  );
  return { ...packageJson, ranges: { ...Object.fromEntries(known), ...packageJson.ranges } };
}
