/** `new URL("./x.png", import.meta.url)`, as bundlers of pages understand it. */
const URL_OF_ASSET = /\bnew\s+URL\(\s*("\.{0,2}\/[^"'\n]+"|'\.{0,2}\/[^"'\n]+')\s*,\s*import\.meta\.url\s*\)/g;

/**
 * Turns the literals of such expressions into imports of the asset as a data URL. Every name is put exactly where its
 * literal was, and the imports come last, so that all positions in the file stay what they were.
 */
export function importAssetUrls(code: string, isAssetFile: (specifier: string) => boolean): string {
  const imports: string[] = [];
  const changed = code.replaceAll(URL_OF_ASSET, (whole, literal: string) => {
    const specifier = literal.slice(1, -1);
    const name = `__u${imports.length}`;
    if (name.length > literal.length || !isAssetFile(specifier)) return whole;
    imports.push(`import ${name} from ${JSON.stringify(`${specifier}?url`)};`);
    return whole.replace(literal, () => name.padEnd(literal.length));
  });
  return imports.length === 0 ? code : `${changed}\n${imports.join(" ")}`;
}
