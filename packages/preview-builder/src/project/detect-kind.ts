import { posix } from "node:path";
import type { BuildOptions } from "#build-result.ts";
import { BuildError } from "#report/build-error.ts";
import { nearPaths } from "#bundle/near-paths.ts";
import { placeOfOffset } from "#report/json-fault.ts";
import { reportRow } from "#report/report-rows.ts";
import { detectFramework } from "#project/detect-framework.ts";
import { findExpoRoutes } from "#project/expo-routes.ts";
import type { ExpoRoutes } from "#project/expo-routes.ts";
import type { PackageJson } from "#project/package-json.ts";
import { NO_SCRIPTS, readPageScripts } from "#project/page-scripts.ts";
import type { PageScripts } from "#project/page-scripts.ts";
import { PREVIEW_KINDS } from "#project/preview-kinds.ts";
import type { PreviewKind } from "#project/preview-kinds.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { findPage, findScript } from "#project/find-start.ts";
import { PAGE_PATHS } from "#project/start-paths.ts";
import { explainAngularPage, explainUnsupported } from "#project/unsupported-frameworks.ts";
import type { Unsupported } from "#project/unsupported-frameworks.ts";

/** Where a build starts, and as what. */
export interface DetectedKind {
  readonly kind: PreviewKind;
  readonly entry: string;
  /** The page's HTML: the project's own, or its kind's template. */
  readonly html: string;
  /** What the page's own tools would change of its scripts. */
  readonly scripts: PageScripts;
  /** The screens of an app whose kind has them as files. */
  readonly routes: ExpoRoutes | undefined;
}

export interface KindQuestion {
  readonly files: ProjectFiles;
  readonly packageJson: PackageJson;
  readonly options: BuildOptions;
  /** Folders that a page is looked for in first: what the config of its tools says. */
  readonly pageFolders: readonly string[];
}

export async function detectKind(question: KindQuestion): Promise<DetectedKind> {
  const { files, packageJson, options } = question;
  const { entry } = options;
  if (entry !== undefined && !files.has(entry)) throw new BuildError(explainEntry(files, entry));
  const isPageEntry = entry !== undefined && isPage(entry);
  const pagePath = isPageEntry ? entry : entry === undefined ? findPage(question) : undefined;
  const routes = findExpoRoutes(files, packageJson);
  // Without a page of its own such a project has no start, whatever its files are called.
  if (entry === undefined && pagePath === undefined && routes === undefined) {
    await refuse(question, explainUnsupported(packageJson));
  }
  const scriptPath = isPageEntry ? undefined : (entry ?? findScript(question, routes));
  const [page, script] = await Promise.all([readFinding(files, pagePath), readFinding(files, scriptPath)]);
  const scripts = page === undefined ? NO_SCRIPTS : await readPageScripts(question, page);
  if (page !== undefined && scripts.namesNone) await refuse(question, await explainAngularPage(question, page));
  const first = page === undefined ? [script] : scripts.first;
  const findings = {
    packageJson,
    routes,
    page: page && { ...page, hasModules: scripts.hasModules },
    script,
    framework: detectFramework(
      packageJson,
      [...first].filter((each) => each !== undefined),
    ),
  };
  const kind = PREVIEW_KINDS.find((row) => row.matches(findings));
  const start = kind && findings[kind.startsFrom];
  if (kind === undefined || start === undefined) throw nothingFound(question);
  const isRouted = kind.hasRoutes === true;
  return {
    kind,
    entry: start.path,
    html: kind.template ?? start.text,
    scripts,
    routes: isRouted ? routes : undefined,
  };
}

function isPage(path: string): boolean {
  return /\.html?$/i.test(path);
}

async function readFinding(
  files: ProjectFiles,
  path: string | undefined,
): Promise<{ path: string; text: string } | undefined> {
  return path === undefined ? undefined : { path, text: await files.text(path) };
}

function explainEntry(files: ProjectFiles, entry: string): string {
  const near = nearPaths(files.paths, entry).map((path) => `"${path}"`);
  return `The entry "${entry}" is not in the project.${near.length > 0 ? ` Near it: ${near.join(", ")}.` : ""}`;
}

async function refuse({ files, packageJson }: KindQuestion, found: Unsupported | undefined): Promise<void> {
  if (found === undefined) return;
  const json = await files.text(packageJson.path);
  const place = placeOfOffset(packageJson.path, json, Math.max(0, json.indexOf(`"${found.package}"`)));
  throw new BuildError(found.text, { rows: [reportRow(found.text, place)] });
}

function nothingFound({ files, packageJson }: KindQuestion): BuildError {
  const home = posix.dirname(packageJson.path);
  const where = home === "." ? "" : ` in "${home}"`;
  const looked = `Nothing to preview was found${where}: looked for ${PAGE_PATHS.join(", ")}, and for a script such as index.js, src/main.tsx or App.tsx.`;
  const built = files.paths.find((path) => /(?:^|\/)index\.html$/.test(path));
  const hint =
    built === undefined ? "" : ` "${built}" is what a build wrote: name it as the entry if that is to be shown.`;
  return new BuildError(`${looked} Name one as the entry.${hint}`);
}
