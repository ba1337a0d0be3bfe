import { toDataUrl } from "#bundle/media-types.ts";
import type { HtmlElement } from "#page/html-tree.ts";
import { isRemote, resolveUrl, rowAtElement } from "#page/page-source.ts";
import type { PageSource } from "#page/page-source.ts";
import type { ProjectFiles } from "#project/project-files.ts";

/** Which attributes of which elements name a file that the page shows or plays. */
const ASSET_ATTRIBUTES: ReadonlyMap<string, readonly string[]> = new Map([
  ["img", ["src", "srcset"]],
  ["source", ["src", "srcset"]],
  ["video", ["src", "poster"]],
  ["audio", ["src"]],
  ["track", ["src"]],
  ["input", ["src"]],
  ["embed", ["src"]],
  ["object", ["data"]],
  ["link", ["href", "imagesrcset"]],
  ["image", ["href", "xlink:href"]],
]);
const URL_IN_STYLE = /url\(\s*(["']?)([^"')]+)\1\s*\)/g;

/** Puts the files that an element names into the element, as data URLs. */
export async function inlineAssets(page: PageSource, element: HtmlElement): Promise<void> {
  // The tree keeps `xlink:href` as a name with a prefix.
  const nameOf = (attr: { prefix?: string | undefined; name: string }): string =>
    attr.prefix === undefined || attr.prefix === "" ? attr.name : `${attr.prefix}:${attr.name}`;
  const wanted = ASSET_ATTRIBUTES.get(element.tagName) ?? [];
  for (const attr of element.attrs) {
    const name = nameOf(attr);
    if (name === "style") attr.value = await replaceAsync(attr.value, (url) => dataUrl(page, element, url));
    else if (name.endsWith("srcset") && wanted.includes(name))
      attr.value = await inlineSourceSet(page, element, attr.value);
    else if (wanted.includes(name) && !isStylesheet(element)) attr.value = await dataUrl(page, element, attr.value);
  }
}

function isStylesheet(element: HtmlElement): boolean {
  return (
    element.tagName === "link" && element.attrs.some(({ name, value }) => name === "rel" && /stylesheet/i.test(value))
  );
}

async function inlineSourceSet(page: PageSource, element: HtmlElement, value: string): Promise<string> {
  if (/^\s*data:/i.test(value)) return value;
  const candidates = value.split(",").map((candidate) => candidate.trim().split(/\s+/));
  const inlined = await Promise.all(
    candidates.map(async ([url = "", ...descriptors]) => [await dataUrl(page, element, url), ...descriptors].join(" ")),
  );
  return inlined.join(", ");
}

async function dataUrl(page: PageSource, element: HtmlElement, url: string): Promise<string> {
  if (url.trim() === "" || /^\s*(?:data:|blob:|#|about:)/i.test(url)) return url;
  if (isRemote(url)) {
    page.warnings.push(rowAtElement(page, element, `"${url}" is not part of the preview: it stays a link.`));
    return url;
  }
  const resolution = resolveUrl(page, url);
  if (resolution.found === "file") return await fileUrl(page.context.files, resolution.path);
  const text = resolution.found === "nothing" ? resolution.text : `"${url}" is not a file of the project.`;
  page.warnings.push(rowAtElement(page, element, text));
  return url;
}

const urlsByFiles = new WeakMap<ProjectFiles, Map<string, string>>();

/** One text for all elements and pages that show a file: a site may show large ones on each of its pages. */
async function fileUrl(files: ProjectFiles, path: string): Promise<string> {
  const urls = urlsByFiles.get(files) ?? new Map<string, string>();
  urlsByFiles.set(files, urls);
  const url = urls.get(path) ?? toDataUrl(path, await files.bytes(path));
  urls.set(path, url);
  return url;
}

async function replaceAsync(style: string, replace: (url: string) => Promise<string>): Promise<string> {
  const urls = [...style.matchAll(URL_IN_STYLE)].map((match) => match[2] ?? "");
  const replaced = new Map(await Promise.all(urls.map(async (url) => [url, await replace(url)] as const)));
  return style.replaceAll(URL_IN_STYLE, (_, _quote, url: string) => `url("${replaced.get(url) ?? url}")`);
}
