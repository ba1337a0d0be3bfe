import { posix } from "node:path";
import type { PreviewPlatform } from "#build-result.ts";
import { findFile } from "#bundle/find-file.ts";
import type { GeneratedModule } from "#bundle/project-plugin.ts";
import type { PackageJson } from "#project/package-json.ts";
import type { ProjectFiles } from "#project/project-files.ts";

/** An app whose screens are the files of a folder, as Expo Router has it. */
export interface ExpoRoutes {
  /** The folder, as a project path. */
  readonly folder: string;
  /** Project paths of the routes and layouts, sorted. */
  readonly paths: readonly string[];
}

/** The generated module that hands the routes to the page. */
export const ROUTES_MODULE = "hivesync:expo-routes";
/** What such an app starts from: its package.json or its own first script names it. */
export const ROUTER_ENTRY = "expo-router/entry";

const ROUTE = /\.[jt]sx?$/;
/** Those that are for a server, for the page around the app, or for links from outside. */
const NO_SCREEN = /(?:^|\/)(?:[^/]*\+api|\+(?:html|middleware|native-intent))\.[jt]sx?$|\.d\.ts$/;
/** A variant is chosen where the plain name is imported. */
const VARIANT = /\.(?:web|ios|android|native)\.[jt]sx?$/;

/** Whether a script, or what package.json names, starts Expo Router. */
export function startsRouter(name: string): boolean {
  return /^(?:\.\/)?(?:node_modules\/)?expo-router\/entry(?:-classic)?(?:\.js)?$/.test(name);
}

/** Finds the routes of a project that uses Expo Router. Undefined where there are none. */
export function findExpoRoutes(files: ProjectFiles, packageJson: PackageJson): ExpoRoutes | undefined {
  if (!packageJson.dependencies.has("expo-router")) return undefined;
  const home = posix.dirname(packageJson.path);
  const names = packageJson.routesFolder === undefined ? ["app", "src/app"] : [packageJson.routesFolder];
  for (const folder of names.map((name) => posix.join(home, name))) {
    const paths = files.paths.filter((path) => path.startsWith(`${folder}/`) && ROUTE.test(path));
    const screens = paths.filter((path) => !NO_SCREEN.test(path) && !VARIANT.test(path));
    if (screens.length > 0) return { folder, paths: screens.toSorted() };
  }
  return undefined;
}

/** The file that stands for the whole app: its outermost layout, else its first screen. */
export function firstRoute({ folder, paths }: ExpoRoutes): string | undefined {
  const found = ["_layout", "index"].map((name) =>
    paths.find((path) => path.replace(ROUTE, "") === `${folder}/${name}`),
  );
  return found.find((path) => path !== undefined) ?? paths[0];
}

/** Gives the page the routes by their paths; each is run when it is first asked for, in the variant of the platform. */
export function routesModule(
  { folder, paths }: ExpoRoutes,
  { files, platform }: { readonly files: ProjectFiles; readonly platform: PreviewPlatform },
): GeneratedModule {
  const rows = paths.map((path) => {
    const key = `./${posix.relative(folder, path)}`;
    return `${JSON.stringify(key)}: () => require(${JSON.stringify(`vfs:${findFile(files, path, platform) ?? path}`)}),`;
  });
  const contents = [
    "const files = { __proto__: null,",
    ...rows,
    "};",
    'const more = { keys: () => Object.keys(files), resolve: (name) => name, id: "app" };',
    "globalThis.__hivesync.routes = Object.assign((name) => files[name](), more);",
  ].join("\n");
  return { contents, loader: "js" };
}
