import { ROOT_ID } from "../page-globals.ts";

/** A component of Svelte 3 and 4. */
type ComponentClass = new (options: { readonly target: Element }) => unknown;

/** Shows the entry's default export where that is a component, unless the entry has mounted itself. */
export function mountEntry(entry: Readonly<Record<string, unknown>>): void {
  const target = document.getElementById(ROOT_ID);
  const component = entry["default"];
  if (target === null || typeof component !== "function" || target.hasChildNodes()) return;
  void new (component as ComponentClass)({ target });
}
