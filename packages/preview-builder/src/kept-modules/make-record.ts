import { createHash } from "node:crypto";
import type { Loader, PartialMessage } from "esbuild";
import type { ManifestFile } from "#build-result.ts";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import { loadModule } from "#bundle/project-plugin.ts";
import type { GeneratedModule, PluginContext } from "#bundle/project-plugin.ts";
import { askedByModule } from "#kept-modules/asked-files.ts";
import type { ModuleImport, ModuleShape, UnresolvedRecord } from "#kept-modules/module-record.ts";
import { mapOfModule } from "#kept-modules/module-map.ts";
import { LINES_BEFORE_MODULE, wrapModule } from "#kept-modules/page-loader.ts";
import type { Printed, PrintModule, Unprinted } from "#kept-modules/print-modules.ts";
import { readPrinted } from "#kept-modules/printed-module.ts";
import type { PrintedModule } from "#kept-modules/printed-module.ts";
import { recordFiles } from "#kept-modules/recorded-files.ts";
import { refuseSloppy, refuseUnusual } from "#kept-modules/unusual-code.ts";
import { Unfit } from "#kept-modules/unfit.ts";
import { escapeScript } from "#page/escape-inline.ts";
import { clip, isProjectSource, projectPath, reportRows } from "#report/report-rows.ts";

export interface MakeContext {
  readonly plugin: PluginContext;
  readonly manifest: ReadonlyMap<string, ManifestFile>;
  readonly print: PrintModule;
  /** Whether the module may turn out not to be needed. */
  readonly isPeeking?: boolean;
}

const NOTHING = new Uint8Array();
/** Such imports say how a file is taken, which is lost in calls of `require`. */
const ATTRIBUTES = /["']\s*(?:with|assert)\s*\{|\bimport\s*\([^()]*,/;
const DATA_LOADERS: ReadonlySet<Loader> = new Set<Loader>(["json", "text", "dataurl", "base64"]);

/** Makes a module what it is in the page. What is not fit has a record too, which says so. */
export async function makeRecord(context: MakeContext, name: string): Promise<UnresolvedRecord> {
  const recorded = recordFiles(context.plugin.files, { isPeeking: context.isPeeking ?? false });
  const generated = context.plugin.generated.get(name);
  const plugin = { ...context.plugin, files: recorded.files };
  const facts = await make({ ...context, plugin }, name, generated).catch(notFit);
  const namespace = name.slice(0, name.indexOf(":"));
  const madeOf = [...recorded.read].map((path) => {
    const { sha256 = "", size = 0 } = context.manifest.get(path) ?? {};
    return { path, sha256, size };
  });
  const isMadeAnew =
    namespace === NAMESPACES.worker || namespace === NAMESPACES.workerUrl || namespace === NAMESPACES.inline;
  return {
    ...facts,
    name,
    madeOf,
    ...(generated !== undefined && { textHash: hashOfGenerated(generated) }),
    dependsOnPaths: recorded.dependsOnPaths(),
    isKept: !isMadeAnew,
    ...askedBy(facts.code, context.plugin),
  };
}

function askedBy(code: Uint8Array, plugin: PluginContext): Pick<UnresolvedRecord, "asked"> & Partial<UnresolvedRecord> {
  try {
    return { asked: askedByModule(Buffer.from(code).toString(), plugin) };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { asked: { found: [], folders: [], templates: [] }, unfit: error.message, dependsOnPaths: true };
  }
}

/** What a module that is no file is known by. */
export function hashOfGenerated({ contents, loader, map, start, pageStyle }: GeneratedModule): string {
  // A page of one line may hold thousands of parts: of the line only so much is told.
  const place = start && [start.lines, start.columns, clip(start.lineText)];
  return createHash("sha256")
    .update(JSON.stringify([contents, loader, map, place, pageStyle?.tailwind]))
    .digest("hex");
}

type Made = Omit<UnresolvedRecord, "asked" | "name" | "madeOf" | "textHash" | "dependsOnPaths" | "isKept">;

function notFit(error: unknown): Made {
  if (!(error instanceof Unfit)) throw error;
  return { ...withoutCode(), unfit: error.message };
}

function withoutCode(): Made {
  const shape = { format: "none", exports: [], imports: [] } as const;
  return { shape, warnings: [], lines: 0, code: NOTHING, mappings: NOTHING, source: NOTHING };
}

async function make(context: MakeContext, name: string, generated: GeneratedModule | undefined): Promise<Made> {
  const { plugin } = context;
  const colon = name.indexOf(":");
  const [namespace, path] = [name.slice(0, colon), name.slice(colon + 1)];
  const loaded = await loadModule(plugin, { namespace, path, pluginData: undefined });
  const { contents = "", loader = "js" } = loaded;
  if ((loaded.errors ?? []).length > 0) throw new Unfit(`${path} has an error`);
  const isData = DATA_LOADERS.has(loader);
  if (!isData && typeof contents === "string" && ATTRIBUTES.test(contents))
    throw new Unfit(`${path} has imports with attributes`);
  if (!isData) refuseUnusual(path, contents);
  const { code, map, warnings } = await printed(context, { name, contents, loader });
  const sources = { parts: plugin.generated, maps: plugin.maps };
  const told = reportRows([...(loaded.warnings ?? []).map(completed), ...warnings], sources);
  if (isData) return { ...withoutCode(), ...dataOf(code, loader, contents), warnings: told };
  const read = readPrinted(code);
  if (read.format !== "module") refuseSloppy(path, wrapModule(read.code, read.format));
  const withMap = await mapped(plugin, { name, map, printed: read, start: generated?.start });
  const { format, exports, imports } = read;
  const shape = { format, exports, imports: imports.map(asRow) };
  return { ...withoutCode(), shape, ...bytesOf(read.code, format), ...withMap, warnings: told };
}

async function printed({ print }: MakeContext, module: Unprinted): Promise<Printed> {
  try {
    const made = await print(module);
    if (made.warnings.some(({ id }) => id === "empty-import-meta")) throw new Unfit(`${module.name} uses import.meta`);
    return made;
  } catch (error) {
    if (!isEsbuildFailure(error)) throw error;
    throw new Unfit(`${module.name} has an error, or waits at its top`);
  }
}

/** One value, which `require` gives as it is, and `import` as the default export. */
function dataOf(code: string, loader: Loader, contents: string | Uint8Array): Partial<Made> {
  const exports = ["default", ...(loader === "json" ? keysOfJson(Buffer.from(contents).toString()) : [])];
  return { shape: { format: "data", exports, imports: [] }, ...bytesOf(code, "data") };
}

function keysOfJson(text: string): string[] {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null) return [];
  if ("__esModule" in value) throw new Unfit("data that says to be a module");
  return Object.keys(value);
}

function bytesOf(code: string, format: ModuleShape["format"]): Pick<Made, "code" | "lines"> {
  const wrapped = wrapModule(escapeScript(code), format);
  return { code: Buffer.from(wrapped), lines: lineEnds(wrapped) };
}

/** In one order of keys, so that what is kept is the same whoever made it. */
function asRow({ specifier, kind, names, isWhole, isStar }: ModuleImport): ModuleImport {
  return { specifier, kind, names, isWhole, isStar };
}

async function mapped(
  plugin: PluginContext,
  module: {
    name: string;
    map: string;
    printed: PrintedModule;
    start: GeneratedModule["start"];
  },
): Promise<Partial<Made>> {
  const { mappings } = JSON.parse(module.map) as { mappings: string };
  const isOfProject = isProjectSource(module.name);
  const source = isOfProject ? `vfs:${projectPath(module.name)}` : module.name;
  const made = mapOfModule(mappings, { source, dropLines: module.printed.droppedLines, start: module.start });
  if (made === undefined) return {};
  // The text of a page stands in the map once, and not with each of its parts.
  const isFile = isOfProject && !plugin.generated.has(module.name);
  const text = isFile ? JSON.stringify(await plugin.files.text(projectPath(module.name))) : "";
  return {
    map: { ...made.map, lead: made.map.lead + LINES_BEFORE_MODULE },
    mappings: Buffer.from(made.rest),
    source: Buffer.from(text),
  };
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

type Told = Parameters<typeof reportRows>[0][number];

/** A message of our own, in the form that the bundler gives to messages. */
function completed({ text = "", detail, location: place }: PartialMessage): Told {
  if (text === "") throw new Unfit("a warning without words");
  const nowhere = { file: "", namespace: "", line: 0, column: 0, length: 0, lineText: "", suggestion: "" };
  const location = place === undefined || place === null ? null : { ...nowhere, ...place };
  return { id: "", pluginName: "project", text, location, notes: [], detail };
}
