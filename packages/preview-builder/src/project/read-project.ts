import { posix } from "node:path";
import type { BuildOptions } from "#build-result.ts";
import type { ResolveContext } from "#bundle/resolve-import.ts";
import { openPageSource } from "#page/page-source.ts";
import type { PageSource } from "#page/page-source.ts";
import { readPage } from "#page/read-page.ts";
import { detectKind } from "#project/detect-kind.ts";
import type { DetectedKind } from "#project/detect-kind.ts";
import { fillPage, readDefines } from "#project/env-values.ts";
import { readPackageJson, readProjectTitle } from "#project/package-json.ts";
import type { PackageJson } from "#project/package-json.ts";
import { projectNotes } from "#project/project-notes.ts";
import { findHome } from "#project/project-home.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { readToolConfig } from "#project/tool-config.ts";
import { readTsConfig } from "#project/tsconfig.ts";
import type { TsConfig } from "#project/tsconfig.ts";
import { readWorkspaces, withWorkspaceRanges } from "#project/workspaces.ts";
import { postcssPluginWarnings } from "#styles/postcss-config.ts";
import { BuildError } from "#report/build-error.ts";
import { describeRow } from "#report/report-rows.ts";
import { projectFrameworks } from "#runtimes/project-frameworks.ts";
import type { ProjectFrameworks } from "#runtimes/project-frameworks.ts";

/** All that a build knows of a project before it bundles. */
export interface Project extends DetectedKind {
  readonly files: ProjectFiles;
  readonly tsConfig: TsConfig;
  readonly defines: Readonly<Record<string, string>>;
  readonly page: PageSource;
  readonly mode: NonNullable<BuildOptions["mode"]>;
  readonly title: string;
  /** True when the caller chose the title: it then replaces the page's own. */
  readonly isTitleForced: boolean;
  readonly frameworks: ProjectFrameworks;
  /** What was found out of the project, for the log. */
  readonly notes: readonly string[];
}

/** Where a page stands that is not the one that a preview begins with. */
export type PagePlace = Required<Pick<ResolveContext, "roots" | "address">>;

/**
 * @param place - Default: the page is the one that the preview begins with, at `/`.
 * @throws BuildError when the project holds nothing to preview, or its page names files that it does not have.
 */
export async function readProject(files: ProjectFiles, options: BuildOptions, place?: PagePlace): Promise<Project> {
  const mode = options.mode ?? "production";
  const home = findHome(files, options);
  const packageJson = await readPackageJson(files, home.folder);
  const [config, tsConfig, env, workspaces, postcssWarnings] = await Promise.all([
    readToolConfig(files, packageJson),
    readTsConfig(files, home.folder),
    readDefines(files, mode, home.folder),
    readWorkspaces(files),
    postcssPluginWarnings(files, packageJson),
  ]);
  const detected = await detectKind({ files, packageJson, options, pageFolders: config.pageFolders });
  const frameworks = projectFrameworks(detected.kind, packageJson);
  const { entry } = detected;
  const context = {
    files,
    platform: options.platform,
    packageJson: withoutOtherRouters(withWorkspaceRanges(packageJson, workspaces), detected),
    workspaces,
    tsConfig: withJsx(tsConfig, detected.kind),
    aliases: config.aliases,
    roots: [...new Set([posix.dirname(entry), ...config.pageFolders, home.folder, "."])],
    ...place,
  };
  const page = openPageSource(context, {
    path: entry,
    html: fillPage(detected.html, env),
    builtUrls: detected.scripts.built,
  });
  await readPage(page);
  const { injected } = detected.scripts;
  if (injected !== undefined) page.scriptImports.push(`vfs:${injected}`);
  page.warnings.unshift(...frameworks.warnings, ...config.warnings, ...tsConfig.warnings, ...postcssWarnings);
  const [firstError] = page.errors;
  if (firstError !== undefined) throw new BuildError(describeRow(firstError), { rows: page.errors });
  const title = options.title ?? (await readProjectTitle(files, packageJson));
  const isTitleForced = options.title !== undefined;
  // Expo's own bundler says so in the place of the platform that the code runs on.
  const expoEnv = packageJson.dependencies.has("expo")
    ? { "process.env.EXPO_OS": JSON.stringify(options.platform) }
    : {};
  const defines = { ...config.defines, ...env, ...expoEnv };
  const notes = [...projectNotes({ ...detected, frameworks, home, tsConfig }), ...page.notes];
  return { ...detected, files, tsConfig, defines, page, mode, title, isTitleForced, frameworks, notes };
}

/** Beside the navigation that Expo Router brings along there must be no other version of it, whichever one is asked for. */
function withoutOtherRouters(packageJson: PackageJson, { routes }: DetectedKind): PackageJson {
  if (routes === undefined) return packageJson;
  const served = ["native", "native-stack", "bottom-tabs", "elements", "stack"].map(
    (name) => `@react-navigation/${name}`,
  );
  return {
    ...packageJson,
    ranges: { ...packageJson.ranges, ...Object.fromEntries(served.map((name) => [name, "*"])) },
  };
}

/** JSX means what the project's framework makes of it, unless the project says otherwise. */
function withJsx(tsConfig: TsConfig, { framework }: DetectedKind["kind"]): TsConfig {
  const { compilerOptions } = tsConfig;
  const isOwn = framework === "preact" || framework === "vue";
  if (!isOwn || compilerOptions["jsxImportSource"] !== undefined || compilerOptions["jsx"] !== "react-jsx")
    return tsConfig;
  return { ...tsConfig, compilerOptions: { ...compilerOptions, jsxImportSource: framework } };
}
