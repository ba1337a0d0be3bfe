import type { OnLoadResult } from "esbuild";
import { importAssetUrls } from "#bundle/asset-urls.ts";
import { imageSize } from "#bundle/image-size.ts";
import { contentTypeOf, toDataUrl } from "#bundle/media-types.ts";
import { NAMESPACES } from "#bundle/namespaces.ts";
import type { FileNamespace } from "#bundle/namespaces.ts";
import { prepareCode } from "#bundle/prepare-code.ts";
import { resolveImport } from "#bundle/resolve-import.ts";
import type { TransformContext, Transformed } from "#transforms/source-transform.ts";
import { transformOf } from "#transforms/transform-table.ts";

const LOADER_BY_NAMESPACE = { "vfs-raw": "text", "vfs-url": "dataurl", "vfs-bytes": "binary" } as const;

/** Reads one file of the project for the bundler. */
export async function loadFile(
  context: TransformContext,
  namespace: FileNamespace,
  path: string,
): Promise<OnLoadResult> {
  const contents = await context.files.bytes(path);
  if (namespace !== "vfs") return { contents, loader: LOADER_BY_NAMESPACE[namespace] };
  const transform = transformOf(path, context);
  if (transform !== undefined) {
    const text = new TextDecoder().decode(contents);
    return prepareTransformed(await transform.transform({ path, text }, context), { context, path });
  }
  const loader = contentTypeOf(path)?.loader;
  if (loader === undefined) {
    return { errors: [{ text: `Files like "${path}" cannot be imported; "?raw" gives the text, "?url" a URL.` }] };
  }
  if (loader === "dataurl" && context.kind.imagesAreSources) {
    const source = { uri: toDataUrl(path, contents), ...imageSize(contents) };
    return { contents: `module.exports = ${JSON.stringify(source)};`, loader: "js" };
  }
  const isStyle = loader === "css" || loader === "local-css";
  const isScript = ["tsx", "ts", "jsx"].includes(loader);
  if (!isScript && !isStyle) return { contents, loader };
  const isAssetFile = (specifier: string): boolean =>
    resolveImport(context, { specifier, importer: path, kind: "url-token" }).found === "file" &&
    contentTypeOf(specifier)?.loader === "dataurl";
  const text = new TextDecoder().decode(contents);
  const code = isScript ? importAssetUrls(text, isAssetFile) : text;
  return prepareCode(
    { contents: code, loader, name: `${namespace}:${path}`, importer: path },
    { settings: context.settings, paths: context.files.paths },
  );
}

async function prepareTransformed(
  { contents, loader, map, warnings = [], errors = [] }: Transformed,
  { context, path }: { context: TransformContext; path: string },
): Promise<OnLoadResult> {
  if (errors.length > 0) return { errors: [...errors], warnings: [...warnings] };
  const prepared = await prepareCode(
    { contents, loader, map, name: `${NAMESPACES.file}:${path}`, importer: path },
    { settings: context.settings, paths: context.files.paths },
  );
  return { ...prepared, warnings: [...warnings, ...(prepared.warnings ?? [])] };
}

/** A module whose exports are read from the prebuilt runtime in the page; unused ones fall away. */
export function runtimeModule(specifier: string, names: readonly string[]): string {
  const rows = names
    .filter((name) => name === "default" || /^[A-Za-z_$][\w$]*$/.test(name))
    .map((name) =>
      name === "default"
        ? `export default /* @__PURE__ */ __get("default");`
        : `const __${name} = /* @__PURE__ */ __get("${name}"); export { __${name} as ${name} };`,
    );
  return [`const __get = (name) => globalThis.__hivesync.modules[${JSON.stringify(specifier)}][name];`, ...rows].join(
    "\n",
  );
}
