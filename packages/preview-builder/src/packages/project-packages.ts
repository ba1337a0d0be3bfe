import { posix } from "node:path";
import { LOCKFILE_NAMES, readLockfile } from "@hivesync/package-store/lockfiles/read-lockfile";
import type { Lockfile } from "@hivesync/package-store/lockfiles/lockfile";
import { PackageError } from "@hivesync/package-store/package-error";
import type { PackageGraph } from "@hivesync/package-store/package-graph";
import { splitSpecifier } from "@hivesync/package-store/package-names";
import type { PackageSource } from "@hivesync/package-store/package-source";
import { resolveGraph } from "@hivesync/package-store/resolve-graph";
import type { BuildOptions, PreviewPlatform } from "#build-result.ts";
import { BUILDER_VERSION } from "#builder-version.ts";
import { nearPaths } from "#bundle/near-paths.ts";
import type { BuildKeeper } from "#keeping/build-keeper.ts";
import { hashOf, openBundleCache } from "#packages/bundle-cache.ts";
import { bundlePackages } from "#packages/bundle-packages.ts";
import type { PackageBundle } from "#packages/bundle-packages.ts";
import { assumedRanges, isHosted, isStandIn } from "#packages/claim-package.ts";
import { componentCompiler } from "#packages/compile-component.ts";
import { hostModule } from "#packages/host-module.ts";
import type { ImportedModule } from "#packages/imported-names.ts";
import { KNOWN_PACKAGES } from "#packages/known-packages.ts";
import { openPackages, readPeers } from "#packages/package-files.ts";
import type { OpenPackages } from "#packages/package-files.ts";
import { readPackageStyles } from "#packages/package-styles.ts";
import type { PackageStyles } from "#packages/package-styles.ts";
import { placeOfImport } from "#packages/place-of-import.ts";
import { preferShipped, withShipped } from "#packages/shipped-packages.ts";
import type { PackageConditions } from "#packages/resolve-in-package.ts";
import type { PackageJson } from "#project/package-json.ts";
import type { PreviewKind } from "#project/preview-kinds.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { BuildError } from "#report/build-error.ts";
import { jsonFault, placeOfOffset } from "#report/json-fault.ts";
import { reportRow } from "#report/report-rows.ts";
import type { ProjectFrameworks } from "#runtimes/project-frameworks.ts";
import { RUNTIME_PARTS } from "#runtimes/runtime-parts.ts";

/** What bundles of a project's packages are made of. */
export interface ProjectPackagesRequest {
  readonly files: ProjectFiles;
  readonly packageJson: PackageJson;
  readonly kind: PreviewKind;
  readonly frameworks: ProjectFrameworks;
  readonly platform: PreviewPlatform;
  readonly mode: NonNullable<BuildOptions["mode"]>;
  /** Undefined where a builder has no registry. */
  readonly source: PackageSource | undefined;
  readonly runtimeCacheDirectory: string;
  readonly keeper: BuildKeeper;
  readonly emptyDirectory: string;
}

/** The npm packages of one project. */
export interface ProjectPackages {
  /** Bundles what the project's code takes of them, or finds the earlier bundle. */
  bundle(modules: readonly ImportedModule[]): Promise<PackageBundle>;
  /** The text of a package's stylesheet with all that it imports, its assets in it. */
  style(specifier: string): Promise<string>;
  /** The texts of a package's stylesheets and of those that it depends on. */
  styleFiles(name: string): Promise<PackageStyles>;
}

export function createProjectPackages(request: ProjectPackagesRequest): ProjectPackages {
  const cache = openBundleCache(request.keeper);
  const bundle = async (modules: readonly ImportedModule[], isStyle: boolean): Promise<PackageBundle> => {
    const versions = [BUILDER_VERSION, RUNTIME_PARTS, [...KNOWN_PACKAGES.values()]];
    const choice = [...request.frameworks.choice];
    const facts = [modules, isStyle, request.mode, conditionsOf(request), request.kind.name, choice];
    const made = JSON.stringify([versions, ...facts]);
    // Two keys: what the project says leads to what that meant, so that the next build need not find it out again.
    const lock = await findLockfile(request);
    const ownText = (await request.files.textIfPresent(request.packageJson.path)) ?? "";
    const projectKey = hashOf(
      JSON.stringify([made, ownText, request.packageJson.ranges, lock?.path, lock?.text, lock?.importer]),
    );
    const known = await cache.get<{ graphKey: string }>(projectKey);
    const kept = known === undefined ? undefined : await cache.get<PackageBundle>(known.graphKey);
    if (kept !== undefined) return kept;
    const graph = await findGraph(request, modules, lock);
    const graphKey = hashOf(JSON.stringify([made, graph]));
    const earlier = await cache.get<PackageBundle>(graphKey);
    const result = earlier ?? (await makeBundle(request, { modules, graph, isStyle }));
    if (earlier === undefined) await cache.set(graphKey, result);
    await cache.set(projectKey, { graphKey });
    return result;
  };
  return {
    bundle: (modules) => bundle(modules, false),
    style: async (specifier) =>
      (await bundle([{ specifier, names: [], isWhole: false, isRequired: false }], true)).styles,
    styleFiles: async (name) => {
      const lock = await findLockfile(request);
      const made = [BUILDER_VERSION, "style files", name, request.packageJson.ranges, lock?.text, lock?.importer];
      const key = hashOf(JSON.stringify(made));
      const kept = await cache.get<PackageStyles>(key);
      if (kept !== undefined) return kept;
      const styles = await readStyles(request, name, lock);
      await cache.set(key, styles);
      return styles;
    },
  };
}

type Lock = { readonly path: string; readonly text: string; readonly importer: string };

/** The nearest lockfile above the project's package.json. */
async function findLockfile({ files, packageJson }: ProjectPackagesRequest): Promise<Lock | undefined> {
  const home = posix.dirname(packageJson.path);
  for (let folder = home; ; folder = posix.dirname(folder)) {
    const path = LOCKFILE_NAMES.map((name) => posix.join(folder, name)).find((each) => files.has(each));
    if (path !== undefined) return { path, text: await files.text(path), importer: posix.relative(folder, home) };
    if (folder === ".") return undefined;
  }
}

async function openLockfile(lock: Lock | undefined): Promise<Lockfile | undefined> {
  if (lock === undefined) return undefined;
  try {
    return await readLockfile(lock);
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const advice = "Leave it out, or have your package manager make it anew.";
    if (error instanceof SyntaxError && lock.path.endsWith(".json")) throw jsonFault(lock, error, advice);
    const [reason = ""] = error instanceof Error ? error.message.split("\n") : [];
    const text = `"${lock.path}" cannot be read: ${reason.replace(/[.:]*$/, "")}. ${advice}`;
    throw new BuildError(text, { rows: [reportRow(text, placeOfOffset(lock.path, lock.text, 0))] });
  }
}

async function findGraph(
  request: ProjectPackagesRequest,
  modules: readonly ImportedModule[],
  lock: Lock | undefined,
): Promise<PackageGraph> {
  const own = modules.filter(({ specifier }) => !isStandIn(specifier));
  const wanted = [...new Set(own.flatMap(({ specifier }) => splitSpecifier(specifier)?.name ?? []))];
  if (wanted.length === 0) return { roots: {}, instances: {} };
  const source = sourceOf(request);
  try {
    return await resolveGraph({
      names: wanted,
      ...preferShipped(wanted, { ranges: assumedRanges(request.packageJson), lockfile: await openLockfile(lock) }),
      isHosted,
      manifests: (rows) => source.manifests(rows),
      peersOf: (rows) => readPeers(rows, source),
    });
  } catch (error) {
    throw error instanceof PackageError ? await refusalOf(request, error) : error;
  }
}

function sourceOf({ source, runtimeCacheDirectory, keeper }: ProjectPackagesRequest): PackageSource {
  return withShipped(source, { runtimeCacheDirectory, makePack: (name) => keeper.makePack(name) });
}

async function readStyles(
  request: ProjectPackagesRequest,
  name: string,
  lock: Lock | undefined,
): Promise<PackageStyles> {
  const graph = await findGraph(request, [{ specifier: name, names: [], isWhole: false, isRequired: false }], lock);
  await using packages = await opened(request, graph);
  return await readPackageStyles(graph, packages);
}

async function makeBundle(
  request: ProjectPackagesRequest,
  what: { readonly modules: readonly ImportedModule[]; readonly graph: PackageGraph; readonly isStyle: boolean },
): Promise<PackageBundle> {
  const { files, mode, kind, emptyDirectory } = request;
  const parts = new Set<string>();
  await using packages = await opened(request, what.graph);
  return await bundlePackages({
    ...what,
    packages,
    conditions: conditionsOf(request),
    mode,
    imagesAreSources: kind.imagesAreSources ?? false,
    hostModule: (specifier, options) => {
      const found = hostModule(specifier, options);
      if (found !== undefined) parts.add(found.part);
      return found?.code;
    },
    parts,
    compilerFor: (settings) => componentCompiler(request, settings),
    placeOf: (specifier, name) => placeOfImport(files, specifier, name),
    emptyDirectory,
  });
}

async function opened(request: ProjectPackagesRequest, graph: PackageGraph): Promise<OpenPackages> {
  try {
    return await openPackages(graph, sourceOf(request));
  } catch (error) {
    throw error instanceof PackageError ? await refusalOf(request, error) : error;
  }
}

/** Packages are always taken for the web, as that is where a preview runs, whatever platform it shows. */
function conditionsOf({ kind, mode }: ProjectPackagesRequest): PackageConditions {
  return { names: [mode, ...(kind.packageConditions ?? [])], prefersWeb: kind.imagesAreSources ?? false };
}

/** Tells of a package at the place that asks for it: an import, or package.json. */
async function refusalOf({ files, packageJson }: ProjectPackagesRequest, error: PackageError): Promise<BuildError> {
  const { packageName, fault, message } = error;
  const others = Object.keys(packageJson.ranges).filter((name) => name !== packageName);
  const near = fault === "not-found" ? nearPaths(others, packageName).map((name) => `"${name}"`) : [];
  const text = near.length === 0 ? message : `${message} package.json also names ${near.join(", ")}.`;
  const place = await placeOfImport(files, packageName, "");
  return new BuildError(text, { rows: [reportRow(text, place)] });
}
