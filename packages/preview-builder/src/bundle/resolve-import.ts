import { isBuiltin } from "node:module";
import { posix } from "node:path";
import { splitSpecifier } from "@hivesync/package-store/package-names";
import type { ImportKind } from "esbuild";
import type { PreviewPlatform } from "#build-result.ts";
import { NO_PACKAGE } from "#bundle/explain-alias.ts";
import { explainMissing } from "#bundle/explain-missing.ts";
import type { FileElsewhere } from "#bundle/explain-missing.ts";
import { PLATFORMS, findFile } from "#bundle/find-file.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import type { FileNamespace } from "#bundle/namespaces.ts";
import { packageImportTargets } from "#bundle/package-imports.ts";
import { claimPackage, undeclaredWarning } from "#packages/claim-package.ts";
import { isServedByPart } from "#packages/served-by-part.ts";
import { applyAliases } from "#project/aliases.ts";
import type { Alias } from "#project/aliases.ts";
import { matchPattern } from "#project/match-pattern.ts";
import { browserTarget } from "#project/package-json.ts";
import type { PackageJson } from "#project/package-json.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import type { TsConfig } from "#project/tsconfig.ts";
import { ownImportTargets, ownerOf, workspaceTargets } from "#project/workspaces.ts";
import type { Workspaces } from "#project/workspaces.ts";
import { partOfModule } from "#runtimes/runtime-parts.ts";

/** What decides where an import leads: the project alone, never the host's files. */
export interface ResolveContext {
  readonly files: ProjectFiles;
  readonly platform: PreviewPlatform;
  readonly packageJson: PackageJson;
  readonly tsConfig: TsConfig;
  /** What the configs of the project's own tools put in the place of names. */
  readonly aliases: readonly Alias[];
  /** The folders that a slash at the start means, the first wins. */
  readonly roots: readonly string[];
  /** Where the page finds itself: what it asks for is relative to that. Default: `/`. */
  readonly address?: string;
  /** What counts in a folder of the project only. */
  readonly workspaces?: Workspaces;
}

export interface ImportRequest {
  readonly specifier: string;
  /** The project path of the importing file. */
  readonly importer: string;
  readonly kind: ImportKind;
  /** The `type` of an import's attributes. */
  readonly type?: string | undefined;
}

export type Resolution =
  | { readonly found: "file"; readonly namespace: FileNamespace; readonly path: string }
  | { readonly found: "runtime"; readonly specifier: string; readonly warning?: string }
  | { readonly found: "package"; readonly specifier: string; readonly warning?: string }
  | { readonly found: "described"; readonly name: string }
  /** Nothing is there, and nothing is to be: what package.json leaves out of pages. */
  | { readonly found: "empty" }
  | { readonly found: "external"; readonly warning: string }
  | { readonly found: "nothing"; readonly text: string };

const NO_SHARED_WORKERS =
  'A preview is one page, and nothing is shared with other pages: use a worker of its own, as "?worker" gives it.';

const NAMESPACE_BY_MARK: ReadonlyMap<string, FileNamespace> = new Map<string, FileNamespace>([
  ["?raw", NAMESPACES.raw],
  ["?inline", NAMESPACES.inline],
  ["?url", NAMESPACES.url],
  ["?no-inline", NAMESPACES.url],
  ["?react", NAMESPACES.component],
  ["?init", NAMESPACES.init],
  ["?worker", NAMESPACES.worker],
  ["?worker&inline", NAMESPACES.worker],
  ["?worker&url", NAMESPACES.workerUrl],
  ["text", NAMESPACES.raw],
  ["bytes", NAMESPACES.bytes],
]);

/** Resolves one import, `require`, `url()` or `@import` of the project's code. */
export function resolveImport(context: ResolveContext, request: ImportRequest): Resolution {
  const { specifier, kind } = request;
  const isCss = kind === "url-token" || kind === "import-rule";
  if (/^(?:https?:)?\/\//i.test(specifier)) {
    if (isCss) return { found: "external", warning: `"${specifier}" is not part of the preview: it stays a link.` };
    return nothing(
      `"${specifier}" is on another server; a build fetches nothing. Put a copy of it into the project, or its package into package.json.`,
    );
  }
  if (/^[a-z][a-z\d+.-]+:/i.test(specifier) && !isBuiltin(specifier)) {
    return nothing(`"${specifier}" is not a file of the project.`);
  }
  if (/\?sharedworker\b/.test(specifier)) return nothing(NO_SHARED_WORKERS);
  const mark = kind === "url-token" ? "?url" : (request.type ?? /\?[\w&-]+$/.exec(specifier)?.[0] ?? "");
  const namespace = NAMESPACE_BY_MARK.get(mark) ?? NAMESPACES.file;
  // A file may have a "?" in its name, so the specifier as written comes first.
  const written = specifier.replace(kind === "url-token" ? /[?#].*$/s : /\?[^?]*$/, "");
  const bare = renamed(context, written);
  for (const name of new Set(bare === written ? [specifier, bare, decoded(bare)] : [bare])) {
    const path = locate(context, request, name);
    if (path !== undefined) return inBrowser(context, { found: "file", namespace, path });
  }
  if (context.packageJson.browser[written] === false) return { found: "empty" };
  const found = resolvePackage(context, request, bare);
  if (found !== undefined) return found;
  const elsewhere = onOtherPlatforms(context, request, bare);
  return nothing(
    explainMissing(context, request, { name: bare, elsewhere, aliased: aliasedPath(context, request, bare) }),
  );
}

/** What package.json puts in the place of a file for pages. */
function inBrowser(
  { packageJson, files, platform }: ResolveContext,
  found: Extract<Resolution, { readonly found: "file" }>,
): Resolution {
  const target = browserTarget(packageJson, found.path);
  if (target === undefined) return found;
  if (target === false) return { found: "empty" };
  const path = findFile(files, target, platform);
  return path === undefined ? found : { ...found, path };
}

/** A package of a prebuilt part, when that serves what the project asks for; else one of its own. */
function resolvePackage(
  { packageJson }: ResolveContext,
  { kind }: ImportRequest,
  name: string,
): Resolution | undefined {
  const isPart = partOfModule(name) !== undefined && !name.startsWith("hivesync:");
  const packageName = splitSpecifier(name)?.name ?? name;
  if (name === `${packageName}/package.json` && isServedByPart(packageName, packageJson.ranges[packageName])) {
    return { found: "described", name: packageName };
  }
  if (isPart && isServedByPart(packageName, packageJson.ranges[packageName])) {
    const warning = undeclaredWarning(packageJson, packageName);
    return { found: "runtime", specifier: name, ...(warning !== undefined && { warning }) };
  }
  // In a page's own tags and in url() a bare name is a path.
  if (kind === "url-token") return undefined;
  const specifier = kind === "import-rule" ? name.replace(/^~/, "") : name;
  const claim = claimPackage(packageJson, specifier);
  if (claim === undefined) return isPart ? { found: "runtime", specifier: name } : undefined;
  return { found: "package", specifier, ...(claim.warning !== undefined && { warning: claim.warning }) };
}

/** The name of a module that a config puts in the place of the one that is written. */
function renamed({ aliases, packageJson }: ResolveContext, name: string): string {
  const inPages = packageJson.browser[name];
  if (typeof inPages === "string" && !isRelative(name) && !isRelative(inPages)) return inPages;
  const target = isRelative(name) ? undefined : applyAliases(aliases, name);
  return target !== undefined && "name" in target ? target.name : name;
}

function nothing(text: string): Resolution {
  return { found: "nothing", text };
}

/** The project path that `name` leads to. Paths that climb out of the project begin with ".." and are in no manifest. */
function locate(context: ResolveContext, request: ImportRequest, name: string): string | undefined {
  const find = (path: string): string | undefined => findFile(context.files, posix.normalize(path), context.platform);
  const directory = posix.dirname(request.importer);
  if (name === "" || name.endsWith("\0")) return undefined;
  const alias = isRelative(name) ? undefined : applyAliases(context.aliases, name);
  const aliased = alias !== undefined && "path" in alias ? find(alias.path) : undefined;
  if (aliased !== undefined) return aliased;
  if (name.startsWith("/")) {
    const bases = context.roots.flatMap((root) => [root, posix.join(root, "public")]);
    return bases.map((base) => find(posix.join(base, name))).find(Boolean);
  }
  if (isRelative(name)) return find(posix.join(directory, name));
  const inPages = context.packageJson.browser[name];
  if (typeof inPages === "string" && isRelative(inPages)) {
    return find(posix.join(posix.dirname(context.packageJson.path), inPages));
  }
  if (name.startsWith("#")) {
    const own = context.workspaces === undefined ? [] : ownImportTargets(context.workspaces, name, request.importer);
    const targets = packageImportTargets(context.packageJson.imports, name);
    return [...own, ...targets.filter(isRelative)].map(find).find(Boolean);
  }
  const isCss = request.kind === "url-token" || request.kind === "import-rule";
  const besideIt = isCss ? find(posix.join(directory, name)) : undefined;
  return besideIt ?? mappedTargets(context, name, { importer: request.importer, isCss }).map(find).find(Boolean);
}

/** The files that `name` leads to where code is built for another platform. */
function onOtherPlatforms(context: ResolveContext, request: ImportRequest, name: string): FileElsewhere[] {
  return PLATFORMS.filter((platform) => platform !== context.platform).flatMap((platform) => {
    const path = locate({ ...context, platform }, request, name);
    return path === undefined ? [] : [{ platform, path }];
  });
}

/** The project path that an alias makes of a name that no package can have. */
function aliasedPath(context: ResolveContext, { importer }: ImportRequest, name: string): string | undefined {
  if (!NO_PACKAGE.test(name)) return undefined;
  // What `baseUrl` makes of it is no alias: it is the name as it was.
  return mappedTargets(context, name, { importer, isCss: false }).find((path) => !path.endsWith(name));
}

/** The project paths that a bare name may mean: by aliases, by the tsconfig.json nearest above the importing file, by the home's, as a package of the project. */
export function mappedTargets(
  { aliases, tsConfig, workspaces }: Pick<ResolveContext, "aliases" | "tsConfig" | "workspaces">,
  name: string,
  { importer, isCss }: { readonly importer: string; readonly isCss: boolean },
): string[] {
  const own = workspaces && ownerOf(workspaces.tsConfigs, importer)?.config;
  const split = splitSpecifier(name);
  const workspace = split && workspaces?.byName.get(split.name);
  const alias = applyAliases(aliases, name);
  return [
    ...(alias !== undefined && "path" in alias ? [alias.path] : []),
    ...(own === undefined ? [] : tsConfigTargets(own, name)),
    ...tsConfigTargets(tsConfig, name),
    ...(split === undefined || workspace === undefined ? [] : workspaceTargets(workspace, split.subpath, isCss)),
  ];
}

/** The project paths that a bare name may mean by `paths` and `baseUrl`, the preferred first. */
function tsConfigTargets({ paths, baseUrl }: TsConfig, name: string): string[] {
  const mapped = paths.flatMap(({ pattern, targets }) => {
    const star = matchPattern(pattern, name);
    return star === undefined ? [] : targets.map((target) => target.replace("*", () => star));
  });
  return baseUrl === undefined ? mapped : [...mapped, posix.join(baseUrl, name)];
}

function isRelative(name: string): boolean {
  return /^\.\.?(?:\/|$)/.test(name);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
