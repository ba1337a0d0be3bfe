import { createElement } from "react";
import type { ComponentType } from "react";
import { createRoot } from "react-dom/client";
import { ROOT_ID } from "../page-globals.ts";

/** Shows the entry's default export, unless the entry has mounted itself. */
export function mountEntry(entry: Readonly<Record<string, unknown>>): void {
  const root = document.getElementById(ROOT_ID);
  const component = entry["default"];
  if (root === null || component === undefined) return;
  // React marks a container that has a root with a key of this name.
  const isMounted = Object.keys(root).some((key) => key.startsWith("__reactContainer"));
  if (!isMounted) createRoot(root).render(createElement(component as ComponentType));
}
