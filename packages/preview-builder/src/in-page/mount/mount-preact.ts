import { h, render } from "preact";
import type { ComponentType } from "preact";
import { ROOT_ID } from "../page-globals.ts";

/** Shows the entry's default export, unless the entry has mounted itself. */
export function mountEntry(entry: Readonly<Record<string, unknown>>): void {
  const root = document.getElementById(ROOT_ID);
  const component = entry["default"];
  if (root === null || component === undefined || root.hasChildNodes()) return;
  render(h(component as ComponentType, null), root);
}
