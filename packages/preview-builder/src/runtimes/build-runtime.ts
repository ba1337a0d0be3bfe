import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileFunction } from "node:vm";
import { build } from "esbuild";
import type { BuildOptions as EsbuildOptions, Plugin } from "esbuild";
import type { BuildOptions } from "#build-result.ts";
import { asWeb } from "#runtimes/as-web.ts";
import { innerNativeModule } from "#runtimes/inner-native-module.ts";
import { RUNTIME_PARTS } from "#runtimes/runtime-parts.ts";
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
      "process.env": JSON.stringify({ NODE_ENV: mode, EXPO_OS: "web" }),
      "process.env.NODE_ENV": JSON.stringify(mode),
      "process.env.EXPO_OS": JSON.stringify("web"),
      __DEV__: String(mode === "development"),
      __VUE_OPTIONS_API__: "true",
      __VUE_PROD_DEVTOOLS__: "false",
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
      global: "globalThis",
    },
    tsconfigRaw: {},
    // What is written for React Native has files of its own for the web, and JSX in any file.
    resolveExtensions: [".web.tsx", ".web.ts", ".web.js", ".tsx", ".ts", ".jsx", ".js", ".css", ".json"],
    loader: { ".js": "jsx", ".png": "dataurl" },
  };
  const [script, exports] = await Promise.all([bundleScript(part, shared), listExports(part, shared)]);
  return { script, exports };
}

async function bundleScript(part: RuntimePart, shared: EsbuildOptions): Promise<string> {
  const lazy = new Set(part.actsOnImport);
  const modules = Object.entries(part.modules);
  const imports: string[] = [];
  const rows = modules.map(([specifier, source], index) => {
    const [name, from] = [JSON.stringify(specifier), JSON.stringify(source)];
    // `require` of such a module runs it when the getter is asked for the first time, and not before.
    if (lazy.has(specifier)) return `Object.defineProperty(modules, ${name}, { get: () => require(${from}) });`;
    imports.push(`import * as m${index} from ${from};`);
    return `modules[${name}] = m${index};`;
  });
  const contents = [...imports, "const { modules } = globalThis.__hivesync;", ...rows].join("\n");
  const result = await build({
    ...shared,
    stdin: { contents, resolveDir: IN_PAGE_DIRECTORY, loader: "ts", sourcefile: "part" },
    // Nothing is written: it is where styles would be.
    outdir: "out",
    format: "iife",
    minifyWhitespace: true,
    // Code stays as it is in development: its names are in messages, and older Reacts look at their own.
    minify: shared.define?.["__DEV__"] === "false",
    legalComments: "none",
    plugins: [
      ...(part.isAsWeb === undefined ? [] : [asWeb(part.isAsWeb)]),
      takeOwnFiles(part),
      readFromOtherParts(part, { isListing: false }),
      takeOwnPackages(part),
    ],
  });
  const text = (ending: string): string => result.outputFiles?.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return text(".js") + addStyles(text(".css"));
}

/** A part is a script: what its packages have of styles it puts into the page itself. */
function addStyles(css: string): string {
  if (css === "") return "";
  return `document.head.append(Object.assign(document.createElement("style"), { textContent: ${JSON.stringify(css)} }));\n`;
}

async function listExports(part: RuntimePart, shared: EsbuildOptions): Promise<BuiltRuntime["exports"]> {
  const modules = Object.entries(part.modules);
  const entryPoints = modules.map(([, source], index) => ({ in: source, out: String(index) }));
  const { metafile } = await build({
    ...shared,
    entryPoints,
    format: "esm",
    splitting: true,
    outdir: "exports",
    metafile: true,
    plugins: [readFromOtherParts(part, { isListing: true }), takeOwnPackages(part)],
  });
  const names = modules.map(([, source], index) => ({
    source,
    names: metafile?.outputs[`exports/${index}.js`]?.exports ?? [],
  }));
  // A CommonJS package shows only its default export to the bundler: its names are those of the object it exports.
  const isCommonJs = (row: (typeof names)[number]): boolean =>
    row.names.length === 1 && row.names[0] === "default" && !row.source.startsWith("./");
  const commonJs = await namesOfCommonJs(
    part,
    shared,
    names.filter(isCommonJs).map(({ source }) => source),
  );
  return Object.fromEntries(
    modules.map(([specifier, source], index) => {
      const own = names[index]?.names ?? [];
      return [
        specifier,
        (commonJs.has(source) ? [...new Set(["default", ...(commonJs.get(source) ?? [])])] : own).toSorted(),
      ];
    }),
  );
}

/** Runs CommonJS packages, in the versions of the part, to see what they export. */
async function namesOfCommonJs(
  part: RuntimePart,
  shared: EsbuildOptions,
  sources: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (sources.length === 0) return new Map();
  const rows = sources.map((source) => `[${JSON.stringify(source)}, Object.keys(require(${JSON.stringify(source)}))]`);
  const { outputFiles } = await build({
    ...shared,
    // What they ask of the page while they are looked at.
    define: { ...shared.define, "globalThis.__hivesync": JSON.stringify({ platform: "web", modules: {} }) },
    stdin: { contents: `module.exports = [${rows.join(", ")}];`, resolveDir: IN_PAGE_DIRECTORY, loader: "js" },
    outdir: "out",
    format: "cjs",
    plugins: [readFromOtherParts(part, { isListing: true }), takeOwnPackages(part)],
  });
  const script = outputFiles?.find(({ path }) => path.endsWith(".js"))?.text ?? "";
  const run = compileFunction(script, ["module", "exports", "require"]) as (
    module: { exports: [string, string[]][] },
    exports: object,
    require: NodeJS.Require,
  ) => void;
  const module: { exports: [string, string[]][] } = { exports: [] };
  run(module, {}, createRequire(import.meta.url));
  return new Map(module.exports);
}

/** Says that a name is already one of this package's own dependencies. */
const LOOKED_UP = Symbol("looked up");

/** Gives files of a part's packages that import each other those of ours in the place of some. */
function takeOwnFiles({ files = {} }: RuntimePart): Plugin {
  return {
    name: "own-files",
    setup(build) {
      for (const [name, own] of Object.entries(files)) {
        build.onResolve({ filter: new RegExp(`^\\.{1,2}/(?:.*/)?${name}$`) }, () => ({
          path: join(IN_PAGE_DIRECTORY, own),
        }));
      }
    },
  };
}

/** Gives a part's imports of packages, and those of what it takes in, the packages in the part's version. */
function takeOwnPackages({ packages = {} }: RuntimePart): Plugin {
  return {
    name: "own-packages",
    setup(build) {
      for (const [name, actual] of Object.entries(packages)) {
        build.onResolve({ filter: new RegExp(`^${name}(?:/|$)`) }, ({ path, kind, pluginData }) => {
          if (pluginData === LOOKED_UP) return undefined;
          const own = actual + path.slice(name.length);
          return build.resolve(own, { kind, resolveDir: IN_PAGE_DIRECTORY, pluginData: LOOKED_UP });
        });
      }
    },
  };
}

/**
 * Makes imports of another part's modules read that part from the page, so that there is one React and not two. To list names
 * the modules themselves are looked at, as a package may pass all of theirs on.
 */
function readFromOtherParts(part: RuntimePart, { isListing }: { readonly isListing: boolean }): Plugin {
  const others = RUNTIME_PARTS.filter(({ name }) => part.needs.includes(name));
  return {
    name: "other-parts",
    setup(build) {
      build.onResolve({ filter: /^react-native(?:-web)?\/./ }, ({ path }) =>
        part.needs.includes("react-native") && innerNativeModule(path) !== undefined
          ? { path, namespace: "native-inner" }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "native-inner" }, ({ path }) => ({
        contents: innerNativeModule(path) ?? "",
        loader: "js",
      }));
      build.onResolve({ filter: /^[@a-z]/ }, ({ path, kind, pluginData }) => {
        if (pluginData === LOOKED_UP) return undefined;
        const owner = others.find((other) => Object.hasOwn(other.modules, path));
        const source = owner?.modules[path];
        if (owner === undefined || source === undefined) return undefined;
        if (!isListing) return { path, namespace: "part", pluginData: owner };
        return build.resolve(source, { kind, resolveDir: IN_PAGE_DIRECTORY, pluginData: LOOKED_UP });
      });
      build.onLoad({ filter: /.*/, namespace: "part" }, ({ path, pluginData }) => {
        const read = `globalThis.__hivesync.modules[${JSON.stringify(path)}]`;
        const { isCommonJs } = pluginData as RuntimePart;
        return {
          contents: `module.exports = ${isCommonJs === true ? `${read}.default` : `{ ...${read}, __esModule: true }`};`,
          loader: "js",
        };
      });
    },
  };
}
