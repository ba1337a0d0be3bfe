import type { PluginContext } from "#bundle/project-plugin.ts";
import { Unfit } from "#kept-modules/unfit.ts";
import { askedFiles, publicFileAt } from "#page/public-files.ts";
import type { AskedFiles } from "#page/public-files.ts";
import { replaceStyleUrls } from "#page/style-urls.ts";

/** Which files are imported is no question to a server. */
const IMPORTS = /\b(?:__hivesync_)?require\(\s*(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*\)/g;

/**
 * Finds what a module asks the page's own server for: true of the paths of the project.
 *
 * @throws Unfit where addresses in styles would have to be replaced, by names that are counted through the whole script.
 */
export function askedByModule(code: string, { files, roots }: Pick<PluginContext, "files" | "roots">): AskedFiles {
  const context = { files, roots };
  replaceStyleUrls(code, (address) => {
    if (publicFileAt(context, address) !== undefined) throw new Unfit(`url(${address}) in a script`);
    return undefined;
  });
  return askedFiles(code.replaceAll(IMPORTS, ""), context);
}
