import { goTo, hasFragment, isOurs, toUrl } from "./go-to.ts";
import { isFramed } from "./tell-viewer.ts";

const parts = ["protocol", "host", "hostname", "port", "pathname", "search", "hash"] as const;

/** Other sites get a tab of their own, as from links; a browser allows that on somebody's click only. */
function leaveTo(url: URL): void {
  const isOtherSite = /^https?:$/.test(url.protocol) && navigator.userActivation.isActive;
  if (isOtherSite) window.open(url, "_blank", "noopener");
  else window.location.assign(url);
}

function go(to: unknown): void {
  const text = String(to);
  const url = toUrl(text);
  // The browser itself says what is wrong with it.
  if (url === undefined) return window.location.assign(text);
  const { pathname, search } = window.location;
  const isHere = hasFragment(url) && url.pathname === pathname && url.search === search;
  if (!isOurs(url)) leaveTo(url);
  else if (isHere) window.location.hash = url.hash;
  else goTo(url);
}

function goToPart(part: (typeof parts)[number], value: unknown): void {
  // A page stays where it is whatever its fragment becomes, and without any too.
  if (part === "hash") {
    window.location.hash = String(value);
    return;
  }
  const url = new URL(window.location.href);
  url[part] = String(value);
  go(url);
}

/**
 * What the project's own code has in the place of `location`, whose properties nobody can change. It reads as the page's own;
 * where it goes, the viewer loads the app there, as what lies at those addresses of the storage is not the app.
 */
function createAppLocation(): Location {
  const { location } = window;
  const property = (get: () => unknown, set?: (value: unknown) => void): PropertyDescriptor => ({
    get,
    ...(set && { set }),
    enumerable: true,
  });
  const method = (value: (...values: never[]) => unknown): PropertyDescriptor => ({ value, enumerable: true });
  return Object.create(Location.prototype, {
    href: property(() => location.href, go),
    origin: property(() => location.origin),
    ancestorOrigins: property(() => location.ancestorOrigins),
    ...Object.fromEntries(
      parts.map((part) => [
        part,
        property(
          () => location[part],
          (value) => goToPart(part, value),
        ),
      ]),
    ),
    assign: method(go),
    replace: method(go),
    reload: method(() => goTo(new URL(location.href))),
    toString: method(() => location.href),
  }) as Location;
}

/** A page of the project would be opened as what lies at its address of the storage: it is shown here instead. */
function openOwnPages(): void {
  const open = window.open.bind(window);
  window.open = (to, ...more) => {
    const url = to === undefined || String(to) === "" ? undefined : toUrl(String(to));
    if (url === undefined || !isOurs(url)) return open(to, ...more);
    go(url);
    return null;
  };
}

/** Gives the project's code its `location`. Opened by itself the page has the browser's. */
export function standInForLocation(): void {
  if (isFramed) openOwnPages();
  const appLocation = isFramed ? createAppLocation() : window.location;
  Object.defineProperty(globalThis.__hivesync, "location", {
    get: () => appLocation,
    set: (to: unknown) => {
      appLocation.href = String(to);
    },
  });
}
