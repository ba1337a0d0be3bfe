import { createApp as createOwn, createSSRApp as createOwnForSsr } from "vue/dist/vue.runtime.esm-bundler.js";
import { tellUnhandled } from "./tell-unhandled.ts";

// What is declared here goes before what is passed on.
export * from "vue/dist/vue.runtime.esm-bundler.js";

export const createApp: typeof createOwn = (...root) => tellUnhandled(createOwn(...root));
export const createSSRApp: typeof createOwnForSsr = (...root) => tellUnhandled(createOwnForSsr(...root));
