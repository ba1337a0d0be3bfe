/** Where a project's page is looked for, below the folder of its package.json. */
export const PAGE_PATHS = ["index.html", "public/index.html", "src/index.html"];

/** Where its first script is looked for, without endings. */
export const SCRIPT_STEMS = [
  "index",
  "src/index",
  "src/main",
  "main",
  "App",
  "src/App",
  "app",
  "src/app",
  "app/_layout",
  "src/app/_layout",
];

/** Endings of what may be a first script. */
export const SCRIPT_PATH = /\.(?:[cm]?[jt]sx?|vue|svelte)$/;

const BUILD_OUTPUT =
  /(?:^|\/)(?:dist|build|out|\.next|\.nuxt|\.output|\.svelte-kit|\.parcel-cache|coverage|storybook-static|node_modules)\//;

/** Whether tools write what is at a path. Nobody's source, it is shown only to those who name it. */
export function isBuildOutput(path: string): boolean {
  return BUILD_OUTPUT.test(path);
}
