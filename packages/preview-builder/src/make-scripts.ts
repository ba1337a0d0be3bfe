import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { maxOutputBytesOf } from "#build-request.ts";
import type { BuildRequest } from "#build-request.ts";
import { SCRIPT_ENTRY, bundleProject } from "#bundle/bundle-project.ts";
import type { Bundle, BundleRequest } from "#bundle/bundle-project.ts";
import type { GeneratedModule } from "#bundle/project-plugin.ts";
import { bundleKept, isForKept } from "#kept-modules/bundle-kept.ts";
import type { KeptBundle } from "#kept-modules/bundle-kept.ts";
import { openModulesStore } from "#kept-modules/modules-store.ts";
import { Unfit } from "#kept-modules/unfit.ts";
import { openFolderKeeper } from "#keeping/build-keeper.ts";
import { servePublicFiles } from "#page/serve-public-files.ts";
import type { ServedPage } from "#page/serve-public-files.ts";
import { scriptLength } from "#page/write-page.ts";
import { packageMark } from "#packages/imported-names.ts";
import type { PackageBundle } from "#packages/bundle-packages.ts";
import { createProjectPackages } from "#packages/project-packages.ts";
import type { ProjectPackages } from "#packages/project-packages.ts";
import { ROUTER_ENTRY, ROUTES_MODULE, routesModule } from "#project/expo-routes.ts";
import type { Project } from "#project/read-project.ts";
import type { BuildLog } from "#report/build-log.ts";
import type { BuiltRuntime } from "#runtimes/build-runtime.ts";
import { openRuntimeCache } from "#runtimes/runtime-cache.ts";
import { withNeededParts } from "#runtimes/runtime-parts.ts";

type Runtimes = readonly ({ readonly name: string } & BuiltRuntime)[];

/** The scripts and styles of a page, ready to be written into it. */
export interface MadeScripts {
  readonly bundle: Bundle | KeptBundle;
  readonly runtimes: Runtimes;
  readonly packages: PackageBundle;
  readonly served: ServedPage;
}

/** Whom the work is told. */
export interface Making {
  readonly log: BuildLog;
  readonly onFile: () => void;
}

/** A large project's modules are put beside each other; whatever does not fit that way is bundled as a whole, which alone tells of errors. */
export async function makeScripts(
  request: BuildRequest,
  project: Project,
  { log, onFile }: Making,
): Promise<MadeScripts> {
  const { keptModules: kept, files: manifest, keeper = openFolderKeeper(request) } = request;
  if (kept === undefined || !isForKept(manifest, kept))
    return bundleScripts(request, project, { log, onFile, bundler: bundleProject });
  const forgetReads = project.files.mark();
  try {
    const { store = openModulesStore(keeper) } = kept;
    const bundler = (bundle: BundleRequest): Promise<KeptBundle> => bundleKept({ bundle, manifest, store, log });
    const scripts = await bundleScripts(request, project, { log, onFile, bundler });
    // Nothing is shaken out of modules: a bundle may fit into a page that they do not fit into.
    if (sizeOf(scripts) > maxOutputBytesOf(request) / 2) throw new Unfit("a page that is large");
    return scripts;
  } catch (error) {
    request.signal?.throwIfAborted();
    forgetReads();
    log.write(`bundled as a whole: ${error instanceof Unfit ? error.message : "an error"}`);
    return bundleScripts(request, project, { log, onFile, bundler: bundleProject });
  }
}

function sizeOf({ bundle, runtimes, packages }: MadeScripts): number {
  const styles = [bundle.scriptStyles, ...bundle.styles.values()];
  const texts = [...styles, packages.script, ...runtimes.map(({ script }) => script)];
  return texts.reduce((sum, { length }) => sum + length, scriptLength(bundle));
}

interface Bundling extends Making {
  readonly bundler: (request: BundleRequest) => Promise<Bundle | KeptBundle>;
}

async function bundleScripts(
  request: BuildRequest,
  project: Project,
  { log, onFile, bundler }: Bundling,
): Promise<MadeScripts> {
  const emptyDirectory = join(request.runtimeCacheDirectory, "empty");
  await mkdir(emptyDirectory, { recursive: true });
  const keeper = request.keeper ?? openFolderKeeper(request);
  const cache = openRuntimeCache(request.runtimeCacheDirectory, project.mode, {
    choice: project.frameworks.choice,
    make: (part, mode) => keeper.makeRuntime(part, mode),
  });
  const usedParts = new Set(["page"]);
  const { page, kind, files, mode } = project;
  const projectPackages = createProjectPackages({
    ...page.context,
    files,
    kind,
    frameworks: project.frameworks,
    mode,
    source: request.packages,
    runtimeCacheDirectory: request.runtimeCacheDirectory,
    keeper,
    emptyDirectory,
  });
  const bundle = await bundler({
    context: {
      ...page.context,
      kind,
      frameworks: project.frameworks,
      generated: new Map<string, GeneratedModule>([
        ...page.parts,
        [SCRIPT_ENTRY, { contents: entryScript(project), loader: "js" }],
        ...(project.routes === undefined ? [] : [[ROUTES_MODULE, routesModule(project.routes, page.context)] as const]),
      ]),
      runtimes: cache,
      usedParts,
      packages: projectPackages,
      packageMark: packageMark(request.files),
      onFile,
    },
    styleEntries: page.styles.map(({ entry }) => entry),
    defines: project.defines,
    mode: project.mode,
    emptyDirectory,
    signal: request.signal,
  });
  log.step("bundle");
  const packages = await bundlePackages(projectPackages, bundle.packageModules, log);
  const parts = withNeededParts(new Set([...usedParts, ...packages.parts]), project.frameworks.choice);
  const runtimes = await Promise.all(parts.map(async (part) => ({ name: part.name, ...(await cache.get(part)) })));
  const scriptStyles = [packages.styles, bundle.scriptStyles].filter((css) => css !== "").join("\n");
  const asking = { script: bundle.script, asked: "linked" in bundle ? bundle.asked : undefined };
  const served = await servePublicFiles(page, asking, cache);
  return { bundle: { ...bundle, scriptStyles }, runtimes, packages, served };
}

async function bundlePackages(
  packages: ProjectPackages,
  modules: Bundle["packageModules"],
  log: BuildLog,
): Promise<PackageBundle> {
  if (modules.length === 0) return { script: "", styles: "", parts: [], warnings: [], packages: [] };
  const bundle = await packages.bundle(modules);
  log.write(`${modules.length} modules of packages; with what they need: ${bundle.packages.join(", ")}`);
  log.step("packages");
  return bundle;
}

/** The module that the bundle starts from: what the page names, or the entry and what mounts it. */
function entryScript({ kind, entry, page, routes }: Project): string {
  if (kind.startsFrom === "page") return page.scriptImports.map((name) => `import ${JSON.stringify(name)};`).join("\n");
  const entryName = JSON.stringify(routes?.paths.includes(entry) === true ? ROUTER_ENTRY : `vfs:${entry}`);
  if (routes !== undefined) return `import ${JSON.stringify(ROUTES_MODULE)};\nimport ${entryName};`;
  if (kind.mountModule === undefined) return `import ${entryName};`;
  return `import * as entry from ${entryName};\nimport { mountEntry } from ${JSON.stringify(kind.mountModule)};\nmountEntry(entry);`;
}
