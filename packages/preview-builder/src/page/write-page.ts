import type { Bundle } from "#bundle/bundle-project.ts";
import type { KeptBundle } from "#kept-modules/bundle-kept.ts";
import type { MadeScripts } from "#make-scripts.ts";
import { USER_SCRIPT_NAME, finishPage } from "#page/finish-page.ts";
import type { Project } from "#project/read-project.ts";
import { finishSourceMap } from "#report/source-map.ts";

const LINE_FEED = 10;

/** What a page is told of its place among the others. */
export interface PlaceInSite {
  /** The addresses of all pages. */
  readonly addresses: readonly string[];
  /** How many lines stand before the page's script, so that no two scripts of a project have the same places. */
  readonly linesBefore: number;
}

/** The finished page. A script of kept modules is put in as bytes: there is no text of it as a whole. */
export function writePage(project: Project, made: MadeScripts, { addresses, linesBefore }: PlaceInSite): Buffer {
  const { bundle, served, runtimes, packages } = made;
  const scripts = [...runtimes.map(({ script }) => script), packages.script];
  const [prelude, ...frameworks] = scripts.filter((script) => script !== "");
  const html = finishPage(project.page, {
    ...bundle,
    script: hasScript(project) ? "\n".repeat(linesBefore) + served.script : "",
    scriptStyles: bundle.scriptStyles + served.styles,
    preludes: [prelude ?? "", served.prelude],
    runtimes: frameworks,
    title: project.title,
    isTitleForced: project.isTitleForced,
    platform: project.page.context.platform,
    addresses,
  });
  const at = "linked" in bundle ? html.lastIndexOf(served.script) : -1;
  if (!("linked" in bundle) || at === -1) return Buffer.from(html);
  const after = Buffer.from(html.slice(at + served.script.length));
  return Buffer.concat([Buffer.from(html.slice(0, at)), ...bundle.linked.script, after]);
}

/** Whether anything of the project's is bundled into the page's script. */
export function hasScript({ kind, page }: Project): boolean {
  return kind.startsFrom === "script" || page.scriptImports.length > 0;
}

/** How many lines the page's script takes. */
export function scriptLines({ bundle, served }: MadeScripts): number {
  const scripts = "linked" in bundle ? bundle.linked.script : [served.script];
  // The name of the script follows on a line of its own.
  return scripts.reduce((sum, script) => sum + linesIn(script), 2);
}

function linesIn(script: string | Uint8Array): number {
  if (typeof script === "string") return script.split("\n").length - 1;
  return script.reduce((count, byte) => (byte === LINE_FEED ? count + 1 : count), 0);
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
