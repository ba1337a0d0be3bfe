import type { SourceTransform } from "#transforms/source-transform.ts";

/** Languages besides those that the bundler knows. Each is loaded when a project first has a file of it. */
export const languageTransforms: readonly SourceTransform[] = [
  {
    name: "vue",
    matches: (path) => path.endsWith(".vue"),
    transform: async (file, context) => (await import("#languages/vue/transform-vue.ts")).transformVue(file, context),
  },
  {
    name: "svelte",
    matches: (path) => path.endsWith(".svelte"),
    transform: async (file, context) =>
      (await import("#languages/svelte/transform-svelte.ts")).transformSvelte(file, context),
  },
  {
    // Runes may also be used in scripts that are named so.
    name: "svelte-module",
    matches: (path, { frameworks }) => /\.svelte\.[jt]s$/.test(path) && frameworks.majors.svelte >= 5,
    transform: async (file) =>
      (await import("#languages/svelte/transform-svelte-module.ts")).transformSvelteModule(file),
  },
  {
    name: "solid",
    matches: (path, { kind }) => kind.framework === "solid" && /\.[jt]sx$/.test(path),
    transform: async (file) => (await import("#languages/solid/transform-solid.ts")).transformSolid(file),
  },
];
