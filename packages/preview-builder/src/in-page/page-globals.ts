/** What the page's scripts share: set up by the prelude, filled by the runtimes, read by user code's imports. */
interface PageGlobals {
  readonly platform: "web" | "ios" | "android";
  readonly modules: Record<string, unknown>;
}

declare global {
  var __hivesync: PageGlobals;
}

/** Where a page without markup of its own is mounted; the builder writes the element. */
export const ROOT_ID = "root";
