import { parse } from "acorn";
import { OWN_REQUIRE } from "#kept-modules/page-loader.ts";
import { Unfit } from "#kept-modules/unfit.ts";

/** What the bundler itself writes: in a project's own code it could not be told from what is printed around it. */
const OF_BUNDLER =
  /__(?:toCommonJS|reExport)\(|__copyProps|\b__(?:create|defProp|getOwnPropDesc|getOwnPropNames|getProtoOf|hasOwnProp|export|toESM|toCommonJS|reExport)\s*=(?!=)/;
/** The bundler follows it as it follows `require`, and prints it as it was. */
const REQUIRE_OF_MODULE = /\bmodule\s*(?:\?\.\s*\[?|\.|\[)\s*["'`]?require/;
/** Names of the function around a module. */
const OF_LOADER = /\b__(?:give|[01])\b/;

/** @throws Unfit for a source that would be misread once it is printed. */
export function refuseUnusual(path: string, contents: string | Uint8Array): void {
  const source = typeof contents === "string" ? contents : Buffer.from(contents).toString();
  if (OF_BUNDLER.test(source) || source.includes(OWN_REQUIRE)) throw new Unfit(`${path} holds a bundler's own names`);
  if (REQUIRE_OF_MODULE.test(source)) throw new Unfit(`${path} uses module.require`);
}

/** @throws Unfit for printed code with names that the loader gives to the function around it. */
export function refuseNamesOfLoader(body: string): void {
  if (OF_LOADER.test(body)) throw new Unfit("a module with names of the page's loader");
}

/**
 * The bundler prints code without statements of modules as it is, though only code that is not strict may have some of it. One
 * such module would be an error of the whole page.
 *
 * @throws Unfit for code that is an error in a page.
 */
export function refuseSloppy(path: string, wrapped: string): void {
  try {
    parse(wrapped, { ecmaVersion: "latest", sourceType: "module" });
  } catch {
    throw new Unfit(`${path} has what strict code may not have`);
  }
}
