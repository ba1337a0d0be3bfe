import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { OnLoadArgs, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import { loadWorker } from "#bundle/bundle-worker.ts";
import { loadFile, runtimeModule } from "#bundle/load-module.ts";
import { missingValues } from "#bundle/missing-values.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import type { FileNamespace } from "#bundle/namespaces.ts";
import { prepareCode } from "#bundle/prepare-code.ts";
import type { PrepareContext } from "#bundle/prepare-code.ts";
import { readDataUrl } from "#bundle/read-data-url.ts";
import { resolveImport } from "#bundle/resolve-import.ts";
import { requiredModule } from "#packages/imported-names.ts";
import { describePackage } from "#packages/served-by-part.ts";
import { BuildError } from "#report/build-error.ts";
import { MAX_ROWS, isProjectSource, projectPath } from "#report/report-rows.ts";
import type { PartStart } from "#report/move-mappings.ts";
import type { RuntimeCache } from "#runtimes/runtime-cache.ts";
import { labelOfPart } from "#runtimes/framework-versions.ts";
import { partOfModule } from "#runtimes/runtime-parts.ts";
import { loadPageStyle } from "#styles/page-style.ts";
import type { PageStyle } from "#styles/page-style.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

/** Source text that is no whole file of the project: a generated entry, or a part of an HTML page. */
export interface GeneratedModule {
  readonly contents: string;
  readonly loader: "js" | "jsx" | "ts" | "tsx" | "css" | "local-css";
  readonly map?: string | undefined;
  /** For a style of a page. */
  readonly pageStyle?: PageStyle;
  /** Where in its page it starts. */
  readonly start?: PartStart;
}

export interface PluginContext extends Omit<TransformContext, "addPart"> {
  /** By the name that the bundler has for it: `hivesync:script`, `vfs-part:index.html?0`. */
  readonly generated: Map<string, GeneratedModule>;
  readonly runtimes: RuntimeCache;
  /** Filled with the names of the runtime parts that the bundle imports. */
  readonly usedParts: Set<string>;
  /** Stands before the names of packages' modules in what the bundler prints. */
  readonly packageMark: string;
  /** Filled with the modules of packages that `require` takes. */
  readonly requiredModules: Set<string>;
  /** The workers that this is a part of, by their scripts; none for the page itself. */
  readonly outer?: readonly string[];
  /** An existing folder with nothing in it. */
  readonly emptyDirectory: string;
  /** Called before each file is read. */
  readonly onFile: () => void;
  /** Takes what a load threw: the bundler would keep only its text. */
  readonly onFailure: (error: unknown) => void;
}

/** What of an import decides where it leads. */
export type ResolveArgs = Pick<OnResolveArgs, "path" | "importer" | "namespace" | "kind" | "with">;

/** Answers every resolve and every load of a build from the project's own files. The bundler never looks at the host's disk. */
export function projectPlugin(context: PluginContext): Plugin {
  return {
    name: "project",
    setup(build) {
      const limit = createMessageLimit();
      build.onResolve({ filter: /.*/ }, (args) => limit(args, resolveModule(context, args)));
      build.onLoad({ filter: /.*/ }, async (args) => {
        try {
          return await loadModule(context, args);
        } catch (error) {
          context.onFailure(error);
          return { errors: [{ text: "The build was ended." }] };
        }
      });
    },
  };
}

/**
 * Stops telling of imports once there are as many errors, or warnings, as a result has: the bundler copies the whole
 * line of code into each message, and a line may be as long as a file.
 */
function createMessageLimit() {
  let errorCount = 0;
  let warningCount = 0;
  return (args: OnResolveArgs, result: OnResolveResult | undefined): OnResolveResult | undefined => {
    errorCount += result?.errors?.length ?? 0;
    warningCount += result?.warnings?.length ?? 0;
    // The build has failed by then.
    if (result?.errors !== undefined && errorCount > MAX_ROWS) return { path: args.path, external: true };
    return warningCount > MAX_ROWS ? { ...result, warnings: [] } : result;
  };
}

/** Makes the content of a module by its name. */
export async function loadModule(
  context: PluginContext,
  { namespace, path, pluginData }: Pick<OnLoadArgs, "namespace" | "path" | "pluginData">,
): Promise<OnLoadResult> {
  const name = `${namespace}:${path}`;
  const generated = context.generated.get(name);
  if (generated !== undefined) {
    const { contents, loader, map, pageStyle, start } = generated;
    const styled = pageStyle && (await loadPageStyle(pageStyle, withParts(context)));
    if (styled?.errors !== undefined) return styled;
    const code = { contents: styled?.contents ?? contents, loader, map, name, importer: importerOf(name) };
    const prepared = await prepareCode(code, preparing(context));
    const isPageScript = start !== undefined && loader !== "css" && loader !== "local-css";
    const missing = isPageScript ? missingValues(context, { source: name, text: contents }) : [];
    return { ...prepared, warnings: [...(styled?.warnings ?? []), ...missing, ...(prepared.warnings ?? [])] };
  }
  if (namespace === NAMESPACES.data) {
    const code = await readDataUrl(String(pluginData));
    if (code === undefined) return { errors: [{ text: "A data URL of this kind cannot be imported." }] };
    return prepareCode({ ...code, name, importer: importerOf(name) }, preparing(context));
  }
  if (namespace === NAMESPACES.empty) return { contents: "module.exports = {};", loader: "js" };
  if (namespace === NAMESPACES.described) {
    return { contents: describePackage(path, context.packageJson.ranges[path]), loader: "json" };
  }
  if (namespace === NAMESPACES.required) return { contents: requiredModule(path), loader: "js" };
  if (namespace === NAMESPACES.packageStyle) return { contents: await context.packages.style(path), loader: "css" };
  const part = namespace === NAMESPACES.runtime ? partOfModule(path) : undefined;
  if (part !== undefined) {
    context.usedParts.add(part.name);
    const { exports } = await context.runtimes.get(part);
    const names = exports[path];
    if (names === undefined) return { errors: [{ text: explainAbsent(context, part.name, path) }] };
    const actsOnImport = part.actsOnImport?.includes(path) ?? false;
    const fillsIn = part.fillsIn === true;
    return { contents: runtimeModule(path, names, { actsOnImport, fillsIn }), loader: "js" };
  }
  // Nothing that the bundler found by itself is ever named: that would tell what the host's disk holds.
  if (!namespace.startsWith("vfs")) throw new BuildError("An import leads to no file of the project.");
  context.onFile();
  if (namespace === NAMESPACES.worker || namespace === NAMESPACES.workerUrl) {
    const gives = namespace === NAMESPACES.worker ? "class" : "address";
    return loadWorker(context, { path, gives, pluginFor: projectPlugin });
  }
  return loadFile(withParts(context), namespace as FileNamespace, path);
}

function withParts(context: PluginContext): TransformContext {
  return { ...context, addPart: partAdder(context.generated) };
}

/** The paths are asked for when they are needed: kept modules note whether they were (see kept-modules/recorded-files.ts). */
function preparing({ settings, files }: PluginContext): PrepareContext {
  return {
    settings,
    get paths() {
      return files.paths;
    },
  };
}

/** Says that a framework has no such module in the version that the project asks for. */
function explainAbsent({ frameworks, packageJson }: PluginContext, part: string, path: string): string {
  const label = labelOfPart(part, frameworks.choice);
  const name = path.split("/", path.startsWith("@") ? 2 : 1).join("/");
  const asked = packageJson.ranges[name];
  const why = asked === undefined ? "" : ` package.json asks for ${name} "${asked}".`;
  return `${label} has no module "${path}".${why}`;
}

/** Keeps parts of files as modules of the build. */
function partAdder(generated: Map<string, GeneratedModule>): TransformContext["addPart"] {
  return (path, part) => {
    const prefix = `${NAMESPACES.part}:${path}?`;
    // Counted for each file, as files are loaded in any order and the bundle says the names.
    const name = prefix + [...generated.keys()].filter((key) => key.startsWith(prefix)).length;
    generated.set(name, part);
    return name;
  };
}

/** Says where an import leads. */
export function resolveModule(context: PluginContext, args: ResolveArgs): OnResolveResult | undefined {
  // Only generated entries name modules outright; user code that tries gets the ordinary treatment.
  if (args.kind === "entry-point" || args.namespace === NAMESPACES.generated) return resolveOwn(args.path);
  if (isPartOfImporter(context, args)) return resolveOwn(args.path);
  if (/^data:/i.test(args.path)) return resolveDataUrl(args);
  const request = {
    specifier: args.path,
    importer: importerOf(`${args.namespace}:${args.importer}`),
    kind: args.kind,
    type: args.with["type"],
  };
  const resolution = resolveImport(context, request);
  switch (resolution.found) {
    case "file":
      return { path: resolution.path, namespace: resolution.namespace };
    case "runtime":
      return { path: resolution.specifier, namespace: NAMESPACES.runtime, ...warningsOf(resolution.warning) };
    case "package":
      return resolvePackage(context, args, resolution);
    case "described":
      return { path: resolution.name, namespace: NAMESPACES.described };
    case "empty":
      return { path: args.path, namespace: NAMESPACES.empty };
    case "external":
      return { path: args.path, external: true, warnings: [{ text: resolution.warning }] };
    case "nothing":
      return { errors: [{ text: resolution.text }] };
  }
}

/** Modules of packages are no part of this bundle: their imports are read from the page (see packages/imported-names.ts). */
function resolvePackage(
  { packageMark, requiredModules }: PluginContext,
  { kind }: ResolveArgs,
  { specifier, warning }: { readonly specifier: string; readonly warning?: string },
): OnResolveResult {
  const told = warningsOf(warning);
  if (kind === "import-rule") return { path: specifier, namespace: NAMESPACES.packageStyle, ...told };
  if (kind !== "require-call") return { path: packageMark + specifier, external: true, ...told };
  requiredModules.add(specifier);
  return { path: specifier, namespace: NAMESPACES.required, ...told };
}

function warningsOf(warning: string | undefined): Pick<OnResolveResult, "warnings"> {
  return warning === undefined ? {} : { warnings: [{ text: warning }] };
}

/** The project path that a module's relative imports start from; the project's root for what is no file of it. */
function importerOf(name: string): string {
  return isProjectSource(name) ? posix.normalize(projectPath(name)) : "index.js";
}

/** Whether a transform made what is imported out of the very file that imports it. A part of an HTML page is nobody's to import. */
function isPartOfImporter({ generated }: PluginContext, { path, namespace, importer }: ResolveArgs): boolean {
  const isOwn = namespace === NAMESPACES.file && path.startsWith(`${NAMESPACES.part}:${importer}?`);
  return isOwn && generated.has(path);
}

function resolveDataUrl({ path, kind }: ResolveArgs): OnResolveResult | undefined {
  // In a stylesheet's url() it is what the page is to hold.
  if (kind === "url-token") return undefined;
  const hash = createHash("sha256").update(path).digest("hex");
  return { path: hash, namespace: NAMESPACES.data, pluginData: path };
}

function resolveOwn(name: string): OnResolveResult {
  if (partOfModule(name) !== undefined) return { path: name, namespace: NAMESPACES.runtime };
  const colon = name.indexOf(":");
  return { path: name.slice(colon + 1), namespace: name.slice(0, colon) };
}
