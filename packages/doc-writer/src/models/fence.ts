import { randomBytes } from "node:crypto";

/** A marker that does not occur in any of the texts, and that nobody who wrote them could know. */
export function makeMarker(texts: readonly string[]): string {
  for (;;) {
    const marker = `data-${randomBytes(12).toString("hex")}`;
    if (texts.every((text) => !text.includes(marker))) return marker;
  }
}

/** A text between markers: what a model is shown, and not told. */
export function fence(marker: string, text: string): string {
  return `<${marker}>\n${text}\n</${marker}>`;
}
