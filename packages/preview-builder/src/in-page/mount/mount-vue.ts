import type { Component } from "vue";
import { ROOT_ID } from "../page-globals.ts";
import { createApp } from "../vue/vue.ts";

/** Shows the entry's default export, unless the entry has mounted itself. */
export function mountEntry(entry: Readonly<Record<string, unknown>>): void {
  const root = document.getElementById(ROOT_ID);
  const component = entry["default"];
  // Vue marks a container that has an app in it.
  if (root === null || component === undefined || "__vue_app__" in root) return;
  createApp(component as Component).mount(root);
}
