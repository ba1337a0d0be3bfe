/** What the page's scripts share: set up by the prelude, filled by the runtimes, read by user code's imports. */
/** A folder's modules by their paths below it, as `require.context` gives them. */
export interface RouteFiles {
  (name: string): unknown;
  keys(): string[];
  resolve(name: string): string;
  readonly id: string;
}

interface PageGlobals {
  readonly platform: "web" | "ios" | "android";
  readonly modules: Record<string, unknown>;
  /** The addresses of the project's pages that the preview holds, `/` being the one that it begins with. */
  readonly pages: readonly string[];
  /** What `location` means in the project's code. Absent in workers, which have their own. */
  readonly location?: Location;
  /** Set by the project's script where its routes are files (see project/expo-routes.ts). */
  routes?: RouteFiles;
}

declare global {
  var __hivesync: PageGlobals;
}

/** Where a page without markup of its own is mounted; the builder writes the element. */
export const ROOT_ID = "root";
