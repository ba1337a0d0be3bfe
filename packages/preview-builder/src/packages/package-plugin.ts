import { isBuiltin } from "node:module";
import { posix } from "node:path";
import type { OnLoadArgs, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import { splitSpecifier } from "@hivesync/package-store/package-names";
import type { PackageEdge, PackageGraph } from "@hivesync/package-store/package-graph";
import { imageSize } from "#bundle/image-size.ts";
import { contentTypeOf, toDataUrl } from "#bundle/media-types.ts";
import { prepareCode } from "#bundle/prepare-code.ts";
import type { CodeSettings } from "#bundle/prepare-code.ts";
import { isComponent } from "#packages/compile-component.ts";
import type { CompileComponent, CompiledComponent } from "#packages/compile-component.ts";
import { exportsModule } from "#packages/host-module.ts";
import type { OpenPackage, OpenPackages } from "#packages/package-files.ts";
import { browserReplacement, hasSideEffects, resolveInside, resolveSubpath } from "#packages/resolve-in-package.ts";
import type { PackageConditions, PackageTarget } from "#packages/resolve-in-package.ts";
import { BuildError } from "#report/build-error.ts";

export interface PackagePluginContext {
  readonly graph: PackageGraph;
  readonly packages: OpenPackages;
  readonly conditions: PackageConditions;
  readonly settings: CodeSettings;
  readonly imagesAreSources: boolean;
  /** Generated modules by name: the entry, and one for each module that the project imports. */
  readonly entries: ReadonlyMap<string, string>;
  /** The module that a package gets for what the page has already. Undefined for what it does not have. */
  readonly hostModule: (specifier: string, options: { readonly isRequire: boolean }) => string | undefined;
  /** Whether the entry is a stylesheet. */
  readonly isStyle: boolean;
  readonly compile: CompileComponent;
  readonly onFailure: (error: unknown) => void;
}

/** The namespaces of a bundle of packages. Nothing is ever in the namespace `file`. */
const SPACES = {
  entry: "package-entry",
  file: "package",
  /** A style of a component. */
  part: "package-part",
  host: "package-host",
  empty: "package-empty",
} as const;

/** The generated module that a bundle of packages starts from. */
export const PACKAGE_ENTRY = "entry";

/** What `require` gets of the page may be another thing than what `import` gets. */
const REQUIRED = "require:";

/** A file of a package on its way through the bundler: whose it is, and its path in it. */
interface FileData {
  readonly id: string;
  readonly file: string;
}

/** Answers every resolve and every load of a bundle of packages from their packs. The bundler never looks at the host's disk. */
export function packagePlugin(context: PackagePluginContext): Plugin {
  return {
    name: "packages",
    setup(build) {
      const guarded =
        <Args, Result>(work: (args: Args) => Promise<Result>, instead: Result) =>
        async (args: Args): Promise<Result> => {
          try {
            return await work(args);
          } catch (error) {
            context.onFailure(error);
            return instead;
          }
        };
      const ended = { errors: [{ text: "The build was ended." }] };
      const parts: Parts = new Map();
      build.onResolve({ filter: /.*/ }, guarded(resolveIn(context, parts), ended));
      build.onLoad({ filter: /.*/ }, guarded(loadIn(context, parts), ended));
    },
  };
}

/** Parts of components, by the names under which these import them. */
type Parts = Map<string, Pick<CompiledComponent["main"], "contents" | "loader">>;

function resolveIn(context: PackagePluginContext, parts: Parts) {
  return async (args: OnResolveArgs): Promise<OnResolveResult | undefined> => {
    if (args.kind === "entry-point") return { path: args.path, namespace: SPACES.entry };
    if (args.namespace === SPACES.entry) {
      if (context.entries.has(args.path)) return { path: args.path, namespace: SPACES.entry };
      return resolveBare(context, { args, edges: context.graph.roots, from: undefined, specifier: args.path });
    }
    if (args.namespace === SPACES.host) return { path: args.path, namespace: SPACES.host };
    const { id, file } = args.pluginData as FileData;
    if (parts.has(args.path)) return { path: args.path, namespace: SPACES.part, pluginData: args.pluginData };
    const from = context.packages.get(id);
    if (from === undefined) throw new BuildError("A module of no package imports something.");
    if (/^data:/i.test(args.path) && args.kind === "url-token") return undefined;
    if (/^(?:https?:)?\/\//i.test(args.path)) {
      const isStyle = args.kind === "url-token" || args.kind === "import-rule";
      if (isStyle) return { path: args.path, external: true };
      return told(from, file, `imports "${args.path}" from another server; a build fetches nothing`);
    }
    if (args.kind === "url-token" && args.path.startsWith("#")) return { path: args.path, external: true };
    return resolveFrom(context, { args, from, file });
  };
}

interface Importing {
  readonly args: OnResolveArgs;
  readonly from: OpenPackage;
  readonly file: string;
}

async function resolveFrom(context: PackagePluginContext, { args, from, file }: Importing): Promise<OnResolveResult> {
  const isStyle = args.kind === "url-token" || args.kind === "import-rule";
  const look = lookOf(context, args);
  // Fonts are named as in `font.eot?#iefix`.
  const name = isStyle ? args.path.replace(/[?#].*$/s, "").replace(/^~/, "") : args.path.replace(/\?[^?]*$/, "");
  if (/^[./#]/.test(name)) {
    if (name.startsWith("/")) return told(from, file, `imports "${name}", which is in no package`);
    const target = await resolveInside(from, { name, importer: file }, look);
    return finishTarget(context, { args, from, file }, target);
  }
  const replacement = browserReplacement(from, name);
  if (replacement === false) return { path: name, namespace: SPACES.empty };
  const bare = replacement ?? name;
  if (bare.startsWith(".")) {
    const target = await resolveInside(from, { name: bare, importer: "package.json" }, look);
    return finishTarget(context, { args, from, file }, target);
  }
  const beside = isStyle ? await resolveInside(from, { name: `./${bare}`, importer: file }, look) : undefined;
  if (beside !== undefined) return finishTarget(context, { args, from, file }, beside);
  return resolveBare(context, { args, edges: from.edges, from: { row: from, file }, specifier: bare });
}

interface BareImport {
  readonly args: OnResolveArgs;
  readonly edges: Readonly<Record<string, PackageEdge>>;
  /** Undefined for an import of the project's own code. */
  readonly from: { readonly row: OpenPackage; readonly file: string } | undefined;
  readonly specifier: string;
}

async function resolveBare(context: PackagePluginContext, bare: BareImport): Promise<OnResolveResult> {
  const { args, edges, from } = bare;
  const specifier = bare.specifier.replace(/^node:/, "");
  const isRequire = args.kind === "require-call";
  const split = splitSpecifier(specifier);
  // A package may be named as a module of Node.js is, and comes first where it is a dependency.
  const name = split?.name ?? specifier.replace(/\/$/, "");
  const edge = Object.hasOwn(edges, name) ? edges[name] : undefined;
  const isOwnName = from !== undefined && from.row.name === name && edge === undefined;
  if (edge !== undefined && "to" in edge) {
    const row = context.packages.get(edge.to);
    const subpath = split?.subpath ?? ".";
    const target = row === undefined ? undefined : await resolveSubpath(row, subpath, lookOf(context, args));
    if (row !== undefined && target !== undefined)
      return finishTarget(context, { args, from: row, file: "package.json" }, target);
    const text = `Package "${name}" ${row?.version ?? ""} has no module "${specifier}".`;
    return { errors: [{ text }] };
  }
  if (isOwnName) {
    const target = await resolveSubpath(from.row, split?.subpath ?? ".", lookOf(context, args));
    if (target !== undefined) return finishTarget(context, { args, from: from.row, file: "package.json" }, target);
  }
  if (context.hostModule(specifier, { isRequire }) !== undefined) {
    return { path: (isRequire ? REQUIRED : "") + specifier, namespace: SPACES.host };
  }
  return explainMissing(bare, { specifier, name });
}

/** What is left may be something that the package can do without, as it asks for it where it may be missing. */
function explainMissing(
  { args, edges, from }: BareImport,
  { specifier, name }: { readonly specifier: string; readonly name: string },
): OnResolveResult {
  const owner = from === undefined ? undefined : `"${from.row.name}" ${from.row.version}`;
  const edge = Object.hasOwn(edges, name) ? edges[name] : undefined;
  const isLazy = args.kind === "require-call" || args.kind === "dynamic-import" || args.kind === "require-resolve";
  if (isBuiltin(specifier)) {
    const text = `Package ${owner} needs "${specifier}", a module of Node.js, which a page in a browser does not have.`;
    // Behind a condition it may never be asked for; when it is, the page says the same.
    if (isLazy) return { path: text, namespace: SPACES.empty, pluginData: { throws: text }, warnings: [{ text }] };
    return { errors: [{ text }] };
  }
  const text = `Package ${owner} imports "${specifier}", which is not among its dependencies.`;
  const isOptional = (edge !== undefined && "absent" in edge) || isLazy;
  if (isOptional) return { path: text, namespace: SPACES.empty, pluginData: { throws: text } };
  return { errors: [{ text }] };
}

function lookOf({ conditions }: PackagePluginContext, { kind }: OnResolveArgs) {
  return { isRequire: kind === "require-call", isStyle: kind === "import-rule", conditions };
}

async function finishTarget(
  context: PackagePluginContext,
  importing: Importing,
  target: PackageTarget | undefined,
): Promise<OnResolveResult> {
  const { args, from, file } = importing;
  if (target === undefined) return told(from, file, `imports "${args.path}", which it does not have`);
  if ("empty" in target) return { path: args.path, namespace: SPACES.empty };
  if ("bare" in target) {
    return resolveBare(context, { args, edges: from.edges, from: { row: from, file }, specifier: target.bare });
  }
  const path = `${from.id}/${target.file}`;
  const pluginData: FileData = { id: from.id, file: target.file };
  return { path, namespace: SPACES.file, pluginData, sideEffects: hasSideEffects(from, target.file) };
}

function told({ name, version }: OpenPackage, file: string, text: string): OnResolveResult {
  return { errors: [{ text: `Package "${name}" ${version}, file "${file}", ${text}.` }] };
}

function loadIn(context: PackagePluginContext, parts: Parts) {
  return async ({ namespace, path, pluginData, with: attributes }: OnLoadArgs): Promise<OnLoadResult> => {
    if (namespace === SPACES.entry) {
      return { contents: context.entries.get(path) ?? "", loader: context.isStyle ? "css" : "js" };
    }
    if (namespace === SPACES.empty) {
      const text = (pluginData as { throws: string } | undefined)?.throws;
      return { contents: text === undefined ? "" : `throw new Error(${JSON.stringify(text)});`, loader: "js" };
    }
    if (namespace === SPACES.host) {
      const whole = exportsModule(path);
      if (whole !== undefined) return { contents: whole, loader: "js" };
      const isRequire = path.startsWith(REQUIRED);
      const specifier = isRequire ? path.slice(REQUIRED.length) : path;
      return { contents: context.hostModule(specifier, { isRequire }) ?? "", loader: "js" };
    }
    const part = namespace === SPACES.part ? parts.get(path) : undefined;
    if (part !== undefined) return { ...part, pluginData };
    if (namespace !== SPACES.file) throw new BuildError("A package's import leads to no file of it.");
    const { id, file } = pluginData as FileData;
    const row = context.packages.get(id);
    if (row === undefined) throw new BuildError("A module of no package is loaded.");
    const loaded = isComponent(file)
      ? await loadComponent(context, row, { file, parts })
      : await loadFile(context, row, { file, type: attributes["type"] });
    return { ...loaded, pluginData };
  };
}

async function loadComponent(
  { settings, compile }: PackagePluginContext,
  row: OpenPackage,
  { file, parts: known }: { readonly file: string; readonly parts: Parts },
): Promise<OnLoadResult> {
  const { main, parts } = await compile(row, file);
  const [error] = main.errors ?? [];
  if (error !== undefined) return told(row, file, `cannot be compiled: ${error.text ?? ""}`);
  for (const [name, part] of parts) known.set(name, part);
  return await prepareCode(
    { contents: main.contents, loader: main.loader, name: `${SPACES.file}:${row.id}/${file}`, importer: file },
    { settings, paths: row.files.paths },
  );
}

async function loadFile(
  { settings, imagesAreSources }: PackagePluginContext,
  row: OpenPackage,
  { file, type }: { readonly file: string; readonly type: string | undefined },
): Promise<OnLoadResult> {
  const contents = await row.files.bytes(file);
  if (type === "text") return { contents, loader: "text" };
  const loader = contentTypeOf(file)?.loader;
  if (loader === undefined) {
    const text = `Package "${row.name}" ${row.version} imports its file "${file}", which is of a kind that previews do not read.`;
    return { errors: [{ text }] };
  }
  if (loader === "dataurl" && imagesAreSources && /\.(?:png|jpe?g|gif|webp|bmp)$/i.test(file)) {
    const source = { uri: toDataUrl(file, contents), ...imageSize(contents) };
    return { contents: `module.exports = ${JSON.stringify(source)};`, loader: "js" };
  }
  if (loader === "dataurl" || loader === "text" || loader === "json") return { contents, loader };
  return await prepareCode(
    { contents: new TextDecoder().decode(contents), loader, name: `${SPACES.file}:${row.id}/${file}`, importer: file },
    { settings, paths: row.files.paths },
  );
}

/** The package and the file that the bundler's name of a module means; undefined for generated ones. */
export function placeInPackage(source: string): string | undefined {
  const found = /^package:((?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(source);
  return found === null ? undefined : `package ${found[1]}, ${posix.normalize(found[2] ?? "")}`;
}
