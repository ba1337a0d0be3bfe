import path from "node:path";
import { build as esbuild } from "esbuild";
import { build as viteBuild } from "vite";

// Bare bundlers in a process of their own, which stays warm: what they hold and collect slows down nobody else.

/** A build to be made, and timed, of an entry in a folder. */
export interface BundlerOrder {
  bundler: "esbuild" | "vite";
  folder: string;
  entry: string;
}

/** How long it took, or why it failed. */
export type BundlerAnswer = { ms: number } | { ms?: never; problem: string };

const extensions = [".ios.tsx", ".ios.ts", ".native.ts", ".tsx", ".ts", ".jsx", ".js", ".json"];
const alias = { "react-native": "react-native-web" };
const define = { "process.env.NODE_ENV": '"production"', __DEV__: "false" };

function bareEsbuild(folder: string, entry: string): Promise<unknown> {
  return esbuild({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    sourcemap: true,
    outdir: "out",
    write: true,
    jsx: "automatic",
    logLevel: "error",
    resolveExtensions: extensions,
    alias,
    define,
  });
}

function bareVite(folder: string, entry: string): Promise<unknown> {
  return viteBuild({
    root: folder,
    configFile: false,
    logLevel: "error",
    resolve: { extensions, alias },
    define,
    build: { sourcemap: true, outDir: "out-vite", rolldownOptions: { input: path.join(folder, entry) } },
  });
}

const bundlers = { esbuild: bareEsbuild, vite: bareVite };

process.on("message", ({ bundler, folder, entry }: BundlerOrder) => {
  const start = performance.now();
  bundlers[bundler](folder, entry).then(
    () => process.send?.({ ms: performance.now() - start } satisfies BundlerAnswer),
    (error: unknown) => process.send?.({ problem: String(error) } satisfies BundlerAnswer),
  );
});
