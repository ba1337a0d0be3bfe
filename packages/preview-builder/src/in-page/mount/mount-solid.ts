import { createComponent, render } from "solid-js/web";
import type { Component } from "solid-js";
import { ROOT_ID } from "../page-globals.ts";

/** Shows the entry's default export, unless the entry has mounted itself. */
export function mountEntry(entry: Readonly<Record<string, unknown>>): void {
  const root = document.getElementById(ROOT_ID);
  const component = entry["default"];
  if (root === null || typeof component !== "function" || root.hasChildNodes()) return;
  render(() => createComponent(component as Component, {}), root);
}
