declare module "vue/dist/vue.runtime.esm-bundler.js" {
  export * from "vue";
}
