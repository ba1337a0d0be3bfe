import type { Loader, OnLoadResult } from "esbuild";
import { loadSvg, loadSvgComponent } from "#assets/load-svg.ts";
import { nativeSource } from "#assets/native-source.ts";
import { importAssetUrls } from "#bundle/asset-urls.ts";
import type { UrlKind } from "#bundle/asset-urls.ts";
import { contentTypeOf, isAsset } from "#bundle/media-types.ts";
import { missingValues } from "#bundle/missing-values.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import type { FileNamespace } from "#bundle/namespaces.ts";
import { prepareCode } from "#bundle/prepare-code.ts";
import type { PrepareContext } from "#bundle/prepare-code.ts";
import { mappedTargets, resolveImport } from "#bundle/resolve-import.ts";
import { standInObject } from "#packages/host-module.ts";
import type { TransformContext, Transformed } from "#transforms/source-transform.ts";
import { AS_WRITTEN } from "#report/report-rows.ts";
import { transformOf } from "#transforms/transform-table.ts";

const LOADER_BY_NAMESPACE: Readonly<Partial<Record<FileNamespace, Loader>>> = {
  "vfs-raw": "text",
  "vfs-url": "dataurl",
  "vfs-bytes": "binary",
};
type Load = (context: TransformContext, path: string) => Promise<OnLoadResult>;
const LOAD_BY_NAMESPACE: Readonly<Partial<Record<FileNamespace, Load>>> = {
  "vfs-inline": loadInline,
  "vfs-component": loadSvgComponent,
  "vfs-init": (_context, path) => Promise.resolve({ contents: wasmModule(path), loader: "js" }),
};

/** Reads one file of the project for the bundler. */
export async function loadFile(
  context: TransformContext,
  namespace: FileNamespace,
  path: string,
): Promise<OnLoadResult> {
  const contents = await context.files.bytes(path);
  const loadAs = LOAD_BY_NAMESPACE[namespace];
  if (loadAs !== undefined) return loadAs(context, path);
  const asLoader = LOADER_BY_NAMESPACE[namespace];
  if (asLoader !== undefined) return { contents, loader: asLoader };
  const transform = transformOf(path, context);
  if (transform !== undefined) {
    const text = new TextDecoder().decode(contents);
    return prepareTransformed(await transform.transform({ path, text }, context), { context, path });
  }
  const loader = contentTypeOf(path)?.loader;
  if (loader === undefined) {
    return { errors: [{ text: `Files like "${path}" cannot be imported; "?raw" gives the text, "?url" a URL.` }] };
  }
  const asComponent = /\.svg$/i.test(path) ? await loadSvg(context, path) : undefined;
  if (asComponent !== undefined) return asComponent;
  if (loader === "dataurl" && context.kind.imagesAreSources) {
    const source = await nativeSource(context.files, path);
    return { contents: `module.exports = ${JSON.stringify(source)};`, loader: "js" };
  }
  const isStyle = loader === "css" || loader === "local-css";
  const isScript = ["tsx", "ts", "jsx"].includes(loader);
  if (!isScript && !isStyle) return { contents, loader };
  const kindOf = (specifier: string): UrlKind => {
    const found = resolveImport(context, { specifier, importer: path, kind: "url-token" });
    if (found.found !== "file") return undefined;
    const foundLoader = contentTypeOf(found.path)?.loader;
    if (foundLoader === "dataurl") return "asset";
    return ["tsx", "ts", "jsx"].includes(foundLoader ?? "") ? "script" : undefined;
  };
  const text = new TextDecoder().decode(contents);
  const code = isScript ? importAssetUrls(text, kindOf) : text;
  const name = `${namespace}:${path}`;
  const prepared = await prepareCode({ contents: code, loader, name, importer: path }, preparing(context, path));
  const missing = isScript ? missingValues(context, { source: name, text }) : [];
  return { ...prepared, warnings: [...missing, ...(prepared.warnings ?? [])] };
}

function preparing(context: TransformContext, importer: string): PrepareContext {
  const mapped = (name: string): string | undefined => mappedTargets(context, name, { importer, isCss: false })[0];
  const { settings, files } = context;
  return {
    settings,
    // Asked for when they are needed: kept modules note whether they were (see kept-modules/recorded-files.ts).
    get paths() {
      return files.paths;
    },
    mapped,
  };
}

/** A stylesheet as text, and of anything else a data URL, as bundlers of pages have it. */
async function loadInline(context: TransformContext, path: string): Promise<OnLoadResult> {
  const contents = await context.files.bytes(path);
  const transform = /\.(?:css|scss|sass|less)$/i.test(path) ? transformOf(path, context) : undefined;
  if (transform === undefined) return { contents, loader: isAsset(path) ? "dataurl" : "text" };
  const text = new TextDecoder().decode(contents);
  const { contents: css, errors = [], warnings = [] } = await transform.transform({ path, text }, context);
  return { contents: css, loader: "text", errors: [...errors], warnings: [...warnings] };
}

/** `?init`: the bytes are in the page, so it is started from them. */
function wasmModule(path: string): string {
  const name = JSON.stringify(`/${path}`);
  return `import bytes from ${name} with { type: "bytes" };
export default async (imports = {}) => (await WebAssembly.instantiate(bytes, imports)).instance;`;
}

async function prepareTransformed(
  { contents, loader, map, warnings = [], errors = [] }: Transformed,
  { context, path }: { context: TransformContext; path: string },
): Promise<OnLoadResult> {
  const told = warnings.map((warning) => ({ ...warning, detail: AS_WRITTEN }));
  if (errors.length > 0) return { errors: errors.map((error) => ({ ...error, detail: AS_WRITTEN })), warnings: told };
  const name = `${NAMESPACES.file}:${path}`;
  const text = await context.files.text(path);
  if (map !== undefined) context.maps.set(name, { map, text });
  const prepared = await prepareCode({ contents, loader, map, name, importer: path }, preparing(context, path));
  const isScript = loader !== "css" && loader !== "local-css";
  const missing = isScript ? missingValues(context, { source: name, text }) : [];
  return { ...prepared, warnings: [...told, ...missing, ...(prepared.warnings ?? [])] };
}

/** The same for a module that is written anew for a page: what of a package's names it lacks is looked up as it is used. */
function filledModule(specifier: string): string {
  return `const own = globalThis.__hivesync.modules[${JSON.stringify(specifier)}];
module.exports = Object.create(${standInObject(specifier)}, Object.getOwnPropertyDescriptors(own));`;
}

/** A module whose exports are read from the prebuilt runtime in the page; unused ones fall away. */
export function runtimeModule(
  specifier: string,
  names: readonly string[],
  { actsOnImport, fillsIn }: { readonly actsOnImport: boolean; readonly fillsIn: boolean },
): string {
  if (fillsIn) return filledModule(specifier);
  // Asking for it is what makes such a module run (see runtimes/build-runtime.ts).
  const ask = actsOnImport ? [`globalThis.__hivesync.modules[${JSON.stringify(specifier)}];`] : [];
  const rows = names
    .filter((name) => name === "default" || /^[A-Za-z_$][\w$]*$/.test(name))
    .map((name) =>
      name === "default"
        ? `export default /* @__PURE__ */ get("default");`
        : `const __${name} = /* @__PURE__ */ get("${name}"); export { __${name} as ${name} };`,
    );
  const read = `const get = (name) => globalThis.__hivesync.modules[${JSON.stringify(specifier)}][name];`;
  return [...ask, read, ...rows].join("\n");
}
