import type { ManifestFile } from "#build-result.ts";
import { SCRIPT_ENTRY, openBundling } from "#bundle/bundle-project.ts";
import type { Bundle, BundleRequest } from "#bundle/bundle-project.ts";
import { askedByModule } from "#kept-modules/asked-files.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import type { PluginContext } from "#bundle/project-plugin.ts";
import { tellMissingOnce } from "#bundle/missing-values.ts";
import { bundleStyles } from "#kept-modules/bundle-styles.ts";
import { makeGraph } from "#kept-modules/graph.ts";
import type { KeptGraph } from "#kept-modules/graph.ts";
import { linkModules } from "#kept-modules/link-modules.ts";
import type { LinkContext, Linked } from "#kept-modules/link-modules.ts";
import type { ModuleRecord } from "#kept-modules/module-record.ts";
import { openPrinter } from "#kept-modules/print-modules.ts";
import type { ModulesStore } from "#kept-modules/modules-store.ts";
import { configKeyOf, pathsKeyOf } from "#kept-modules/state-keys.ts";
import type { KeptState } from "#kept-modules/state.ts";
import { Unfit } from "#kept-modules/unfit.ts";
import { walkModules } from "#kept-modules/walk-modules.ts";
import type { Walk, WalkContext } from "#kept-modules/walk-modules.ts";
import { USER_SCRIPT_NAME } from "#page/finish-page.ts";
import type { AskedFiles } from "#page/public-files.ts";
import { projectPath } from "#report/report-rows.ts";
import type { BuildLog } from "#report/build-log.ts";

/** How a build keeps what it made of a project's modules. */
export interface KeptModules {
  /** From how many scripts on; 200 unless told. */
  readonly minScripts?: number | undefined;
  /** Default: with the build's keeper, at once. */
  readonly store?: ModulesStore | undefined;
}

/** Below, the bundler is as fast by itself. */
const MIN_SCRIPTS = 200;
const COMPONENT = /\.(?:vue|svelte)$/i;
const SCRIPT = /\.[cm]?[jt]sx?$/i;

/**
 * Whether a project is large enough, and has no components of their own languages, whose styles are parts of them. The files'
 * names alone decide, so that what is made of them is always the same.
 */
export function isForKept(files: readonly ManifestFile[], { minScripts = MIN_SCRIPTS }: KeptModules): boolean {
  if (files.some(({ path }) => COMPONENT.test(path))) return false;
  return files.filter(({ path }) => SCRIPT.test(path)).length >= minScripts;
}

/** A bundle whose script is made of kept modules. */
export interface KeptBundle extends Bundle {
  /** The script as it stands in the page, and its finished map. */
  readonly linked: Linked;
  /** What the modules ask the page's own server for. */
  readonly asked: readonly AskedFiles[];
}

interface KeptRequest {
  readonly bundle: BundleRequest;
  readonly manifest: readonly ManifestFile[];
  readonly store: ModulesStore;
  readonly log: BuildLog;
}

/**
 * Bundles a project of many modules by making anew only those that changed. What comes out is the same whatever was kept.
 *
 * @throws Unfit, or what else went wrong: the bundler takes the project as a whole then.
 */
export async function bundleKept({ bundle: request, manifest, store, log }: KeptRequest): Promise<KeptBundle> {
  const { plugin } = openBundling(request);
  const keys = { configKey: configKeyOf(plugin, manifest), pathsKey: pathsKeyOf(plugin.files.paths) };
  const found = await store.recall();
  const state = found?.configKey === keys.configKey ? found : undefined;
  const byPath = new Map(manifest.map((file) => [file.path, file]));
  const printer = openPrinter(plugin);
  const context = {
    plugin,
    print: printer.print,
    manifest: byPath,
    kept: state,
    isSamePaths: state?.pathsKey === keys.pathsKey,
    closePrinter: () => printer.close(),
  };
  log.step("kept");
  const walk = await walkModules(context, SCRIPT_ENTRY);
  log.write(`${walk.modules.size} modules, of which ${walk.made} were made anew`);
  log.step("modules");
  const save = async (made: Pick<KeptState, "graph" | "styles">, records: KeptState["records"]): Promise<void> => {
    if (walk.made === 0 && made.graph === state?.graph && made.styles === state?.styles) return;
    await store.keep({ ...keys, ...made, records });
  };
  let graph: KeptGraph | undefined;
  try {
    graph = await graphOf(walk, context);
    log.step("graph");
    const surroundings = { context, styleEntries: request.styleEntries, log };
    const { bundle, ...made } = await putTogether(walk, graph, surroundings);
    await save({ graph, ...made }, walk.modules);
    log.step("link");
    return bundle;
  } catch (error) {
    // It may fit again after the next change.
    const earlier = context.isSamePaths ? [...(state?.records ?? [])] : [];
    await save({ graph, styles: state?.styles }, new Map([...earlier, ...walk.modules]));
    throw error;
  }
}

interface Surroundings extends Pick<BundleRequest, "styleEntries"> {
  readonly context: WalkContext;
  readonly log: BuildLog;
}

type Made = Pick<KeptState, "styles"> & { readonly bundle: KeptBundle };

async function graphOf(walk: Walk, { plugin, kept }: WalkContext): Promise<KeptGraph> {
  if (walk.unfit !== undefined) throw new Unfit(walk.unfit);
  const known = walk.isSameGraph ? kept?.graph : undefined;
  return known ?? (await makeGraph(walk.modules, SCRIPT_ENTRY, plugin));
}

/** Makes one script of all modules, with their styles. */
async function putTogether(walk: Walk, graph: KeptGraph, { context, styleEntries, log }: Surroundings): Promise<Made> {
  const { plugin } = context;
  if (graph.cycle !== undefined) throw new Unfit(`${graph.cycle} is in a circle of imports`);
  const styles = await bundleStyles({ ...context, imported: graph.styles, entries: styleEntries });
  log.step("styles");
  for (const part of graph.parts) plugin.usedParts.add(part);
  const modules = graph.names.flatMap((name) => walk.modules.get(name) ?? []);
  const textOf = await textsOfPages(plugin, modules);
  const { targets, packages } = graph;
  const bundle: KeptBundle = {
    linked: linkModules(modules, { targets, unit: styles, scriptName: USER_SCRIPT_NAME, textOf }),
    asked: [...modules.map((record) => record.asked), askedByModule(styles?.script ?? "", plugin)],
    // No file of the project can hold it: it stands in the page for the script's bytes, which are many.
    script: plugin.packageMark,
    scriptStyles: styles?.scriptStyles ?? "",
    styles: new Map(styles?.styles),
    sourceMap: "",
    warnings: tellMissingOnce([...modules.flatMap(({ warnings }) => warnings), ...(styles?.warnings ?? [])]),
    packageModules: packages,
  };
  return { styles, bundle };
}

/** Pages that have parts among the modules: each is one source of the map. */
async function textsOfPages(plugin: PluginContext, modules: readonly ModuleRecord[]): Promise<LinkContext["textOf"]> {
  const parts = modules.map(({ name }) => name).filter((name) => name.startsWith(`${NAMESPACES.part}:`));
  const texts = new Map<string, Uint8Array>();
  for (const path of new Set(parts.map(projectPath)))
    texts.set(`vfs:${path}`, Buffer.from(JSON.stringify(await plugin.files.text(path))));
  return (source) => texts.get(source);
}
