import { serialize } from "parse5";
import type { BuildOptions } from "#build-result.ts";
import { escapeScript, escapeStyle } from "#page/escape-inline.ts";
import { BuildError } from "#report/build-error.ts";
import { append, elementsIn, newElement, prepend, sectionOf, setText } from "#page/html-tree.ts";
import type { PageSource } from "#page/page-source.ts";

/** What stacks and the source map call the script with the project's code. Its lines count from 1 at the script's start. */
export const USER_SCRIPT_NAME = "hivesync-preview.js";

/** What the bundler made, ready to be put into the page. */
export interface PageContent {
  readonly script: string;
  /** Styles that the script imports. */
  readonly scriptStyles: string;
  /** Bundled stylesheets of the page's own links and style elements, by the bundler's name of the entry. */
  readonly styles: ReadonlyMap<string, string>;
  /** Run first, before anything of the project. */
  readonly preludes: readonly string[];
  /** The framework runtimes, in order. */
  readonly runtimes: readonly string[];
  /** Replaces the page's own title when `isTitleForced`; else stands in when it has none. */
  readonly title: string;
  readonly isTitleForced: boolean;
  readonly platform: BuildOptions["platform"];
  /** Of the project's pages that the preview holds. */
  readonly addresses: readonly string[];
}

export function finishPage(page: PageSource, content: PageContent): string {
  const head = sectionOf(page.document, "head");
  const body = sectionOf(page.document, "body");
  if (head === undefined || body === undefined) throw new BuildError("A page of frames cannot be previewed.");
  for (const { element, entry } of page.styles) setText(element, escapeStyle(content.styles.get(entry) ?? ""));

  const titles = elementsIn(head).filter((element) => element.tagName === "title");
  const [title = newElement("title", {})] = titles;
  if (titles.length === 0) append(head, title);
  if (content.isTitleForced || titles.length === 0) setText(title, content.title);

  const { platform, addresses } = content;
  const told = {
    "data-platform": platform,
    ...(addresses.length > 1 && { "data-pages": JSON.stringify(addresses) }),
  };
  prepend(
    head,
    newElement("meta", { charset: "utf-8" }),
    ...content.preludes
      .filter((script) => script !== "")
      .map((script) => newElement("script", told, escapeScript(script))),
  );
  if (content.scriptStyles !== "") append(head, newElement("style", {}, escapeStyle(content.scriptStyles)));
  for (const runtime of content.runtimes) append(body, newElement("script", {}, escapeScript(runtime)));
  if (content.script !== "") {
    const code = `${content.script}\n//# sourceURL=${USER_SCRIPT_NAME}\n`;
    append(body, newElement("script", { type: "module" }, escapeScript(code)));
  }
  return serialize(page.document);
}
