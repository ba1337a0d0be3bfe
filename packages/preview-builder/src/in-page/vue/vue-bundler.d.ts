declare module "vue/dist/vue.runtime.esm-bundler.js" {
  export * from "vue";
}
declare module "@vue/runtime-dom/dist/runtime-dom.esm-bundler.js" {
  export * from "@vue/runtime-dom";
}
