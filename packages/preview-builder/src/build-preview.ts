import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PackageSource } from "@hivesync/package-store/package-source";
import type {
  BuildManifest,
  BuildOptions,
  BuildProgress,
  BuildResult,
  BuildSuccess,
  ManifestFile,
} from "#build-result.ts";
import { BUILDER_VERSION } from "#builder-version.ts";
import { SCRIPT_ENTRY, bundleProject } from "#bundle/bundle-project.ts";
import type { Bundle, BundleRequest } from "#bundle/bundle-project.ts";
import type { GeneratedModule } from "#bundle/project-plugin.ts";
import { bundleKept, isForKept } from "#kept-modules/bundle-kept.ts";
import type { KeptBundle, KeptModules } from "#kept-modules/bundle-kept.ts";
import { openModulesStore } from "#kept-modules/modules-store.ts";
import { Unfit } from "#kept-modules/unfit.ts";
import { openFolderKeeper } from "#keeping/build-keeper.ts";
import type { BuildKeeper } from "#keeping/build-keeper.ts";
import { scriptLength, writePage, writeSourceMap } from "#page/write-page.ts";
import { servePublicFiles } from "#page/serve-public-files.ts";
import type { ServedPage } from "#page/serve-public-files.ts";
import { ROUTER_ENTRY, ROUTES_MODULE, routesModule } from "#project/expo-routes.ts";
import { packageMark } from "#packages/imported-names.ts";
import type { PackageBundle } from "#packages/bundle-packages.ts";
import { createProjectPackages } from "#packages/project-packages.ts";
import type { ProjectPackages } from "#packages/project-packages.ts";
import { readProject } from "#project/read-project.ts";
import type { Project } from "#project/read-project.ts";
import { createProjectFiles } from "#project/project-files.ts";
import { BuildError } from "#report/build-error.ts";
import { tooLarge } from "#report/too-large.ts";
import { createBuildLog } from "#report/build-log.ts";
import type { BuildLog } from "#report/build-log.ts";
import { describeRow, limitRows } from "#report/report-rows.ts";
import { openRuntimeCache } from "#runtimes/runtime-cache.ts";
import type { BuiltRuntime } from "#runtimes/build-runtime.ts";
import { withNeededParts } from "#runtimes/runtime-parts.ts";

/** What `buildPreview` works on. */
export interface BuildRequest {
  readonly files: readonly ManifestFile[];
  /** Gives the bytes of a file by its SHA-256. What it throws ends the build with that error. */
  readonly readBlob: (sha256: string) => Promise<Uint8Array>;
  readonly options: BuildOptions;
  /** A folder that keeps the prebuilt framework runtimes; made when missing. */
  readonly runtimeCacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
  /** Where the project's own npm packages come from. Without it only what is prebuilt is there. */
  readonly packages?: PackageSource | undefined;
  /** Does what a confined build may not do itself. Default: this process, in the folder of the runtimes. */
  readonly keeper?: BuildKeeper | undefined;
  /** The largest page in bytes; 50 MiB unless told. */
  readonly maxOutputBytes?: number | undefined;
  /** The most bytes of files that a build reads; 256 MiB unless told. */
  readonly maxInputBytes?: number | undefined;
  /** Whether a large project keeps what was made of its modules, and finds it again, by the keeper. Default: all are made anew. */
  readonly keptModules?: KeptModules | undefined;
}

type Runtimes = readonly ({ readonly name: string } & BuiltRuntime)[];

const MEBIBYTE = 1024 * 1024;

/**
 * Makes a project's files into one self-contained HTML page. The project's code is bundled, never run, and nothing but
 * `files` can be read by it. The same input gives the same `html` and `sourceMap`.
 *
 * @returns a failure with rows for people when the project is at fault or a limit was hit.
 * @throws the signal's reason when aborted; what `readBlob` throws.
 * @example
 * const result = await buildPreview({ files, readBlob, options: { platform: "web" }, runtimeCacheDirectory });
 * if (result.ok) await writeFile("index.html", result.html);
 */
export async function buildPreview(request: BuildRequest): Promise<BuildResult> {
  const log = createBuildLog();
  log.write(`HiveSync preview builder ${BUILDER_VERSION}`);
  try {
    request.signal?.throwIfAborted();
    return await build(request, log);
  } catch (caught) {
    const error = caught instanceof RangeError ? explainRangeError(caught) : caught;
    if (!(error instanceof BuildError)) throw error;
    for (const row of error.rows) log.write(`error: ${describeRow(row)}`);
    log.write(`failed: ${error.message}`);
    const limit = error.limit === undefined ? {} : { limit: error.limit };
    return { ok: false, message: error.message, details: error.rows, log: log.text(), ...limit };
  }
}

/** Parsers recurse, and texts have a greatest length: going beyond either is the project's doing. */
function explainRangeError({ message }: RangeError): BuildError {
  if (/call stack/i.test(message))
    return new BuildError("A file of the project is nested too deeply. Leave it out if it was generated.");
  const text =
    "The project is too large to be made into one page. Leave large generated files out with a .hivesyncignore.";
  return new BuildError(text, { limit: "memory" });
}

async function build(request: BuildRequest, log: BuildLog): Promise<BuildSuccess> {
  const { options, onProgress, maxInputBytes = 256 * MEBIBYTE } = request;
  onProgress?.({ phase: "reading", fraction: 0 });
  const project = await readProject(createProjectFiles({ ...request, maxInputBytes }), options);
  log.write(`${project.kind.label}, starting from ${project.entry}, for ${options.platform}, ${project.mode} mode`);
  for (const note of project.notes) log.write(note);
  log.step("read");
  const { bundle, runtimes, packages, served } = await makeScripts(request, project, log);
  request.signal?.throwIfAborted();
  onProgress?.({ phase: "writing", fraction: 0.9 });
  const scripts = [...runtimes.map(({ script }) => script), packages.script];
  const html = writePage(project, { bundle, scripts, served });
  log.step("page");
  const maxOutputBytes = maxOutputBytesOf(request);
  if (html.length > maxOutputBytes) {
    throw tooLarge(
      `The finished page has ${html.length} bytes; ${maxOutputBytes} are allowed.`,
      "output",
      project.files,
    );
  }
  const sourceMap = await writeSourceMap(project, bundle);
  log.step("write");
  const sizes = {
    html: html.length,
    script: scriptLength(bundle),
    styles: [bundle.scriptStyles, ...bundle.styles.values()].reduce((sum, css) => sum + css.length, 0),
    runtime: runtimes.reduce((sum, { script }) => sum + script.length, packages.script.length),
    source_map: sourceMap.length,
  };
  const warnings = limitRows([...project.page.warnings, ...bundle.warnings, ...packages.warnings, ...served.warnings]);
  const manifest = describeBuild(project, {
    sizes,
    warnings,
    timings: log.timings,
    runtimes: runtimes.map(({ name }) => name),
  });
  writeSummary(log, manifest);
  return { ok: true, html, sourceMap, manifest, warnings, log: log.text() };
}

interface Scripts {
  readonly bundle: Bundle | KeptBundle;
  readonly runtimes: Runtimes;
  readonly packages: PackageBundle;
  readonly served: ServedPage;
}

/** A large project's modules are put beside each other; whatever does not fit that way is bundled as a whole, which alone tells of errors. */
async function makeScripts(request: BuildRequest, project: Project, log: BuildLog): Promise<Scripts> {
  const { keptModules: kept, files: manifest, keeper = openFolderKeeper(request) } = request;
  const onFile = reportFiles(request);
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

function maxOutputBytesOf({ maxOutputBytes = 50 * MEBIBYTE }: BuildRequest): number {
  return maxOutputBytes;
}

function sizeOf({ bundle, runtimes, packages }: Scripts): number {
  const styles = [bundle.scriptStyles, ...bundle.styles.values()];
  const texts = [...styles, packages.script, ...runtimes.map(({ script }) => script)];
  return texts.reduce((sum, { length }) => sum + length, scriptLength(bundle));
}

interface Bundling {
  readonly log: BuildLog;
  readonly onFile: () => void;
  readonly bundler: (request: BundleRequest) => Promise<Bundle | KeptBundle>;
}

async function bundleScripts(
  request: BuildRequest,
  project: Project,
  { log, onFile, bundler }: Bundling,
): Promise<Scripts> {
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

/** Progress while files are read: against the manifest's length, as nobody knows beforehand how many will be needed. */
function reportFiles({ files, onProgress }: BuildRequest): () => void {
  let count = 0;
  return () => {
    count += 1;
    onProgress?.({ phase: "bundling", fraction: Math.min(0.85, 0.1 + (0.75 * count) / files.length) });
  };
}

/** The module that the bundle starts from: what the page names, or the entry and what mounts it. */
function entryScript({ kind, entry, page, routes }: Project): string {
  if (kind.startsFrom === "page") return page.scriptImports.map((name) => `import ${JSON.stringify(name)};`).join("\n");
  const entryName = JSON.stringify(routes?.paths.includes(entry) === true ? ROUTER_ENTRY : `vfs:${entry}`);
  if (routes !== undefined) return `import ${JSON.stringify(ROUTES_MODULE)};\nimport ${entryName};`;
  if (kind.mountModule === undefined) return `import ${entryName};`;
  return `import * as entry from ${entryName};\nimport { mountEntry } from ${JSON.stringify(kind.mountModule)};\nmountEntry(entry);`;
}

type Facts = Pick<BuildManifest, "sizes" | "warnings" | "timings" | "runtimes">;

function describeBuild({ kind, entry, mode, files, page, frameworks }: Project, facts: Facts): BuildManifest {
  return {
    builder_version: BUILDER_VERSION,
    kind: kind.name,
    kind_label: frameworks.label === undefined ? kind.label : `${kind.label} (${frameworks.label})`,
    entry,
    platform: page.context.platform,
    mode,
    inputs: files.inputs(),
    ...facts,
  };
}

function writeSummary(log: BuildLog, { inputs, sizes, timings, warnings }: BuildManifest): void {
  for (const row of warnings) log.write(`warning: ${describeRow(row)}`);
  const list = (values: Readonly<Record<string, number>>, unit: string): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value} ${unit}`)
      .join(", ");
  log.write(`${inputs.length} files read; ${list(sizes, "bytes")}`);
  log.write(`done: ${list(timings, "ms")}; ${warnings.length} warnings`);
}
