// Of a length, so that a script of nothing but beginnings costs no more than any other.
const URL_IN_STRING = /url\(\s*(\\?["']?)([^"')\\\s]{1,300})\1\s*\)/g;
/** Where a variable may not stand: rules of fonts and imports. */
const NO_VALUE = /(?:\bsrc\s*:[^;{}]*|@import\s*)$/;
const LOOK_BACK = 200;

/**
 * Puts variables of CSS in the place of `url(…)` in the strings of a script. Styles that code sets cannot be watched as what it
 * sets of elements can; a variable means the same in them. Nothing moves: each is as long as what it is put for.
 *
 * @param variableOf the variable's name for an address that is a file's; undefined for others.
 */
export function replaceStyleUrls(code: string, variableOf: (address: string) => string | undefined): string {
  return code.replaceAll(URL_IN_STRING, (whole, ...[, address, at]: [string, string, number]) => {
    if (NO_VALUE.test(code.slice(Math.max(0, at - LOOK_BACK), at))) return whole;
    const name = variableOf(address);
    const value = `var(${name})`;
    return name === undefined || value.length > whole.length ? whole : value.padEnd(whole.length);
  });
}
