import { parse } from "parse5";
import type { ReportRow } from "#build-result.ts";
import type { GeneratedModule } from "#bundle/project-plugin.ts";
import { resolveImport } from "#bundle/resolve-import.ts";
import type { ResolveContext, Resolution } from "#bundle/resolve-import.ts";
import { reportRow } from "#report/report-rows.ts";
import type { HtmlDocument, HtmlElement } from "#page/html-tree.ts";

/** A page being read: its tree, and what was found in it. */
export interface PageSource {
  readonly context: ResolveContext;
  readonly path: string;
  readonly html: string;
  readonly lines: readonly string[];
  readonly document: HtmlDocument;
  /** Modules that the entry script imports, by the bundler's names, in document order. */
  readonly scriptImports: string[];
  /** Elements that a bundled stylesheet will be put into, with the bundler's name of its entry. */
  readonly styles: { readonly element: HtmlElement; readonly entry: string }[];
  /** Scripts and styles inside the page, by the bundler's name. */
  readonly parts: Map<string, GeneratedModule>;
  /** What the page's tags name of what a build writes: it is left out, as what it is made from is there. */
  readonly builtUrls: ReadonlySet<string>;
  /** The project's other pages that this one leads to, and from where. */
  readonly links: PageLink[];
  /** The addresses of files that it links to, which a script may show. */
  readonly linkedFiles: Set<string>;
  readonly warnings: ReportRow[];
  /** What was found out, for the log. */
  readonly notes: string[];
  readonly errors: ReportRow[];
}

export interface PageLink {
  /** The project path of the page. */
  readonly path: string;
  readonly from: ReportRow;
}

export interface PageStart {
  readonly path: string;
  readonly html: string;
  readonly builtUrls: ReadonlySet<string>;
}

export function openPageSource(context: ResolveContext, { path, html, builtUrls }: PageStart): PageSource {
  // Placeholders that Vite and Create React App fill; a preview runs as at "/".
  const filled = html.replaceAll(/%(?:PUBLIC_URL|BASE_URL)%\/?/g, "/");
  const document = parse(filled, { sourceCodeLocationInfo: true });
  const lists = {
    scriptImports: [],
    styles: [],
    links: [],
    linkedFiles: new Set<string>(),
    warnings: [],
    notes: [],
    errors: [],
  };
  return { context, path, builtUrls, html: filled, lines: filled.split("\n"), document, parts: new Map(), ...lists };
}

/** A row that points at the element in the page. */
export function rowAtElement(page: PageSource, element: HtmlElement, text: string): ReportRow {
  const place = element.sourceCodeLocation;
  if (!place) return reportRow(text);
  const lineText = page.lines[place.startLine - 1] ?? "";
  return reportRow(text, { file: page.path, line: place.startLine, column: place.startCol, lineText });
}

/** Resolves a URL of the page as a browser does: relative to the page, `/` being the project (or its public folder). */
export function resolveUrl(page: PageSource, url: string): Resolution {
  return resolveImport(page.context, { specifier: url.trim(), importer: page.path, kind: "url-token" });
}

export function isRemote(url: string): boolean {
  return /^\s*(?:https?:)?\/\//i.test(url);
}

/** Keeps a script or style of the page as a module, with where in the page it starts. */
export function addPart(page: PageSource, element: HtmlElement, loader: GeneratedModule["loader"]): string {
  const place = element.sourceCodeLocation;
  const start = place?.startTag?.endOffset ?? 0;
  const end = place?.endTag?.startOffset ?? page.html.length;
  const name = `vfs-part:${page.path}?${page.parts.size}`;
  const { endLine = 1, endCol = 1 } = place?.startTag ?? {};
  page.parts.set(name, {
    contents: page.html.slice(start, end),
    loader,
    ...(loader === "css" && { pageStyle: { path: page.path, written: page.html, ranges: [{ start, end }] } }),
    start: { lines: endLine - 1, columns: endCol - 1, lineText: page.lines[endLine - 1] ?? "" },
  });
  return name;
}
