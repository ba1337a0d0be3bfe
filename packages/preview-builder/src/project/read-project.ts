import type { BuildOptions } from "#build-result.ts";
import { openPageSource } from "#page/page-source.ts";
import type { PageSource } from "#page/page-source.ts";
import { readPage } from "#page/read-page.ts";
import { detectKind } from "#project/detect-kind.ts";
import type { DetectedKind } from "#project/detect-kind.ts";
import { readDefines } from "#project/env-values.ts";
import { readPackageJson, readProjectTitle } from "#project/package-json.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { readTsConfig } from "#project/tsconfig.ts";
import type { TsConfig } from "#project/tsconfig.ts";
import { BuildError } from "#report/build-error.ts";
import { describeRow } from "#report/report-rows.ts";

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
}

/** @throws BuildError when the project holds nothing to preview, or its page names files that it does not have. */
export async function readProject(files: ProjectFiles, options: BuildOptions): Promise<Project> {
  const mode = options.mode ?? "production";
  const packageJson = await readPackageJson(files);
  const [detected, tsConfig, defines] = await Promise.all([
    detectKind(files, packageJson, options),
    readTsConfig(files),
    readDefines(files, mode),
  ]);
  const context = { files, platform: options.platform, packageJson, tsConfig };
  const page = openPageSource(context, detected.entry, detected.html);
  await readPage(page);
  const [firstError] = page.errors;
  if (firstError !== undefined) throw new BuildError(describeRow(firstError), { rows: page.errors });
  const title = options.title ?? (await readProjectTitle(files, packageJson));
  const isTitleForced = options.title !== undefined;
  return { ...detected, files, tsConfig, defines, page, mode, title, isTitleForced };
}
