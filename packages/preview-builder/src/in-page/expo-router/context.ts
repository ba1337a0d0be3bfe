import type { RouteFiles } from "../page-globals.ts";

/** The route files of the app, as Expo's bundler gives them. */
export const ctx: RouteFiles = Object.assign((name: string) => globalThis.__hivesync.routes?.(name), {
  keys: () => globalThis.__hivesync.routes?.keys() ?? [],
  resolve: (name: string) => name,
  id: "app",
});
