// By its file: the plain name is that of the part's own module, which is this one.
export * from "@vue/runtime-dom/dist/runtime-dom.esm-bundler.js";
export { createApp, createSSRApp } from "./vue.ts";
