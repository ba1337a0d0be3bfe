import { pageAddress } from "../pages/held-pages.ts";
import { tellViewer } from "./tell-viewer.ts";

const htmlFile = /\.html?$/i;
const indexFile = /\/index\.html?$/i;
const isHttp = (url: URL): boolean => /^https?:$/.test(url.protocol);

/** Whether an address is one of the project's own. */
export const isOurs = (url: URL): boolean => isHttp(url) && url.origin === new URL(document.URL).origin;

/** An address as the page means it, or undefined for what is none. An index is its folder. */
export function toUrl(text: string): URL | undefined {
  if (!URL.canParse(text, document.baseURI)) return undefined;
  const url = new URL(text, document.baseURI);
  if (isOurs(url)) url.pathname = url.pathname.replace(indexFile, "/");
  return url;
}

/**
 * Has the viewer load the app at one of the project's own addresses.
 *
 * @throws Error when that is a page which the preview does not hold.
 */
export function goTo({ pathname, search, hash }: URL): void {
  if (htmlFile.test(pathname) && pageAddress(globalThis.__hivesync.pages, pathname) === undefined)
    throw new Error(`The preview has no page "${pathname}".`);
  // Once anybody has touched the app it goes where it does on somebody's behalf.
  const byApp = !navigator.userActivation.hasBeenActive;
  tellViewer({ type: "hivesync:navigate", path: pathname + search + hash, byApp });
}
