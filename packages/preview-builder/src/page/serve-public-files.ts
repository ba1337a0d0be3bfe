import type { ReportRow } from "#build-result.ts";
import { attribute, elementsIn, setText, textOf } from "#page/html-tree.ts";
import type { PageSource } from "#page/page-source.ts";
import { askedFiles, findPublicFiles, publicFileAt } from "#page/public-files.ts";
import type { AskedFiles } from "#page/public-files.ts";
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

/** A page's script; or what stands for it, and what it asks for. */
export interface AskingScript {
  readonly script: string;
  /** Left out where the script is to be looked through. */
  readonly asked?: readonly AskedFiles[] | undefined;
}

/** Puts the files into the page that its code asks the project's own server for. */
export async function servePublicFiles(
  page: PageSource,
  { script, asked: known }: AskingScript,
  runtimes: RuntimeCache,
): Promise<ServedPage> {
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
  const lookedAt = known === undefined ? texts : texts.slice(1);
  const all = [...(known ?? []), ...lookedAt.map((text) => askedFiles(text, page.context))];
  const { files, warnings } = await findPublicFiles(all, [...variables.keys(), ...page.linkedFiles], page.context);
  const rows = [...variables].map(([address, name]) => `${name}: url("${files[address] ?? address}");`);
  const styles = rows.length === 0 ? "" : `:root { ${rows.join(" ")} }`;
  const asked = Object.entries(files).filter(
    ([address]) =>
      !variables.has(address) || page.linkedFiles.has(address) || isNamed(texts, address) || isAsked(known, address),
  );
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

function isAsked(asked: AskingScript["asked"], address: string): boolean {
  return asked?.some(({ found }) => found.some(([each]) => each === address)) === true;
}

/** Whether an address is also written elsewhere than in `url(…)`. */
function isNamed(texts: readonly string[], address: string): boolean {
  return texts.some((text) => text.includes(address.slice(1)));
}
