import { createElement } from "react";
import type { ComponentType } from "react";
import * as ReactDOM from "react-dom";
import { ROOT_ID } from "../page-globals.ts";

/** What React up to 17 has to show something; the types are those of a later one. */
const { render } = ReactDOM as unknown as { render: (element: unknown, container: Element) => void };

/** Shows the entry's default export, unless the entry has mounted itself. */
export function mountEntry(entry: Readonly<Record<string, unknown>>): void {
  const root = document.getElementById(ROOT_ID);
  const component = entry["default"];
  if (root === null || component === undefined || root.hasChildNodes()) return;
  render(createElement(component as ComponentType), root);
}
