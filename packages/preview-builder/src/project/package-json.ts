import { posix } from "node:path";
import { jsonFault } from "#report/json-fault.ts";
import type { ProjectFiles } from "#project/project-files.ts";

/** What a build reads of a project's package.json. */
export interface PackageJson {
  readonly name: string | undefined;
  readonly main: string | undefined;
  /** What it is built from, as Parcel and microbundle have it. */
  readonly source: string | undefined;
  /** What app.json of an Expo project starts from. */
  readonly expoEntry: string | undefined;
  /** Where app.json says that Expo Router's screens are. */
  readonly routesFolder: string | undefined;
  /** Names that mean others, as Parcel has it. */
  readonly alias: Readonly<Record<string, unknown>>;
  /** Its project path; where it would be, when there is none. */
  readonly path: string;
  readonly dependencies: ReadonlySet<string>;
  /** What it asks for of each of them: `^1.2.0`. */
  readonly ranges: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, unknown>>;
  /** What it puts in the place of its files and of packages for pages; false where there is to be nothing. */
  readonly browser: Readonly<Record<string, string | false>>;
}

/** @param home the folder of the package.json that counts, as a project path. */
export async function readPackageJson(files: ProjectFiles, home = "."): Promise<PackageJson> {
  const path = posix.join(home, "package.json");
  const json = await readJson(files, path);
  const app = await readJson(files, posix.join(home, "app.json"));
  // Of two lists the later one counts.
  const lists = [json["peerDependencies"], json["devDependencies"], json["optionalDependencies"], json["dependencies"]];
  const rows = lists.flatMap((list) => Object.entries(asRecord(list)));
  const ranges = Object.fromEntries(rows.map(([name, range]) => [name, asString(range) ?? "*"]));
  return {
    name: asString(json["name"]),
    main: asString(json["main"]),
    source: asString(json["source"]),
    expoEntry: asString(asRecord(app["expo"])["entryPoint"]),
    routesFolder: routesFolderOf(asRecord(app["expo"])),
    alias: asRecord(json["alias"]),
    path,
    dependencies: new Set(Object.keys(ranges)),
    ranges,
    imports: asRecord(json["imports"]),
    browser: browserOf(asRecord(json["browser"])),
  };
}

function browserOf(rows: Readonly<Record<string, unknown>>): PackageJson["browser"] {
  const known = Object.entries(rows).filter((row): row is [string, string | false] => {
    const [, target] = row;
    return typeof target === "string" || target === false;
  });
  return { __proto__: null, ...Object.fromEntries(known) } as unknown as PackageJson["browser"];
}

/** The project path of what package.json puts in the place of a file of the project for pages. */
export function browserTarget({ browser, path: own }: PackageJson, path: string): string | false | undefined {
  const home = posix.dirname(own);
  const key = `./${posix.relative(home, path)}`;
  const target = [key, key.replace(/\.[^./]+$/, "")].map((name) => browser[name]).find((each) => each !== undefined);
  return typeof target === "string" ? posix.join(home, target) : target;
}

function routesFolderOf({ plugins }: Record<string, unknown>): string | undefined {
  const rows: unknown[] = Array.isArray(plugins) ? plugins : [];
  const own = rows.filter(Array.isArray).find(([name]) => name === "expo-router");
  return asString(asRecord(own?.[1])["root"]);
}

/** The title that the project gives itself: app.json's `expo.name`, its `displayName` or `name`, else package.json's name. */
export async function readProjectTitle(files: ProjectFiles, packageJson: PackageJson): Promise<string> {
  const app = await readJson(files, posix.join(posix.dirname(packageJson.path), "app.json"));
  const names = [asRecord(app["expo"])["name"], app["displayName"], app["name"], packageJson.name];
  return names.map(asString).find((name) => name !== undefined) ?? "Preview";
}

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function asString(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

async function readJson(files: ProjectFiles, path: string): Promise<Record<string, unknown>> {
  const text = await files.textIfPresent(path);
  if (text === undefined) return {};
  try {
    return asRecord(JSON.parse(text));
  } catch (error) {
    throw jsonFault({ path, text }, error);
  }
}
