import type { Bundle } from "#bundle/bundle-project.ts";
import type { KeptBundle } from "#kept-modules/bundle-kept.ts";
import { USER_SCRIPT_NAME, finishPage } from "#page/finish-page.ts";
import type { Project } from "#project/read-project.ts";
import { finishSourceMap } from "#report/source-map.ts";

/** The finished page. A script of kept modules is put in as bytes: there is no text of it as a whole. */
export function writePage(project: Project, bundle: Bundle | KeptBundle, scripts: readonly string[]): Buffer {
  const hasScript = project.kind.startsFrom === "script" || project.page.scriptImports.length > 0;
  const [prelude, ...frameworks] = scripts.filter((script) => script !== "");
  const linked = "linked" in bundle ? bundle.linked : undefined;
  const html = finishPage(project.page, {
    ...bundle,
    script: hasScript ? bundle.script : "",
    prelude: prelude ?? "",
    runtimes: frameworks,
    title: project.title,
    isTitleForced: project.isTitleForced,
    platform: project.page.context.platform,
  });
  const at = linked === undefined ? -1 : html.lastIndexOf(bundle.script);
  if (linked === undefined || at === -1) return Buffer.from(html);
  const after = Buffer.from(html.slice(at + bundle.script.length));
  return Buffer.concat([Buffer.from(html.slice(0, at)), ...linked.script, after]);
}

/** The finished source map of the page's script. */
export async function writeSourceMap({ files, page }: Project, bundle: Bundle | KeptBundle): Promise<Buffer> {
  if ("linked" in bundle) return Buffer.concat(bundle.linked.sourceMap);
  const context = { files, parts: page.parts, scriptName: USER_SCRIPT_NAME };
  return Buffer.from(await finishSourceMap(bundle.sourceMap, context));
}

/** How much of the page is the project's own script. */
export function scriptLength(bundle: Bundle | KeptBundle): number {
  if (!("linked" in bundle)) return bundle.script.length;
  return bundle.linked.script.reduce((sum, { length }) => sum + length, 0);
}
