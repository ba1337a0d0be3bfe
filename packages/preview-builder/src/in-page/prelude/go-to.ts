import { pageAddress } from "../pages/held-pages.ts";
import { tellStorageNow } from "./guard-storage.ts";
import { tellViewer } from "./tell-viewer.ts";

const htmlFile = /\.html?$/i;
const indexFile = /\/index\.html?$/i;
const isHttp = (url: URL): boolean => /^https?:$/.test(url.protocol);

/** Whether an address is one of the project's own. */
export const isOurs = (url: URL): boolean => isHttp(url) && url.origin === new URL(document.URL).origin;

/** Whether an address names a place in a page, if only its top: `#`. */
export const hasFragment = (url: URL): boolean => url.href.includes("#");

/** An address as the page means it, or undefined for what is none. An index is its folder, unless it is held beside it. */
export function toUrl(text: string): URL | undefined {
  if (!URL.canParse(text, document.baseURI)) return undefined;
  const url = new URL(text, document.baseURI);
  if (isOurs(url) && !globalThis.__hivesync.pages.includes(url.pathname))
    url.pathname = url.pathname.replace(indexFile, "/");
  return url;
}

/**
 * Has the viewer load the app at one of the project's own addresses.
 *
 * @throws Error when that is a page which the preview does not hold.
 */
export function goTo({ pathname, search, hash }: URL): void {
  const address = pageAddress(globalThis.__hivesync.pages, pathname);
  const isFile = htmlFile.test(pathname);
  if (isFile && address === undefined) throw new Error(`The preview has no page "${pathname}".`);
  // As a server sends whoever asks for a folder: what its page leads to is relative to it.
  const slash = address?.endsWith("/") === true && !isFile && !pathname.endsWith("/") ? "/" : "";
  // Once anybody has touched the app it goes where it does on somebody's behalf.
  const byApp = !navigator.userActivation.hasBeenActive;
  tellStorageNow();
  tellViewer({ type: "hivesync:navigate", path: pathname + slash + search + hash, byApp });
}
