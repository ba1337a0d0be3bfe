const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const characters: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

// Control characters are written as references, as S3 writes them; XML 1.0 has no other way to carry a line feed safely.
const escapeText = (text: string): string =>
  text.replaceAll(/[&<>"\p{Cc}]/gu, (found) => entities[found] ?? `&#x${found.charCodeAt(0).toString(16)};`);

const unescapeText = (text: string): string =>
  text.replaceAll(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, reference: string) => {
    if (!reference.startsWith("#")) return characters[reference] ?? whole;
    const isHex = /^#x/i.test(reference);
    const codePoint = Number.parseInt(reference.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
  });

export const textElement = (name: string, value: string | number | boolean): string =>
  `<${name}>${escapeText(String(value))}</${name}>`;

export const element = (name: string, children: readonly string[]): string => `<${name}>${children.join("")}</${name}>`;

export const xmlDocument = (name: string, children: readonly string[]): string => {
  const namespace = name === "Error" ? "" : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace}>${children.join("")}</${name}>`;
};

/** The inner texts of all elements of that name: enough for the flat documents that S3 clients send. */
export const innerTexts = (document: string, name: string): string[] =>
  [...document.matchAll(new RegExp(`<${name}(?:\\s[^>]*)?>([^]*?)</${name}>`, "g"))].map(([, inner]) => inner ?? "");

export const textsOf = (document: string, name: string): string[] => innerTexts(document, name).map(unescapeText);
