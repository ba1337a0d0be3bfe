import { posix } from "node:path";
import type { PartialMessage } from "esbuild";
import postcss, { CssSyntaxError } from "postcss";
import tailwind from "tailwindcss-3";
import { findImportedStyle } from "#styles/find-style.ts";
import { rebaseUrls } from "#styles/rebase-urls.ts";
import { StyleFault, messageAt } from "#styles/style-fault.ts";
import type { StyleText } from "#styles/style-text.ts";
import { sourceTexts } from "#styles/tailwind/source-texts.ts";
import { findTailwindConfig, readTailwindConfig } from "#styles/tailwind/tailwind-config.ts";
import type { TailwindConfig } from "#styles/tailwind/tailwind-config.ts";
import type { TransformContext } from "#transforms/source-transform.ts";

const LAYER_IMPORT =
  /@import\s+(?:url\(\s*)?["']tailwindcss\/(base|components|utilities|variants)(?:\.css)?["']\s*\)?\s*;/g;
const LOCAL_IMPORT = /@import\s+(?:url\(\s*)?["'](\.{0,2}[^"':]+)["']\s*\)?\s*;/g;
const MAX_IMPORTS = 500;

/**
 * Tailwind 3 as a function of texts: it is given a config that was read as data, and the sources.
 *
 * @param given a config in the place of the project's file.
 * @throws StyleFault
 */
export async function compileTailwind3(
  style: StyleText,
  context: TransformContext,
  given?: TailwindConfig["config"],
): Promise<StyleText> {
  const named = /@config\s+["']([^"']+)["']/.exec(style.text)?.[1];
  const configPath =
    named === undefined ? findTailwindConfig(context, style.path) : posix.join(posix.dirname(style.path), named);
  const isThere = given === undefined && configPath !== undefined && context.files.has(configPath);
  const { config, warnings } = isThere
    ? await readTailwindConfig(configPath, 3, context)
    : { config: given ?? {}, warnings: [] };
  const sources = await sourceTexts(context);
  const content = sources.map(({ content: raw, extension }) => ({ raw, extension }));
  const text = await inlineImports(style, context);
  try {
    const plugin = tailwind({ ...config, content });
    const result = await postcss([plugin]).process(text.replaceAll(/@config\s+["'][^"']+["'];?/g, ""), {
      from: `/${style.path}`,
      map: false,
    });
    const more = result
      .warnings()
      .map(({ text: told, line, column }) => messageAt({ ...style, line, column: column - 1 }, told));
    return {
      ...style,
      text: result.css,
      warnings: [...style.warnings, ...firstTime(context, warnings, configPath), ...more],
    };
  } catch (error) {
    if (!(error instanceof CssSyntaxError)) throw error;
    // Imports were put in: what is not in the file as it stands is looked for by its text.
    const { line = 1, column = 1 } = error;
    throw new StyleFault([messageAt({ ...style, text, line, column: column - 1 }, error.reason)]);
  }
}

/** A project has one config and many stylesheets. */
function firstTime(
  { once }: TransformContext,
  warnings: readonly PartialMessage[],
  path: string | undefined,
): readonly PartialMessage[] {
  const told = once(`tailwind-told:${path}`, () => ({ isTold: false }));
  if (told.isTold) return [];
  told.isTold = true;
  return warnings;
}

/** Puts the project's own stylesheets in the place of their imports: layers of one are defined in the other. */
async function inlineImports(style: StyleText, context: TransformContext): Promise<string> {
  let count = 0;
  const seen = new Set<string>();
  const inline = async (css: string, path: string): Promise<string> => {
    seen.add(path);
    const layered = css.replaceAll(LAYER_IMPORT, "@tailwind $1;");
    const texts = new Map<string, string>();
    for (const [whole, specifier = ""] of layered.matchAll(LOCAL_IMPORT)) {
      const found = findImportedStyle(context, specifier, { importer: path, endings: [".css"] });
      if (found === undefined || !found.endsWith(".css") || (count += 1) > MAX_IMPORTS) continue;
      const text = seen.has(found) ? "" : await inline(await context.files.text(found), found);
      texts.set(whole, rebaseUrls(text, posix.dirname(found), context.files));
    }
    return layered.replaceAll(LOCAL_IMPORT, (whole) => texts.get(whole) ?? whole);
  };
  return inline(style.text, style.path);
}
