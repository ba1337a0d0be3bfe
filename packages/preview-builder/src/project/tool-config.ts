import { posix } from "node:path";
import { parse } from "jsonc-parser";
import type { ReportRow } from "#build-result.ts";
import { readConfig } from "#configs/read-config.ts";
import { toAliases } from "#project/aliases.ts";
import type { Alias } from "#project/aliases.ts";
import { toDefines } from "#project/config-defines.ts";
import type { PackageJson } from "#project/package-json.ts";
import { asRecord, asString } from "#project/package-json.ts";
import type { ProjectFiles } from "#project/project-files.ts";

/** What the configs of a project's own tools say of how it is bundled. They are read as data, and never run. */
export interface ToolConfig {
  readonly aliases: readonly Alias[];
  /** JSON texts, as the bundler's `define` takes them. */
  readonly defines: Readonly<Record<string, string>>;
  /** Folders that pages lie in, as project paths. */
  readonly pageFolders: readonly string[];
  readonly warnings: readonly ReportRow[];
}

/** What is done about the value of a config. */
type Reader = (config: Record<string, unknown>, home: string) => Partial<Omit<ToolConfig, "warnings">>;

const CONFIG_ENDINGS = [".ts", ".js", ".mjs", ".mts", ".cjs", ".cts"];

/** Names of configs without endings; where a project has several the first that says something wins. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["vite.config", readVite],
  ["rsbuild.config", readRsbuild],
  ["vue.config", readVueCli],
  ["craco.config", (config, home) => readWebpack(asRecord(config["webpack"]), home)],
  ["webpack.config", (config, home) => ({ ...readWebpack(asRecord(config["resolve"]), home), defines: {} })],
  ["babel.config", readBabel],
  [".babelrc", readBabel],
]);

export async function readToolConfig(files: ProjectFiles, { path, alias }: PackageJson): Promise<ToolConfig> {
  const home = posix.dirname(path);
  const aliases: Alias[] = toAliases(alias, home);
  const defines: Record<string, string> = {};
  const pageFolders: string[] = [];
  const warnings: ReportRow[] = [];
  for (const [name, read] of READERS) {
    const config = await readOne(files, posix.join(home, name));
    if (config === undefined) continue;
    const found = read(config.value, home);
    aliases.push(...(found.aliases ?? []));
    Object.assign(defines, { ...found.defines, ...defines });
    pageFolders.push(...(found.pageFolders ?? []));
    warnings.push(...config.rows);
  }
  return { aliases, defines, pageFolders, warnings };
}

async function readOne(
  files: ProjectFiles,
  stem: string,
): Promise<{ value: Record<string, unknown>; rows: readonly ReportRow[] } | undefined> {
  for (const path of [`${stem}.json`, stem]) {
    const text = await files.textIfPresent(path);
    if (text !== undefined) return { value: asRecord(parse(text, [], { allowTrailingComma: true })), rows: [] };
  }
  const path = CONFIG_ENDINGS.map((ending) => stem + ending).find((each) => files.has(each));
  if (path === undefined) return undefined;
  const { value, rows } = await readConfig(path, { files, moduleOf: () => Promise.resolve(undefined), isOfInterest });
  // A config may be a function of how it is started.
  const made: unknown = typeof value === "function" ? (value as (given: object) => unknown)(STARTED) : value;
  return { value: asRecord(made), rows };
}

// What a config says besides is no business of a preview.
const isOfInterest = (within: readonly string[]): boolean => within.includes("alias") || within.includes("define");

const STARTED = { command: "build", mode: "production", isSsrBuild: false, isPreview: false };

function readVite(config: Record<string, unknown>, home: string): ReturnType<Reader> {
  const root = asString(config["root"]);
  const folder =
    root === undefined
      ? undefined
      : posix.join(home, posix.relative(posix.join("/", home), posix.resolve("/", home, root)));
  return {
    aliases: toAliases(asRecord(config["resolve"])["alias"], home),
    defines: toDefines(config["define"]),
    pageFolders: folder === undefined ? [] : [folder],
  };
}

function readRsbuild(config: Record<string, unknown>, home: string): ReturnType<Reader> {
  const source = asRecord(config["source"]);
  const aliases = [asRecord(config["resolve"])["alias"], source["alias"]].flatMap((alias) => toAliases(alias, home));
  return { aliases, defines: toDefines(source["define"]) };
}

function readVueCli(config: Record<string, unknown>, home: string): ReturnType<Reader> {
  const inner = asRecord(asRecord(config["configureWebpack"])["resolve"]);
  // Vue CLI has this one of its own.
  return { aliases: [...toAliases(inner["alias"], home), ...toAliases({ "@": "./src" }, home)] };
}

function readWebpack(config: Record<string, unknown>, home: string): ReturnType<Reader> {
  return { aliases: toAliases(config["alias"], home) };
}

/** Of Babel's plugins those that say where names lead. */
function readBabel(config: Record<string, unknown>, home: string): ReturnType<Reader> {
  const plugins = Array.isArray(config["plugins"]) ? (config["plugins"] as unknown[]) : [];
  const options = plugins.flatMap((plugin) => {
    const [name, given] = Array.isArray(plugin) ? (plugin as unknown[]) : [];
    return (asString(name) ?? "").endsWith("module-resolver") ? [asRecord(given)] : [];
  });
  return { aliases: options.flatMap(({ alias }) => toAliases(alias, home)) };
}
