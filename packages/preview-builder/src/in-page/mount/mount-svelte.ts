import { mount } from "svelte";
import type { Component } from "svelte";
import { ROOT_ID } from "../page-globals.ts";

/** Shows the entry's default export where that is a component, unless the entry has mounted itself. */
export function mountEntry(entry: Readonly<Record<string, unknown>>): void {
  const target = document.getElementById(ROOT_ID);
  const component = entry["default"];
  if (target === null || typeof component !== "function" || target.hasChildNodes()) return;
  mount(component as Component, { target });
}
