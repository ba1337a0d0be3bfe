import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BuildOptions } from "#build-result.ts";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, browser] = await Promise.all([createTestBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

let page: Awaited<ReturnType<typeof browser.newPage>>;
let problems: string[];
beforeEach(async () => {
  page = await browser.newPage();
  problems = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
});
afterEach(() => page.close());

async function open(project: TestProject, options?: Partial<BuildOptions>) {
  const result = await builder.page(project, options);
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: result.text }));
  await page.goto("http://storage.test/bundles/1/index.html");
  return result;
}

const asks = (dependencies: Readonly<Record<string, string>>): TestProject => ({
  "package.json": JSON.stringify({ dependencies }),
});
const modes = ["production", "development"] as const;

/** A component that counts, as each framework has it, in a file that nothing mounts. */
const COUNTERS: readonly { readonly kind: string; readonly label: string; readonly project: TestProject }[] = [
  {
    kind: "vue-script",
    label: "Vue 3",
    project: {
      "App.vue": `<script setup>import { ref } from "vue"; const n = ref(1); const red = "rgb(255, 0, 0)";</script>
<template><button @click="n++">count {{ n }}</button></template>
<style scoped>button { color: v-bind(red); }</style>`,
    },
  },
  {
    kind: "svelte-script",
    label: "Svelte 5",
    project: {
      "App.svelte": `<script>let n = $state(1);</script><button onclick={() => n++}>count {n}</button><style>button { color: rgb(255, 0, 0); }</style>`,
    },
  },
  {
    kind: "svelte-script",
    label: "Svelte 5",
    // As components of Svelte 4 are written, which today's compiler takes too.
    project: {
      "App.svelte": `<script>let n = 1; $: label = "count " + n;</script><button on:click={() => (n += 1)}>{label}</button><style>button { color: rgb(255, 0, 0); }</style>`,
    },
  },
  ...["4", "3"].map((major) => ({
    kind: "svelte-script",
    label: `Svelte ${major}`,
    project: {
      ...asks({ svelte: `^${major}.0.0` }),
      "App.svelte": `<script>let n = 1; $: label = "count " + n;</script><button on:click={() => (n += 1)}>{label}</button><style>button { color: rgb(255, 0, 0); }</style>`,
    },
  })),
  {
    kind: "solid-script",
    label: "Solid 1",
    project: {
      "App.tsx": `import { createSignal } from "solid-js"; import "./a.css";
export default () => { const [n, setN] = createSignal<number>(1); return <button onClick={() => setN(n() + 1)}>count {n()}</button>; };`,
    },
  },
  ...["11", "10"].map((major) => ({
    kind: "preact-script",
    label: `Preact ${major}`,
    project: {
      ...asks({ preact: `^${major}.0.0` }),
      "App.tsx": `import { useState } from "preact/hooks"; import "./a.css";
export default () => { const [n, setN] = useState<number>(1); return <button class="x" onClick={() => setN(n + 1)}>count {n}</button>; };`,
    },
  })),
  ...["19", "18", "17", "16"].map((major) => ({
    kind: "react-script",
    label: `React ${major}`,
    project: {
      ...asks({ react: `^${major}.0.0`, "react-dom": `^${major}.0.0` }),
      "App.tsx": `import { useState } from "react"; import "./a.css";
export default () => { const [n, setN] = useState<number>(1); return <><button onClick={() => setN(n + 1)}>count {n}</button></>; };`,
    },
  })),
  {
    kind: "react-script",
    label: "React 15",
    project: {
      ...asks({ react: "^15.0.0", "react-dom": "^15.0.0" }),
      "App.jsx": `import React from "react"; import "./a.css";
export default class App extends React.Component { state = { n: 1 }; render() { return <button onClick={() => this.setState({ n: this.state.n + 1 })}>{"count " + this.state.n}</button>; } }`,
    },
  },
];

describe.each(modes)("in %s mode", (mode) => {
  test.each(COUNTERS)(
    "a component of $label that nothing mounts is shown and counts",
    async ({ kind, label, project }) => {
      const { manifest } = await open({ "a.css": "button { color: rgb(255, 0, 0) }", ...project }, { mode });
      expect(manifest.kind).toBe(kind);
      expect(manifest.kind_label).toContain(`(${label})`);
      await page.getByText("count 1").click();
      await page.getByText("count 2").waitFor();
      const colour = await page.locator("button").evaluate((button) => getComputedStyle(button).color);
      expect(colour).toBe("rgb(255, 0, 0)");
      expect(problems).toEqual([]);
    },
  );
});

test("Vue compiles templates in the page where a config asks for the build that can", async () => {
  await open({
    ...asks({ vue: "^3.0.0" }),
    "vite.config.js": `export default { resolve: { alias: { vue: "vue/dist/vue.esm-bundler.js" } } };`,
    "index.html": `<div id="app"><p>{{ label }} <item></item></p></div><script type="module" src="main.js"></script>`,
    "main.js": `import { createApp, ref } from "vue"; import Item from "./Item.vue";
const app = createApp({ setup: () => ({ label: ref("from the page") }) }); app.component("item", Item); app.mount("#app");`,
    "Item.vue": `<script>export default { name: "Item", data: () => ({ text: "and a component" }) };</script><template><b>{{ text }}</b></template>`,
  });
  await page.getByText("from the page and a component").waitFor();
  expect(problems).toEqual([]);
});

test("Vue's JSX becomes elements of Vue", async () => {
  await open({
    ...asks({ vue: "^3.0.0" }),
    "index.html": `<div id="app"></div><script type="module" src="main.tsx"></script>`,
    "main.tsx": `import { createApp, defineComponent, ref } from "vue";
const App = defineComponent({ setup() { const n = ref(1); return () => <button class="x" onClick={() => n.value++}>count {n.value}</button>; } });
createApp(App).mount("#app");`,
  });
  await page.getByText("count 1").click();
  await page.getByText("count 2").waitFor();
  expect(problems).toEqual([]);
});

test("components that are imported when they are needed are shown then, chosen by name too", async () => {
  await open({
    ...asks({ vue: "^3.0.0" }),
    "App.vue": `<script setup>import { defineAsyncComponent, shallowRef } from "vue";
const shown = shallowRef(null);
const show = (name) => { shown.value = defineAsyncComponent(() => import(\`./views/\${name}.vue\`)); };
const all = Object.keys(import.meta.glob("./views/*.vue")).length;</script>
<template><button @click="show('Second')">Show</button><component :is="shown" v-if="shown" /><p>{{ all }} views</p></template>`,
    "views/First.vue": `<template><p>the first</p></template>`,
    "views/Second.vue": `<template><p>the second</p></template>`,
  });
  await page.getByText("2 views").waitFor();
  await page.getByText("Show").click();
  await page.getByText("the second").waitFor();
  expect(problems).toEqual([]);
});

test("code of today and of Svelte 4 may stand in one app, with stores, transitions and slots", async () => {
  await open({
    "index.html": `<script type="module" src="main.ts"></script>`,
    "main.ts": `import { mount } from "svelte"; import App from "./App.svelte"; mount(App, { target: document.body });`,
    "App.svelte": `<script>import Old from "./Old.svelte"; let n = $state(1);</script><Old {n} on:more={() => n++}><b>slotted</b></Old>`,
    "Old.svelte": `<script>import { createEventDispatcher, onMount } from "svelte"; import { writable } from "svelte/store"; import { slide } from "svelte/transition";
export let n; const told = writable("not mounted"); const send = createEventDispatcher(); onMount(() => told.set("mounted"));</script>
<p transition:slide>{$told} {n} <slot /></p><button on:click={() => send("more")}>More</button>`,
  });
  await page.getByText("mounted 1 slotted").waitFor();
  await page.getByText("More").click();
  await page.getByText("mounted 2 slotted").waitFor();
  expect(problems).toEqual([]);
});
