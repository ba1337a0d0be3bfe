import { readAssigned } from "#configs/read-assigned.ts";
import { attribute, elementsIn, append, newElement, remove, sectionOf, setText, textOf } from "#page/html-tree.ts";
import type { HtmlElement } from "#page/html-tree.ts";
import { rowAtElement } from "#page/page-source.ts";
import type { PageSource } from "#page/page-source.ts";
import type { PageStyle } from "#styles/page-style.ts";
import { KNOWN_PLUGINS, knownModule, knownPlugin } from "#styles/tailwind/known-modules.ts";
import { cleanedConfig } from "#styles/tailwind/tailwind-config.ts";

/** Tailwind as a script of another server, which compiles styles while a page is shown. */
const SCRIPTS = [
  { version: 3, url: /^\s*(?:https?:)?\/\/cdn\.tailwindcss\.com(?:[/?]|\s*$)/i },
  { version: 4, url: /^\s*(?:https?:)?\/\/[^/]+\/(?:npm\/)?@tailwindcss\/browser(?:@[\w.^~-]+)?(?:[/?]|\s*$)/i },
] as const;
const DEFAULT_STYLES = {
  3: "@tailwind base; @tailwind components; @tailwind utilities;",
  4: '@import "tailwindcss";',
} as const;
/** Whether a style brings the layers along itself. */
const HAS_LAYERS = { 3: /@tailwind\s+(?:base|utilities)/, 4: /@import\b/ } as const;

/**
 * Compiles what such a script would have: the classes that the project uses, and the page's styles that only Tailwind understands.
 * The script is taken out; what a page sets in its object afterwards still finds one.
 */
export async function compilePageTailwind(page: PageSource): Promise<void> {
  const elements = elementsIn(page.document);
  const found = elements.flatMap((element) => {
    const src = element.tagName === "script" ? (attribute(element, "src") ?? "") : "";
    return SCRIPTS.filter(({ url }) => url.test(src)).map(({ version }) => ({ element, src, version }));
  });
  const [first] = found;
  const head = sectionOf(page.document, "head");
  if (first === undefined || head === undefined) return;
  const { version } = first;
  for (const { element, src } of found) {
    page.notes.push(`"${src.trim()}" is left out: Tailwind ${version} is compiled with the preview`);
    element.attrs = [];
    setText(element, "globalThis.tailwind ??= {};");
  }
  const config = version === 3 ? await readPageConfig(page, elements, first.src) : undefined;
  const sources = elements.filter(isTailwindStyle);
  const style = newElement("style", {});
  append(head, style);
  const entry = `vfs-part:${page.path}?${page.parts.size}`;
  page.parts.set(entry, { contents: "", loader: "css", pageStyle: mergedStyle(page, sources, { version, config }) });
  page.styles.push({ element: style, entry });
  for (const element of sources) remove(element);
}

function isTailwindStyle(element: HtmlElement): boolean {
  return element.tagName === "style" && /^\s*text\/tailwindcss\s*$/i.test(attribute(element, "type") ?? "");
}

/** All of the page's styles for Tailwind, and the layers that it has without a word. */
function mergedStyle(
  page: PageSource,
  sources: readonly HtmlElement[],
  tailwind: NonNullable<PageStyle["tailwind"]>,
): PageStyle {
  const ranges = sources.flatMap(({ sourceCodeLocation: place }) =>
    place?.startTag && place.endTag ? [{ start: place.startTag.endOffset, end: place.endTag.startOffset }] : [],
  );
  const text = ranges.map(({ start, end }) => page.html.slice(start, end)).join("\n");
  const before = HAS_LAYERS[tailwind.version].test(text) ? "" : DEFAULT_STYLES[tailwind.version];
  return { path: page.path, written: page.html, ranges, before, tailwind };
}

/** What the page's scripts assign to `tailwind.config`, read as data, with the plugins that the script's address names. */
async function readPageConfig(
  page: PageSource,
  elements: readonly HtmlElement[],
  src: string,
): Promise<Readonly<Record<string, unknown>>> {
  const [, names = ""] = /[?&]plugins=([\w,-]+)/.exec(src) ?? [];
  const wanted = names.split(",").map((name) => `@tailwindcss/${name}`);
  const plugins = await Promise.all(KNOWN_PLUGINS.filter((name) => wanted.includes(name)).map(knownPlugin));
  let config: Record<string, unknown> = {};
  for (const element of elements) {
    const code = element.tagName === "script" && attribute(element, "src") === undefined ? textOf(element) : "";
    if (!/\btailwind\s*\.\s*config\s*=/.test(code)) continue;
    const [colors, defaultTheme] = await Promise.all(
      ["tailwindcss/colors", "tailwindcss/defaultTheme"].map((name) => knownModule(name, 3)),
    );
    const names = { tailwind: { colors: colors?.exports, defaultTheme: defaultTheme?.exports } };
    const { value, unknown } = readAssigned(code, ["tailwind", "config"], names);
    for (const text of unknown) page.warnings.push(rowAtElement(page, element, text));
    config = cleanedConfig(value);
  }
  const own = Array.isArray(config["plugins"]) ? (config["plugins"] as unknown[]) : [];
  return { ...config, plugins: [...own, ...plugins] };
}
