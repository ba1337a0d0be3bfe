import { posix } from "node:path";
import { isAsset, toDataUrl } from "#bundle/media-types.ts";
import { attribute, setAttribute } from "#page/html-tree.ts";
import type { HtmlElement } from "#page/html-tree.ts";
import { isRemote, resolveUrl, rowAtElement } from "#page/page-source.ts";
import type { PageSource } from "#page/page-source.ts";
import { publicFileAt } from "#page/public-files.ts";
import { isBuildOutput } from "#project/start-paths.ts";

/** Which attribute of which elements says where a person is led. */
const LINK_ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ["a", "href"],
  ["area", "href"],
  ["form", "action"],
]);

const PAGE = /\.html?$/i;

/** Notes where an element leads: to another page of the project, which the preview holds too, or to a file of it. */
export async function followLink(page: PageSource, element: HtmlElement): Promise<void> {
  const name = LINK_ATTRIBUTES.get(element.tagName);
  const url = name === undefined ? undefined : attribute(element, name)?.trim();
  if (name === undefined || url === undefined || /^(?:#|\?|[a-z][a-z\d+.-]*:|$)/i.test(url) || isRemote(url)) return;
  const pagePath = linkedPage(page, url);
  if (pagePath !== undefined) {
    page.links.push({ path: pagePath, from: rowAtElement(page, element, `The link to "${url}"`) });
    return;
  }
  const resolution = resolveUrl(page, url);
  if (resolution.found === "nothing" && PAGE.test(withoutQuery(url))) {
    page.warnings.push(rowAtElement(page, element, `The link to "${url}" leads nowhere. ${resolution.text}`));
    return;
  }
  if (resolution.found !== "file" || !isNamed(resolution.path, url)) return;
  const download = attribute(element, "download");
  if (download !== undefined) {
    const { path } = resolution;
    setAttribute(element, name, toDataUrl(path, await page.context.files.bytes(path)));
    // A data URL has no name that the file could be saved under.
    if (download === "") setAttribute(element, "download", posix.basename(path));
    return;
  }
  const file = publicFileAt(page.context, url);
  if (file !== undefined && isAsset(file.path)) {
    page.linkedFiles.add(file.address);
    return;
  }
  const text = `The link to "${url}" leads nowhere: a preview holds pages, and files that are shown or downloaded.`;
  page.warnings.push(rowAtElement(page, element, text));
  setAttribute(element, name, "#");
}

/** The page that a server for files would give for an address; what a build writes is none. */
export function linkedPage(page: PageSource, url: string): string | undefined {
  const address = withoutQuery(url);
  const isFolder = address.endsWith("/");
  const candidates = isFolder
    ? [`${address}index.html`, `${address}index.htm`]
    : [address, `${address}.html`, `${address}/index.html`];
  return candidates
    .filter((candidate) => PAGE.test(candidate))
    .map((candidate) => resolveUrl(page, candidate))
    .flatMap((resolution) => (resolution.found === "file" ? [resolution.path] : []))
    .find((path) => isPageFor(page, path));
}

/** What a build writes is shown only to those who begin with it. */
export function isPageFor({ path: from }: Pick<PageSource, "path">, path: string): boolean {
  return PAGE.test(path) && (!isBuildOutput(path) || isBuildOutput(from));
}

/** Whether a link names the file itself: `/about` may be an address of a router beside `about.js`. */
function isNamed(path: string, url: string): boolean {
  const address = withoutQuery(url);
  return posix.extname(address) !== "" || posix.basename(path) === posix.basename(address);
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, "");
}
