import { transform } from "esbuild";
import { APP_LOCATION, replaceLocation } from "#bundle/app-location.ts";
import { isEsbuildFailure } from "#bundle/esbuild-failure.ts";
import { contentTypeOf } from "#bundle/media-types.ts";
import { followLink, linkedPage } from "#page/follow-link.ts";
import { inlineAssets } from "#page/inline-assets.ts";
import { escapeWrittenScript } from "#page/escape-inline.ts";
import {
  attribute,
  elementsIn,
  newElement,
  remove,
  removeAttribute,
  replaceWith,
  setText,
  textOf,
} from "#page/html-tree.ts";
import type { HtmlElement } from "#page/html-tree.ts";
import { compilePageTailwind } from "#page/page-tailwind.ts";
import { addPart, isRemote, resolveUrl, rowAtElement } from "#page/page-source.ts";
import type { PageSource } from "#page/page-source.ts";
import { isModuleFile } from "#project/page-scripts.ts";
import { reportRows } from "#report/report-rows.ts";

type Handler = (page: PageSource, element: HtmlElement) => Promise<void> | void;

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ["script", readScript],
  ["link", readLink],
  ["style", readStyle],
  ["meta", readMeta],
  ["base", readBase],
]);
const DROPPED_LINKS = /^(?:modulepreload|preload|prefetch|preconnect|dns-prefetch|manifest)$/;
const ENCODED_TYPES = /^(?:|text\/javascript|application\/javascript|text\/ecmascript)$/;

/** Takes the page's scripts, styles and assets in: fills the lists of `page` and changes its tree. */
export async function readPage(page: PageSource): Promise<void> {
  await compilePageTailwind(page);
  for (const element of elementsIn(page.document)) {
    await HANDLERS.get(element.tagName)?.(page, element);
    await inlineAssets(page, element);
    await followLink(page, element);
    replaceInHandlers(element);
  }
}

/** `onclick="location.href = 'done.html'"` is a script too. */
function replaceInHandlers(element: HtmlElement): void {
  for (const attr of element.attrs) if (/^on\w+$/.test(attr.name)) attr.value = replaceLocation(attr.value);
}

async function readScript(page: PageSource, element: HtmlElement): Promise<void> {
  const type = (attribute(element, "type") ?? "").trim().toLowerCase();
  const src = attribute(element, "src");
  const isModule = type === "module";
  if (type === "importmap") warn(page, element, "Import maps are left out of previews.");
  if (type === "importmap" || attribute(element, "nomodule") !== undefined) return remove(element);
  if (!isModule && !ENCODED_TYPES.test(type)) return;
  if (src !== undefined && isRemote(src)) {
    warn(page, element, `The script "${src}" is on another server and is left out.`);
    return remove(element);
  }
  if (src !== undefined && page.builtUrls.has(src)) return leaveOutBuilt(page, element, src);
  if (!isModule && !(await isUnsaidModule(page, src))) return inlineClassicScript(page, element, src);
  if (src === undefined) page.scriptImports.push(addPart(page, element, "ts"));
  else {
    const path = requireFile(page, element, src);
    if (path !== undefined) page.scriptImports.push(`vfs:${path}`);
  }
  remove(element);
}

/** Some bundlers start modules, or what has to be compiled, without the page saying so. */
async function isUnsaidModule(page: PageSource, src: string | undefined): Promise<boolean> {
  const resolution = src === undefined ? undefined : resolveUrl(page, src);
  if (resolution?.found !== "file") return false;
  return isModuleFile(resolution.path, await page.context.files.text(resolution.path));
}

function leaveOutBuilt(page: PageSource, element: HtmlElement, url: string): void {
  warn(page, element, `"${url}" is what a build writes: the preview is made from the source instead.`);
  remove(element);
}

/** A classic script shares the page's global scope, so it stays where and as it is; it is only checked for errors. */
async function inlineClassicScript(page: PageSource, element: HtmlElement, src: string | undefined): Promise<void> {
  const path = src === undefined ? undefined : requireFile(page, element, src);
  if (src !== undefined && path === undefined) return;
  const code = path === undefined ? textOf(element) : await page.context.files.text(path);
  const sourcefile = path === undefined ? addPart(page, element, "js") : `vfs:${path}`;
  const loader = path !== undefined && contentTypeOf(path)?.loader === "ts" ? "ts" : "js";
  try {
    const output = await transform(code, { loader, sourcefile, logLevel: "silent", tsconfigRaw: {} });
    const kept = loader === "ts" ? output.code : code;
    const inPage = replaceLocation(kept);
    setText(element, escapeWrittenScript(path === undefined ? inPage : `${inPage}\n//# sourceURL=${sourcefile}`));
  } catch (error) {
    if (!isEsbuildFailure(error)) throw error;
    page.errors.push(...reportRows(error.errors, { parts: page.parts, maps: new Map() }));
  }
  page.parts.delete(sourcefile);
  for (const name of ["src", "integrity", "crossorigin", "async", "defer"]) removeAttribute(element, name);
}

function readLink(page: PageSource, element: HtmlElement): void {
  const rel = (attribute(element, "rel") ?? "").toLowerCase();
  const href = attribute(element, "href") ?? "";
  if (DROPPED_LINKS.test(rel)) return remove(element);
  if (!rel.split(/\s+/).includes("stylesheet")) return;
  if (isRemote(href))
    return warn(page, element, `The stylesheet "${href}" is not part of the preview: it stays a link.`);
  if (page.builtUrls.has(href)) return leaveOutBuilt(page, element, href);
  const path = requireFile(page, element, href);
  if (path === undefined) return;
  const media = attribute(element, "media");
  const style = newElement("style", media === undefined ? {} : { media });
  page.styles.push({ element: style, entry: `vfs:${path}` });
  replaceWith(element, style);
}

function readStyle(page: PageSource, element: HtmlElement): void {
  if (page.styles.some((style) => style.element === element)) return;
  if ((attribute(element, "type") ?? "text/css") !== "text/css") return;
  page.styles.push({ element, entry: addPart(page, element, "css") });
}

function readMeta(page: PageSource, element: HtmlElement): void {
  const equivalent = attribute(element, "http-equiv")?.toLowerCase();
  if (equivalent === "refresh") return readRefresh(page, element);
  const isPolicy = equivalent === "content-security-policy";
  if (isPolicy) {
    warn(page, element, "The page's Content-Security-Policy is left out: it would forbid the preview's own script.");
  }
  // Everything was decoded as UTF-8; the finished page says so itself.
  if (isPolicy || attribute(element, "charset") !== undefined) remove(element);
}

/** A page that only leads on to another one, as by `0; url=docs/index.html`. A frame would be led out of the preview. */
function readRefresh(page: PageSource, element: HtmlElement): void {
  const content = attribute(element, "content") ?? "";
  const [, seconds = "0", url = ""] = /^\s*([\d.]+)\s*[;,]\s*(?:url\s*=)?\s*["']?(.*?)["']?\s*$/i.exec(content) ?? [];
  if (url === "" || isRemote(url)) return;
  const path = linkedPage(page, url);
  if (path !== undefined) page.links.push({ path, from: rowAtElement(page, element, `The refresh to "${url}"`) });
  const go = `setTimeout(() => ${APP_LOCATION}.replace(${JSON.stringify(url)}), ${Number(seconds) * 1_000});`;
  replaceWith(element, newElement("script", {}, escapeWrittenScript(go)));
}

function readBase(page: PageSource, element: HtmlElement): void {
  warn(page, element, "<base> is left out: a preview holds all of its files itself.");
  remove(element);
}

function requireFile(page: PageSource, element: HtmlElement, url: string): string | undefined {
  const resolution = resolveUrl(page, url);
  if (resolution.found === "file") return resolution.path;
  const text = resolution.found === "nothing" ? resolution.text : `"${url}" is not a file of the project.`;
  page.errors.push(rowAtElement(page, element, text));
  return undefined;
}

function warn(page: PageSource, element: HtmlElement, text: string): void {
  page.warnings.push(rowAtElement(page, element, text));
}
