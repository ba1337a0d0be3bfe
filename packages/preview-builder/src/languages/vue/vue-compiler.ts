// oxlint-disable-next-line typescript/triple-slash-reference -- The declaration has to come along into whichever program reads this file.
/// <reference path="./vue-for-browsers.d.ts" />
import type * as VueCompiler from "@vue/compiler-sfc";

/** The compiler of Vue's components, in the form made for browsers: nothing in it can read a disk. */
export function loadVueCompiler(): Promise<typeof VueCompiler> {
  return import("@vue/compiler-sfc/dist/compiler-sfc.esm-browser.js");
}
