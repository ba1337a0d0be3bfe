declare module "@vue/compiler-sfc/dist/compiler-sfc.esm-browser.js" {
  export * from "@vue/compiler-sfc";
}
