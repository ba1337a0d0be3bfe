import type { ReportRow } from "#build-result.ts";
import { attribute, elementsIn, setText, textOf } from "#page/html-tree.ts";
import type { PageSource } from "#page/page-source.ts";
import { findPublicFiles, publicFileAt } from "#page/public-files.ts";
import { replaceStyleUrls } from "#page/style-urls.ts";
import type { RuntimeCache } from "#runtimes/runtime-cache.ts";
import { partOfModule } from "#runtimes/runtime-parts.ts";

/** A page's code with what it asks a server for. */
export interface ServedPage {
  /** The project's script; its places are what they were. */
  readonly script: string;
  /** Runs before it, and gives the page the files. Empty when there are none. */
  readonly prelude: string;
  readonly styles: string;
  readonly warnings: readonly ReportRow[];
}

const MODULE = "hivesync:public-files";

/** Puts the files into the page that its code asks the project's own server for. */
export async function servePublicFiles(page: PageSource, script: string, runtimes: RuntimeCache): Promise<ServedPage> {
  const variables = new Map<string, string>();
  const variableOf = (written: string): string | undefined => {
    const found = publicFileAt(page.context, written);
    if (found === undefined) return undefined;
    const name = variables.get(found.address) ?? `--h${variables.size}`;
    variables.set(found.address, name);
    return name;
  };
  const changed = replaceStyleUrls(script, variableOf);
  const inline = elementsIn(page.document).filter(isInlineScript);
  for (const element of inline) {
    const text = textOf(element);
    const replaced = replaceStyleUrls(text, variableOf);
    if (replaced !== text) setText(element, replaced);
  }
  const texts = [changed, ...inline.map(textOf)];
  const { files, warnings } = await findPublicFiles(texts, [...variables.keys()], page.context);
  const rows = [...variables].map(([address, name]) => `${name}: url("${files[address] ?? address}");`);
  const styles = rows.length === 0 ? "" : `:root { ${rows.join(" ")} }`;
  const asked = Object.entries(files).filter(([address]) => !variables.has(address) || isNamed(texts, address));
  const part = asked.length === 0 ? undefined : partOfModule(MODULE);
  if (part === undefined) return { script: changed, prelude: "", styles, warnings };
  const { script: serve } = await runtimes.get(part);
  const call = `globalThis.__hivesync.modules[${JSON.stringify(MODULE)}].servePublicFiles`;
  return {
    script: changed,
    prelude: `${serve}\n${call}(${JSON.stringify(Object.fromEntries(asked))});`,
    styles,
    warnings,
  };
}

function isInlineScript(element: ReturnType<typeof elementsIn>[number]): boolean {
  return element.tagName === "script" && attribute(element, "src") === undefined;
}

/** Whether an address is also written elsewhere than in `url(…)`. */
function isNamed(texts: readonly string[], address: string): boolean {
  return texts.some((text) => text.includes(address.slice(1)));
}
