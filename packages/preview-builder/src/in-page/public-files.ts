import { pageAddress } from "./pages/held-pages.ts";
import { wrapMethod, wrapSetter } from "./wrap-property.ts";

/** Files that a server would give at these paths of the page's own address: their data URLs. */
export type PublicFiles = Readonly<Record<string, string>>;

const NAMES_FILES = /^(?:src|srcset|poster|data|href|xlink:href|imagesrcset)$/;
const ATTRIBUTE_IN_HTML =
  /(\s(?:src|srcset|poster|data|href|xlink:href|style)\s*=\s*)(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const URL_IN_CSS = /url\(\s*(["']?)([^"')]+)\1\s*\)/g;
/** Elements whose `href` is where a link leads, or a place in a file. */
const LINKS = /^(?:a|area|base|use)$/i;
const LINK_TAG = /^<(?:a|area|base|use)\b/i;
const STYLES = ["background", "backgroundImage", "borderImage", "content", "cssText", "cursor", "listStyle"];
const MORE_STYLES = ["listStyleImage", "mask", "maskImage", "webkitMaskImage", "filter"];

/** What `import.meta.url` is in the project's modules. */
const OF_MODULES = "https://preview.invalid";

/** A page of the project's own server finds its files there; in a preview there is no server, and the files are in the page. */
export function servePublicFiles(files: PublicFiles): void {
  const find = (value: unknown): string | undefined => {
    const path = pathOf(value);
    return path !== undefined && Object.hasOwn(files, path) ? files[path] : undefined;
  };
  const url = (value: unknown): unknown => find(value) ?? value;
  const css = (value: unknown): unknown =>
    typeof value === "string" && value.includes("url(")
      ? value.replaceAll(URL_IN_CSS, (whole, _quote, name: string) =>
          find(name) === undefined ? whole : `url("${find(name)}")`,
        )
      : value;
  const set = (value: unknown): unknown =>
    typeof value === "string"
      ? value
          .split(/,\s+/)
          .map((row) => withFirst(row, find))
          .join(", ")
      : value;
  const attribute = (name: string, value: unknown): unknown =>
    /srcset$/i.test(name) ? set(value) : name.toLowerCase() === "style" ? css(value) : url(value);
  const html = (value: unknown): unknown => {
    const text = typeof value === "string" || isTrusted(value) ? String(value) : "";
    const changed = text.replaceAll(
      ATTRIBUTE_IN_HTML,
      (whole, start: string, ...more: (string | number | undefined)[]) => {
        const [a, b, c, at] = more;
        const written = String(a ?? b ?? c ?? "");
        const name = start.replaceAll(/[\s=]/g, "");
        if (name.endsWith("href") && LINK_TAG.test(text.slice(text.lastIndexOf("<", Number(at))))) return whole;
        const given = String(attribute(name, written));
        return given === written ? whole : `${start}"${given.replaceAll('"', "&quot;")}"`;
      },
    );
    return changed === text ? value : changed;
  };
  watchElements(url, set);
  watchMarkup(html, attribute);
  watchStyles(css);
  watchRequests(find);
  watchLinks(find);
}

/** Text that a framework has declared to be its own. */
function isTrusted(value: unknown): boolean {
  const { TrustedHTML } = globalThis as { TrustedHTML?: new () => object };
  return TrustedHTML !== undefined && value instanceof TrustedHTML;
}

/** The path that a URL of the page has. Undefined for what is not of the page's own address. */
function pathOf(value: unknown): string | undefined {
  const isText = typeof value === "string" || value instanceof URL;
  const text = isText ? String(value).trim() : "";
  if (text === "" || /^(?:data|blob|about|javascript|mailto):|^[#?]/i.test(text)) return undefined;
  // A page in memory or on disk has no base that a path could be put on.
  const isHttp = /^https?:$/.test(location.protocol);
  const base = isHttp ? document.baseURI : "http://preview.invalid/";
  if (!URL.canParse(text, base)) return undefined;
  const { origin, pathname } = new URL(text, base);
  if (origin !== new URL(base).origin && origin !== OF_MODULES) return undefined;
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

function withFirst(row: string, find: (value: string) => string | undefined): string {
  const [first = "", ...rest] = row.trim().split(/\s+/);
  return [find(first) ?? first, ...rest].join(" ");
}

/** A page of the preview that code names is a file as well: it may be asked for, but a link to it leads there. */
function isPage(path: string): boolean {
  return pageAddress(globalThis.__hivesync.pages, path) !== undefined;
}

/** A link to a file is there to have the file. It has no address that a window could be opened at: it is saved. */
function watchLinks(find: (value: unknown) => string | undefined): void {
  const save = (event: MouseEvent): void => {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    const isFile = link instanceof HTMLAnchorElement && (link.hasAttribute("download") || !isPage(link.pathname));
    const data = isFile && event.isTrusted && !event.defaultPrevented ? find(link.href) : undefined;
    if (data === undefined || !(link instanceof HTMLAnchorElement)) return;
    event.preventDefault();
    const name = link.download || (pathOf(link.href)?.split("/").at(-1) ?? "");
    Object.assign(document.createElement("a"), { href: data, download: name }).click();
  };
  // Added at each click it is the document's last listener: a gallery's script, say, has shown the picture by then.
  document.addEventListener(
    "click",
    (event) => {
      const saveIfLeft = (bubbled: MouseEvent): void => {
        if (bubbled === event) save(event);
      };
      document.addEventListener("click", saveIfLeft, { once: true });
    },
    { capture: true },
  );
}

type Change = (value: unknown) => unknown;

function watchElements(url: Change, set: Change): void {
  const media = HTMLMediaElement.prototype;
  for (const prototype of [HTMLImageElement, HTMLSourceElement].map((one) => one.prototype)) {
    wrapSetter(prototype, "src", url);
    wrapSetter(prototype, "srcset", set);
  }
  const others = [media, HTMLTrackElement.prototype, HTMLInputElement.prototype, HTMLEmbedElement.prototype];
  for (const prototype of [...others, HTMLScriptElement.prototype]) wrapSetter(prototype, "src", url);
  wrapSetter(HTMLVideoElement.prototype, "poster", url);
  wrapSetter(HTMLObjectElement.prototype, "data", url);
  wrapSetter(HTMLLinkElement.prototype, "href", url);
  const { Audio } = window;
  window.Audio = new Proxy(Audio, {
    construct: (target, [src], newTarget) =>
      Reflect.construct(target, src === undefined ? [] : [url(src)], newTarget) as HTMLAudioElement,
  });
}

/** What is made of text is fetched before anybody could change it: the text is changed. */
function watchMarkup(html: Change, attribute: (name: string, value: unknown) => unknown): void {
  for (const prototype of [Element.prototype, ShadowRoot.prototype]) wrapSetter(prototype, "innerHTML", html);
  wrapSetter(Element.prototype, "outerHTML", html);
  wrapMethod(Element.prototype, "insertAdjacentHTML", ([place, text]) => [place, html(text)]);
  wrapMethod(Range.prototype, "createContextualFragment", ([text]) => [html(text)]);
  wrapMethod(DOMParser.prototype, "parseFromString", ([text, ...rest]) => [html(text), ...rest]);
  wrapMethod(Document.prototype, "write", (texts) => texts.map(html));
  const named = (element: unknown, name: string, value: unknown): unknown => {
    const isMeant = name === "style" || NAMES_FILES.test(name);
    const isLink = element instanceof Element && name.endsWith("href") && LINKS.test(element.tagName);
    return isMeant && !isLink ? attribute(name, value) : value;
  };
  wrapMethod(Element.prototype, "setAttribute", ([name, value], element) => [
    name,
    named(element, String(name).toLowerCase(), value),
  ]);
  wrapMethod(Element.prototype, "setAttributeNS", ([space, name, value], element) => [
    space,
    name,
    named(element, String(name), value),
  ]);
}

function watchStyles(css: Change): void {
  const holders = [
    CSSStyleDeclaration.prototype,
    (globalThis as { CSSStyleProperties?: { prototype: object } }).CSSStyleProperties?.prototype,
  ];
  for (const holder of holders) {
    for (const name of holder === undefined ? [] : [...STYLES, ...MORE_STYLES]) wrapSetter(holder ?? {}, name, css);
  }
  wrapMethod(CSSStyleDeclaration.prototype, "setProperty", ([name, value, ...rest]) => [name, css(value), ...rest]);
  wrapMethod(CSSStyleSheet.prototype, "insertRule", ([rule, ...rest]) => [css(rule), ...rest]);
  wrapMethod(CSSStyleSheet.prototype, "replaceSync", ([text]) => [css(text)]);
  const { FontFace } = window;
  window.FontFace = new Proxy(FontFace, {
    construct: (target, [family, source, ...rest], newTarget) =>
      Reflect.construct(target, [family, css(source), ...(rest as unknown[])], newTarget) as FontFace,
  });
}

function watchRequests(find: (value: unknown) => string | undefined): void {
  const ask = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const isRequest = input instanceof Request;
    const method = init?.method ?? (isRequest ? input.method : "GET");
    const data = /^(?:get|head)$/i.test(method) ? find(isRequest ? input.url : input) : undefined;
    if (data === undefined) return await ask(input, init);
    const response = await ask(data, { signal: init?.signal ?? (isRequest ? input.signal : null) });
    Object.defineProperty(response, "url", {
      value: isRequest ? input.url : new URL(String(input), document.baseURI).href,
    });
    return response;
  };
  wrapMethod(XMLHttpRequest.prototype, "open", ([method, url, ...rest]) => {
    const data = /^(?:get|head)$/i.test(String(method)) ? find(url) : undefined;
    return data === undefined ? [method, url, ...rest] : ["GET", data, ...rest];
  });
}
