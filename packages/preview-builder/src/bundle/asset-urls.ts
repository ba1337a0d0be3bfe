/** `new URL("./x.png", import.meta.url)`, as bundlers of pages understand it. */
const URL_OF_ASSET = /\bnew\s+URL\(\s*("\.{0,2}\/[^"'\n]+"|'\.{0,2}\/[^"'\n]+')\s*,\s*import\.meta\.url\s*\)/g;
/** `new Worker("/worker.js")`: an address of the page's server. */
const WORKER_ADDRESS = /\bnew\s+(?:Shared)?Worker\(\s*("\.{0,2}\/[^"'\n]+"|'\.{0,2}\/[^"'\n]+')/g;
/** What runs a script of its own comes before its URL. */
const RUNS_IT = /(?:\bnew\s+(?:Shared)?Worker|\.addModule)\s*\(\s*$/;
const LOOK_BACK = 60;

/** What a specifier leads to, if it is a file of the project. */
export type UrlKind = "asset" | "script" | undefined;

/**
 * Turns the literals of such expressions into imports of the asset as a data URL, or of a worker's script as one too. Every
 * name is put exactly where its literal was, and the imports come last, so that all positions in the file stay what they were.
 */
export function importAssetUrls(code: string, kindOf: (specifier: string) => UrlKind): string {
  const imports: string[] = [];
  const take = (whole: string, literal: string, target: string): string => {
    const name = `__u${imports.length}`;
    if (name.length > literal.length) return whole;
    imports.push(`import ${name} from ${JSON.stringify(target)};`);
    return whole.replace(literal, () => name.padEnd(literal.length));
  };
  const withUrls = code.replaceAll(URL_OF_ASSET, (whole, literal: string, at: number) => {
    const specifier = literal.slice(1, -1);
    const kind = kindOf(specifier);
    const isRun = RUNS_IT.test(code.slice(Math.max(0, at - LOOK_BACK), at));
    if (kind === "script" && isRun) return take(whole, literal, `${specifier}?worker&url`);
    return kind === "asset" ? take(whole, literal, `${specifier}?url`) : whole;
  });
  const changed = withUrls.replaceAll(WORKER_ADDRESS, (whole, literal: string) => {
    // Relative to the page, which is at the root.
    const specifier = literal.slice(1, -1).replace(/^\.?\//, "/");
    return kindOf(specifier) === "script" ? take(whole, literal, `${specifier}?worker&url`) : whole;
  });
  return imports.length === 0 ? code : `${changed}\n${imports.join(" ")}`;
}
