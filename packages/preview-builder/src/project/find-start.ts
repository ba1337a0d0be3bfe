import { posix } from "node:path";
import { findFile } from "#bundle/find-file.ts";
import type { KindQuestion } from "#project/detect-kind.ts";
import { firstRoute, startsRouter } from "#project/expo-routes.ts";
import type { ExpoRoutes } from "#project/expo-routes.ts";
import { PAGE_PATHS, SCRIPT_PATH, SCRIPT_STEMS, isBuildOutput } from "#project/start-paths.ts";

/** The page of the project, by the usual names; a page of another name only when it lies beside package.json. */
export function findPage({ files, packageJson, pageFolders }: KindQuestion): string | undefined {
  const home = posix.dirname(packageJson.path);
  const named = [
    ...pageFolders.map((folder) => `${folder}/index.html`),
    ...PAGE_PATHS.map((path) => posix.join(home, path)),
  ];
  const known = named.find((path) => files.has(path));
  return known ?? files.paths.find((path) => /\.html?$/i.test(path) && posix.dirname(path) === home);
}

/** The script of the project: what package.json or app.json names where that is source of its own, else the usual names. */
export function findScript(question: KindQuestion, routes: ExpoRoutes | undefined): string | undefined {
  const { packageJson } = question;
  if (routes !== undefined && startsRouter(packageJson.main ?? "")) return firstRoute(routes);
  // Expo's own entry shows the project's App.
  const isExpoEntry = /^(?:node_modules\/)?expo\/AppEntry(?:\.js)?$/.test(packageJson.main ?? "");
  const main = isExpoEntry ? ["App", "src/App", "app/App"] : [packageJson.main];
  const stems = [packageJson.expoEntry, packageJson.source, ...main].filter((stem) => stem !== undefined);
  return [...stems, ...SCRIPT_STEMS].map((stem) => scriptAt(question, stem)).find((path) => path !== undefined);
}

/** The script that a path below the project's folder means; never what a build wrote. */
export function scriptAt({ files, packageJson, options }: KindQuestion, stem: string): string | undefined {
  const path = findFile(files, posix.join(posix.dirname(packageJson.path), stem), options.platform);
  return path !== undefined && SCRIPT_PATH.test(path) && !isBuildOutput(path) ? path : undefined;
}
