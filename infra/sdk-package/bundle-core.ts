import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Something bundled for browsers. */
export interface BrowserBundle {
  text: string;
  gzipBytes: number;
  /** Modules of Node that it would need. */
  nodeModules: string[];
}

/** Bundles code that imports the SDK's core, as a page would load it; `sdkUse` holds what it exports. */
export async function bundleForBrowser(source: string, resolveDir: string): Promise<BrowserBundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir, loader: "ts" },
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "sdkUse",
    platform: "browser",
    target: "es2022",
    // Kept out so that they show below, in place of failing one after the other.
    external: ["node:*"],
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const text = outputFiles.map((file) => file.text).join("");
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const nodeModules = imports.filter((one) => one.external === true).map((one) => one.path);
  return { text, gzipBytes: gzipSync(text).length, nodeModules: [...new Set(nodeModules)] };
}
