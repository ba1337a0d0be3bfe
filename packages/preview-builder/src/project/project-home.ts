import { posix } from "node:path";
import { findFile } from "#bundle/find-file.ts";
import type { BuildOptions } from "#build-result.ts";
import type { ProjectFiles } from "#project/project-files.ts";
import { PAGE_PATHS, SCRIPT_STEMS, isBuildOutput } from "#project/start-paths.ts";

/** The folder of the project that is shown: all of what was uploaded, or one app of several. */
export interface ProjectHome {
  /** A project path; `.` for all. */
  readonly folder: string;
  /** Others that could be shown. */
  readonly others: readonly string[];
}

/** Folders are apps more likely the earlier their name stands here; all others come after these, the last ones at the end. */
const LIKELY_NAMES = ["web", "app", "client", "frontend", "www", "site", "mobile", "native", "ui"];
const UNLIKELY_NAMES = /^(?:docs?|storybook|e2e|tests?|tools?|scripts?|config|server|api|backend|functions|eslint.*)$/;

/**
 * Finds the folder whose package.json counts: the nearest above a chosen entry; the root where something can be shown there;
 * else the likeliest folder of a monorepo.
 */
export function findHome(files: ProjectFiles, { entry, platform }: BuildOptions): ProjectHome {
  if (entry !== undefined) return { folder: folderWithPackage(files, entry) ?? ".", others: [] };
  const isWorkspace = ["pnpm-workspace.yaml", "lerna.json", "turbo.json", "nx.json"].some((path) => files.has(path));
  const rootScore = scoreOf(files, ".", platform);
  if (rootScore !== undefined && (rootScore < 2 || !isWorkspace)) return { folder: ".", others: [] };
  const folders = new Set(
    files.paths
      .filter((path) => /(?:^|\/)(?:package\.json|index\.html)$/.test(path) && !isBuildOutput(path))
      .map((path) => homeOf(files, path)),
  );
  const rows = [...folders].flatMap((folder) => {
    const score = scoreOf(files, folder, platform);
    return score === undefined ? [] : [{ folder, order: [score, likelihood(folder), folder.split("/").length] }];
  });
  rows.sort((a, b) => compare(a.order, b.order) || (a.folder < b.folder ? -1 : 1));
  const [first, ...others] = rows.map(({ folder }) => folder);
  return first === undefined ? { folder: ".", others: [] } : { folder: first, others: others.slice(0, 5) };
}

/** The nearest folder with a package.json; the page's own where there is none. */
function homeOf(files: ProjectFiles, path: string): string {
  const own = posix.dirname(path).replace(/\/?(?:public|src)$/, "");
  return folderWithPackage(files, path) ?? (own === "" ? "." : own);
}

function folderWithPackage(files: ProjectFiles, path: string): string | undefined {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    if (files.has(posix.join(folder, "package.json"))) return folder;
    if (folder === ".") return undefined;
  }
}

/** 0 for a folder with a page, 1 for an app's script, 2 for any script, undefined where nothing can be shown. */
function scoreOf(files: ProjectFiles, folder: string, platform: BuildOptions["platform"]): number | undefined {
  if (PAGE_PATHS.some((path) => files.has(posix.join(folder, path)))) return 0;
  const stem = SCRIPT_STEMS.find((each) => findFile(files, posix.join(folder, each), platform) !== undefined);
  if (stem === undefined) return undefined;
  const isApp = /app$/i.test(stem) || files.has(posix.join(folder, "app.json"));
  return isApp ? 1 : 2;
}

function likelihood(folder: string): number {
  const name = posix.basename(folder);
  const index = LIKELY_NAMES.findIndex((likely) => name === likely || name.split(/[-_.]/).includes(likely));
  if (index !== -1) return index;
  return LIKELY_NAMES.length + (UNLIKELY_NAMES.test(name) ? 1 : 0);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
