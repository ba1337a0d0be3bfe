/** A value as text without control characters: others' words go to a terminal, which these could steer. */
export function printable(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/\p{Cc}+/gu, " ");
}
