import { posix } from "node:path";
import type { BuildOptions } from "#build-result.ts";
import { findFile } from "#bundle/find-file.ts";
import { BuildError } from "#report/build-error.ts";
import type { PackageJson } from "#project/package-json.ts";
import { PREVIEW_KINDS } from "#project/preview-kinds.ts";
import type { PreviewKind } from "#project/preview-kinds.ts";
import type { ProjectFiles } from "#project/project-files.ts";

/** Where a build starts, and as what. */
export interface DetectedKind {
  readonly kind: PreviewKind;
  readonly entry: string;
  /** The page's HTML: the project's own, or its kind's template. */
  readonly html: string;
}

const PAGE_PATHS = ["index.html", "public/index.html", "src/index.html"];
const SCRIPT_STEMS = ["index", "src/index", "src/main", "main", "App", "src/App", "app"];

export async function detectKind(
  files: ProjectFiles,
  packageJson: PackageJson,
  options: BuildOptions,
): Promise<DetectedKind> {
  const { entry } = options;
  if (entry !== undefined && !files.has(entry)) throw new BuildError(`The entry "${entry}" is not in the project.`);
  const isPageEntry = entry !== undefined && isPage(entry);
  const pagePath = isPageEntry ? entry : entry === undefined ? findPage(files) : undefined;
  const scriptPath = isPageEntry ? undefined : (entry ?? findScript(files, packageJson, options));
  const findings = {
    packageJson,
    page: await readFinding(files, pagePath),
    script: await readFinding(files, scriptPath),
  };
  const kind = PREVIEW_KINDS.find((row) => row.matches(findings));
  const start = kind && findings[kind.startsFrom];
  if (kind === undefined || start === undefined) {
    throw new BuildError(
      `Nothing to preview was found: looked for ${PAGE_PATHS.join(", ")}, and for a script such as index.js, src/main.tsx or App.tsx. Name one as the entry.`,
    );
  }
  return { kind, entry: start.path, html: kind.template ?? start.text };
}

function isPage(path: string): boolean {
  return /\.html?$/i.test(path);
}

function findPage(files: ProjectFiles): string | undefined {
  const known = PAGE_PATHS.find((path) => files.has(path));
  return known ?? files.paths.find((path) => isPage(path) && !path.includes("/"));
}

function findScript(files: ProjectFiles, packageJson: PackageJson, options: BuildOptions): string | undefined {
  const main = packageJson.main === undefined ? [] : [posix.join(packageJson.main)];
  return [...main, ...SCRIPT_STEMS]
    .map((stem) => findFile(files, stem, options.platform))
    .find((path) => path !== undefined && /\.[cm]?[jt]sx?$/.test(path));
}

async function readFinding(
  files: ProjectFiles,
  path: string | undefined,
): Promise<{ path: string; text: string } | undefined> {
  return path === undefined ? undefined : { path, text: await files.text(path) };
}
