const EXPORT_BLOCK = /:export\s*\{([^{}]*)\}/g;
const VALUE_RULE = /@value\s+([\w-]+)\s*:\s*([^;]+);/g;

/** What a CSS module gives to scripts besides the names of its classes: `:export { … }` and `@value name: …;`. */
export function exportValues(text: string): { readonly css: string; readonly values: ReadonlyMap<string, string> } {
  const values = new Map<string, string>();
  const constants = new Map<string, string>();
  // A newline for each that goes keeps the places of what follows.
  const blank = (whole: string): string => "\n".repeat(whole.split("\n").length - 1);
  const withoutValues = text.replaceAll(VALUE_RULE, (whole, name: string, value: string) => {
    constants.set(name, value.trim());
    return blank(whole);
  });
  const css = withoutValues.replaceAll(EXPORT_BLOCK, (whole, body: string) => {
    for (const row of body.split(";")) {
      const colon = row.indexOf(":");
      if (colon !== -1) values.set(row.slice(0, colon).trim(), row.slice(colon + 1).trim());
    }
    return blank(whole);
  });
  if (constants.size === 0) return { css, values };
  for (const [name, value] of constants) values.set(name, value);
  const names = [...constants.keys()].sort((a, b) => b.length - a.length).join("|");
  const inValue = new RegExp(String.raw`(?<![\w.#-])(?:${names})(?![\w-])`, "g");
  // Only behind a colon: a class may have the name too.
  const replaced = css.replaceAll(/:[^;{}]*(?=[;}])/g, (declared) =>
    declared.replaceAll(inValue, (name) => constants.get(name) ?? name),
  );
  return { css: replaced, values };
}
