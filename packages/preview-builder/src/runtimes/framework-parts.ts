import type { RuntimePart } from "#runtimes/runtime-parts.ts";

/** What user code imports of React, and what of it each major has. */
const REACT = ["react", "react/jsx-runtime", "react/jsx-dev-runtime", "react-dom"];
const REACT_CLIENT = "react-dom/client";

function reactOf(major: string, mount: string, modules: readonly string[]): RuntimePart {
  return {
    name: `react-${major}`,
    label: `React ${major}`,
    insteadOf: "react",
    isCommonJs: true,
    needs: [],
    modules: { ...Object.fromEntries(modules.map((name) => [name, name])), "hivesync:mount-react": mount },
    packages: { react: `react-${major}`, "react-dom": `react-dom-${major}` },
  };
}

const PREACT_MODULES = ["preact", "preact/hooks", "preact/jsx-runtime", "preact/jsx-dev-runtime"];

/** Preact, and what it puts in the place of React. */
function preactOf(major: string | undefined): RuntimePart[] {
  const suffix = major === undefined ? "" : `-${major}`;
  const label = `Preact ${major ?? "11"}`;
  const packages = major === undefined ? {} : { packages: { preact: `preact-${major}` } };
  const modulesOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, name]));
  const compat = ["preact/compat", "preact/compat/client", "preact/compat/jsx-runtime"];
  return [
    {
      name: `preact${suffix}`,
      label,
      ...(major !== undefined && { insteadOf: "preact" }),
      needs: [],
      modules: { ...modulesOf([...PREACT_MODULES, ...compat]), "hivesync:mount-preact": "./mount/mount-preact.ts" },
      ...packages,
    },
    {
      name: `preact${suffix}-debug`,
      label,
      ...(major !== undefined && { insteadOf: "preact-debug" }),
      needs: [`preact${suffix}`],
      modules: modulesOf(["preact/debug", "preact/devtools"]),
      actsOnImport: ["preact/debug", "preact/devtools"],
      ...packages,
    },
    {
      name: `react-as-preact${suffix}`,
      label,
      insteadOf: "react",
      needs: [`preact${suffix}`],
      modules: {
        react: "preact/compat",
        "react/jsx-runtime": "preact/jsx-runtime",
        "react/jsx-dev-runtime": "preact/jsx-dev-runtime",
        "react-dom": "preact/compat",
        "react-dom/client": "preact/compat/client",
      },
      ...packages,
    },
  ];
}

const SVELTE_MODULES = ["motion", "transition", "animate", "easing", "store"];

function svelteOf(major: "3" | "4", internals: readonly string[]): RuntimePart {
  const names = ["svelte", ...SVELTE_MODULES.map((name) => `svelte/${name}`), ...internals];
  return {
    name: `svelte-${major}`,
    label: `Svelte ${major}`,
    insteadOf: "svelte",
    needs: [],
    modules: {
      ...Object.fromEntries(names.map((name) => [name, name])),
      "hivesync:mount-svelte": "./mount/mount-svelte-class.ts",
    },
    packages: { svelte: `svelte-${major}` },
  };
}

const SVELTE_FLAGS = ["async", "legacy", "tracing"].map((name) => `svelte/internal/flags/${name}`);
const SVELTE_NAMES = [
  "svelte",
  ...SVELTE_MODULES.map((name) => `svelte/${name}`),
  "svelte/attachments",
  "svelte/events",
  "svelte/legacy",
  "svelte/reactivity",
  "svelte/reactivity/window",
  "svelte/internal/client",
  "svelte/internal/disclose-version",
  ...SVELTE_FLAGS,
];

/** Frameworks besides today's React. Those with `insteadOf` are taken where a project asks for another version. */
export const FRAMEWORK_PARTS: readonly RuntimePart[] = [
  reactOf("15", "./mount/mount-react-legacy.ts", REACT),
  reactOf("16", "./mount/mount-react-legacy.ts", REACT),
  reactOf("17", "./mount/mount-react-legacy.ts", REACT),
  reactOf("18", "./mount/mount-react.ts", [...REACT, REACT_CLIENT]),
  ...preactOf(undefined),
  ...preactOf("10"),
  {
    name: "vue",
    label: "Vue 3",
    needs: [],
    modules: {
      vue: "./vue/vue.ts",
      "vue/jsx-runtime": "vue/jsx-runtime",
      "vue/jsx-dev-runtime": "vue/jsx-dev-runtime",
      // What "vue" passes on: its compiler, and libraries, name it so.
      "@vue/runtime-dom": "./vue/runtime-dom.ts",
      "hivesync:mount-vue": "./mount/mount-vue.ts",
    },
  },
  {
    name: "vue-compiler",
    label: "Vue 3 with its template compiler",
    needs: ["vue"],
    modules: {
      "vue/dist/vue.esm-bundler.js": "vue/dist/vue.esm-bundler.js",
      "vue/dist/vue.esm-bundler": "vue/dist/vue.esm-bundler.js",
      "vue/dist/vue.esm-browser.js": "vue/dist/vue.esm-bundler.js",
    },
  },
  {
    name: "svelte",
    label: "Svelte 5",
    needs: [],
    modules: {
      ...Object.fromEntries(SVELTE_NAMES.map((name) => [name, name])),
      "hivesync:mount-svelte": "./mount/mount-svelte.ts",
    },
    actsOnImport: ["svelte/internal/disclose-version", ...SVELTE_FLAGS],
  },
  svelteOf("4", ["svelte/internal", "svelte/internal/disclose-version"]),
  svelteOf("3", ["svelte/internal"]),
  {
    name: "solid",
    label: "Solid 1",
    needs: [],
    modules: {
      "solid-js": "solid-js",
      "solid-js/web": "solid-js/web",
      "solid-js/store": "solid-js/store",
      "hivesync:mount-solid": "./mount/mount-solid.ts",
    },
  },
  {
    name: "solid-templates",
    label: "Solid 1",
    needs: ["solid"],
    modules: { "solid-js/h": "solid-js/h", "solid-js/html": "solid-js/html" },
  },
];
