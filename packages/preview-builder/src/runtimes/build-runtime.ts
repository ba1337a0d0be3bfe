import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { BuildOptions as EsbuildOptions, Plugin } from "esbuild";
import type { BuildOptions } from "#build-result.ts";
import { partOfModule } from "#runtimes/runtime-parts.ts";
import type { RuntimePart } from "#runtimes/runtime-parts.ts";

/** A built part: the script for the page, and the names that each of its modules exports. */
export interface BuiltRuntime {
  readonly script: string;
  readonly exports: Readonly<Record<string, readonly string[]>>;
}

/** The folder of the code that runs in the page; its content is part of the cache key. */
export const IN_PAGE_DIRECTORY = fileURLToPath(new URL("../in-page/", import.meta.url));

/** Bundles a part from this package's own dependencies: trusted code, unlike the project's. */
export async function buildRuntime(part: RuntimePart, mode: NonNullable<BuildOptions["mode"]>): Promise<BuiltRuntime> {
  const shared: EsbuildOptions = {
    bundle: true,
    write: false,
    logLevel: "silent",
    absWorkingDir: IN_PAGE_DIRECTORY,
    define: {
      "process.env.NODE_ENV": JSON.stringify(mode),
      __DEV__: String(mode === "development"),
      global: "globalThis",
    },
    tsconfigRaw: {},
    plugins: [readFromOtherParts(part)],
  };
  const [script, exports] = await Promise.all([bundleScript(part, shared), listExports(part, shared)]);
  return { script, exports };
}

async function bundleScript(part: RuntimePart, shared: EsbuildOptions): Promise<string> {
  const modules = Object.entries(part.modules);
  const imports = modules.map(([, source], index) => `import * as m${index} from ${JSON.stringify(source)};`);
  const rows = modules.map(([specifier], index) => `modules[${JSON.stringify(specifier)}] = m${index};`);
  const contents = [...imports, "const { modules } = globalThis.__hivesync;", ...rows].join("\n");
  const result = await build({
    ...shared,
    stdin: { contents, resolveDir: IN_PAGE_DIRECTORY, loader: "ts" },
    format: "iife",
    minify: true,
    legalComments: "none",
  });
  return result.outputFiles?.[0]?.text ?? "";
}

async function listExports(part: RuntimePart, shared: EsbuildOptions): Promise<BuiltRuntime["exports"]> {
  const modules = Object.entries(part.modules);
  const entryPoints = modules.map(([, source], index) => ({ in: source, out: String(index) }));
  const options: EsbuildOptions = {
    ...shared,
    entryPoints,
    format: "esm",
    splitting: true,
    outdir: "exports",
    metafile: true,
  };
  const { metafile } = await build(options);
  const namesOf = (index: number, source: string): string[] => {
    const names = metafile?.outputs[`exports/${index}.js`]?.exports ?? [];
    // A CommonJS package shows only its default export to the bundler: its names are those of the object it exports.
    const isCommonJs = names.length === 1 && names[0] === "default" && !source.startsWith("./");
    return isCommonJs ? ["default", ...Object.keys(createRequire(import.meta.url)(source) as object)] : names;
  };
  return Object.fromEntries(modules.map(([specifier, source], index) => [specifier, namesOf(index, source).sort()]));
}

/** Makes imports of another part's modules read that part from the page, so that there is one React and not two. */
function readFromOtherParts(part: RuntimePart): Plugin {
  return {
    name: "other-parts",
    setup(build) {
      build.onResolve({ filter: /^[a-z]/ }, ({ path }) => {
        const owner = partOfModule(path);
        return owner === undefined || !part.needs.includes(owner.name) ? undefined : { path, namespace: "part" };
      });
      build.onLoad({ filter: /.*/, namespace: "part" }, ({ path }) => ({
        contents: `module.exports = globalThis.__hivesync.modules[${JSON.stringify(path)}].default;`,
        loader: "js",
      }));
    },
  };
}
