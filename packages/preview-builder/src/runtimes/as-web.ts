import type { Plugin } from "esbuild";

/**
 * Lets files of a part's packages see that they are in a page, whatever platform a preview shows: what they do about addresses and
 * links is done by the browser. Files that are left out look as the platform does.
 */
export function asWeb(isMeant: (importer: string) => boolean): Plugin {
  return {
    name: "as-web",
    setup(build) {
      build.onResolve({ filter: /^react-native$/ }, ({ path, importer }) =>
        isMeant(importer) ? { path, namespace: "as-web" } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "as-web" }, () => ({ contents: MODULE, loader: "js" }));
    },
  };
}

const MODULE = `const own = globalThis.__hivesync.modules["react-native"];
const select = (choices) => "web" in choices ? choices.web : choices.default;
module.exports = { ...own, Platform: { ...own.Platform, OS: "web", select }, __esModule: true };`;
