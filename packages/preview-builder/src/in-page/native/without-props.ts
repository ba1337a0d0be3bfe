/** Props but those that an element of a page would not understand. */
export function withoutProps(
  props: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(props).filter(([name]) => !names.includes(name)));
}
