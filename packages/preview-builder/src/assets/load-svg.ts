import type { OnLoadResult } from "esbuild";
import { svgComponent } from "#assets/svg-component.ts";
import { toDataUrl } from "#bundle/media-types.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

/** What a plain import of an SVG gives, by the tool that a project has for it. The first row whose package it names is taken. */
const TOOLS: readonly { readonly packageName: string; readonly gives: "component" | "both" }[] = [
  { packageName: "react-native-svg-transformer", gives: "component" },
  { packageName: "react-scripts", gives: "both" },
  { packageName: "vite-plugin-svgr", gives: "both" },
  { packageName: "@svgr/rollup", gives: "both" },
  { packageName: "@svgr/webpack", gives: "component" },
];

type LoadContext = Pick<TransformContext, "files" | "kind" | "packageJson">;

/** `?react`: a React component. */
export async function loadSvgComponent(context: LoadContext, path: string): Promise<OnLoadResult> {
  const isNative = context.kind.imagesAreSources ?? false;
  const code = svgComponent(await context.files.text(path), { isNative });
  if (code === undefined) return { errors: [{ text: `"${path}" holds no <svg> element.` }] };
  return { contents: code, loader: "js" };
}

/** Undefined where a plain import of it is that of any other picture. */
export async function loadSvg(context: LoadContext, path: string): Promise<OnLoadResult | undefined> {
  const tool = TOOLS.find(({ packageName }) => context.packageJson.dependencies.has(packageName));
  if (tool === undefined) return undefined;
  const loaded = await loadSvgComponent(context, path);
  if (tool.gives === "component" || typeof loaded.contents !== "string") return loaded;
  const url = JSON.stringify(toDataUrl(path, await context.files.bytes(path)));
  return {
    ...loaded,
    contents: `${loaded.contents.replace("export default function", "function")}\nexport default ${url};`,
  };
}
