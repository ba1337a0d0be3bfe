import type { Bundle } from "#bundle/bundle-project.ts";
import type { KeptBundle } from "#kept-modules/bundle-kept.ts";
import { USER_SCRIPT_NAME, finishPage } from "#page/finish-page.ts";
import type { ServedPage } from "#page/serve-public-files.ts";
import type { Project } from "#project/read-project.ts";
import { finishSourceMap } from "#report/source-map.ts";

interface Written {
  readonly bundle: Bundle | KeptBundle;
  readonly scripts: readonly string[];
  readonly served: ServedPage;
}

/** The finished page. A script of kept modules is put in as bytes: there is no text of it as a whole. */
export function writePage(project: Project, { bundle, scripts, served }: Written): Buffer {
  const hasScript = project.kind.startsFrom === "script" || project.page.scriptImports.length > 0;
  const [prelude, ...frameworks] = scripts.filter((script) => script !== "");
  const html = finishPage(project.page, {
    ...bundle,
    script: hasScript ? served.script : "",
    scriptStyles: bundle.scriptStyles + served.styles,
    preludes: [prelude ?? "", served.prelude],
    runtimes: frameworks,
    title: project.title,
    isTitleForced: project.isTitleForced,
    platform: project.page.context.platform,
  });
  const at = "linked" in bundle ? html.lastIndexOf(served.script) : -1;
  if (!("linked" in bundle) || at === -1) return Buffer.from(html);
  const after = Buffer.from(html.slice(at + served.script.length));
  return Buffer.concat([Buffer.from(html.slice(0, at)), ...bundle.linked.script, after]);
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
