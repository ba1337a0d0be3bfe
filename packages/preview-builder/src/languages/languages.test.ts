import { SourceMap } from "node:module";
import type { SourceMapPayload } from "node:module";
import { afterAll, describe, expect, test } from "vitest";
import type { BuildSuccess } from "#build-result.ts";
import { PIXEL_PNG, createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

/** A page of one root element with a script, and what package.json names. */
const app = (script: string, dependencies: Readonly<Record<string, string>>, more: TestProject): TestProject => ({
  "index.html": `<div id="app"></div><script type="module" src="/main.ts"></script>`,
  "package.json": JSON.stringify({ dependencies }),
  "main.ts": script,
  ...more,
});
const vue = (component: string, more: TestProject = {}): TestProject =>
  app(
    `import { createApp } from "vue"; import App from "./App.vue"; createApp(App).mount("#app");`,
    { vue: "^3.4.0" },
    {
      "App.vue": component,
      ...more,
    },
  );
const svelte = (component: string, more: TestProject = {}, version = "^5.0.0"): TestProject =>
  app(
    version.startsWith("^5")
      ? `import { mount } from "svelte"; import App from "./App.svelte"; mount(App, { target: document.body });`
      : `import App from "./App.svelte"; new App({ target: document.body });`,
    { svelte: version },
    { "App.svelte": component, ...more },
  );
const solid = (component: string): TestProject =>
  app(
    `import { render } from "solid-js/web"; import App from "./App"; render(() => App({}), document.body);`,
    { "solid-js": "^1.9.0" },
    { "App.tsx": component },
  );

/** A component with a fault, and the row that tells of it. */
interface Broken {
  readonly what: string;
  readonly component: string;
  readonly text: RegExp;
  readonly line: number;
  readonly column?: number;
}

/** Where in the project the source map says that a text of the page's script stands. */
function placeIn({ text, sourceMap }: BuildSuccess & { text: string }, wanted: string): { file: string; line: number } {
  const map = new SourceMap(JSON.parse(Buffer.from(sourceMap).toString()) as SourceMapPayload);
  const lines = (text.split(`<script type="module">`).at(-1) ?? "").split("\n");
  const line = lines.findIndex((each) => each.includes(wanted));
  const entry = map.findEntry(line, (lines[line] ?? "").indexOf(wanted));
  if (!("originalSource" in entry)) throw new Error(`"${wanted}" has no place`);
  return { file: entry.originalSource, line: entry.originalLine + 1 };
}

const lineOf = (text: string, wanted: string): number =>
  text.split("\n").findIndex((line) => line.includes(wanted)) + 1;

describe("Vue", () => {
  const COMPONENT = `<template>
  <!-- a comment -->
  <p :class="$style.loud">{{ shout(label) }}</p>
  <img src="./a.png">
</template>

<script setup lang="ts">
import { ref } from "vue";
import type { Props } from "./types";
const props = defineProps<Props>();
const label = ref<string>(props.label ?? "none");
const colour = "tomato";
function shout(text: string): string {
  console.log("shouting", text as string);
  return text.toUpperCase();
}
</script>

<style scoped lang="scss">
p { b { color: v-bind(colour); } }
</style>
<style module>
.loud { font-weight: 700; }
</style>
`;

  test("a component with types, scoped Sass, a CSS module and an image becomes a module", async () => {
    const project = vue(COMPONENT, { "types.ts": `export interface Props { label?: string }`, "a.png": PIXEL_PNG });
    const result = await builder.page(project);
    expect(result.manifest).toMatchObject({ kind: "vue", kind_label: "Vue page (Vue 3)" });
    expect(result.text).toMatch(/p b\[data-v-[0-9a-f]{8}\]/);
    expect(result.text).toContain("data:image/png;base64,");
    expect(result.text).toMatch(/color: var\(--\w+\)/);
    expect(result.warnings).toEqual([]);
  });

  test("the source map leads to the component's own lines, of its script and of its template", async () => {
    const project = vue(COMPONENT, { "types.ts": `export interface Props { label?: string }`, "a.png": PIXEL_PNG });
    const result = await builder.page(project);
    expect(placeIn(result, `"shouting"`)).toEqual({ file: "vfs:App.vue", line: lineOf(COMPONENT, "shouting") });
    const options = `<script>\nexport default {\n  data: () => ({ a: "in the script" }),\n};\n</script>\n<template>\n  <p>{{ a + "in the template" }}</p>\n</template>`;
    const classic = await builder.page(vue(options));
    expect(placeIn(classic, `"in the script"`)).toEqual({ file: "vfs:App.vue", line: 3 });
    expect(placeIn(classic, `"in the template"`)).toEqual({ file: "vfs:App.vue", line: 7 });
  });

  test("types are followed through files, aliases and other components, and are read anew in each build", async () => {
    const more = (member: string): TestProject => ({
      "vite.config.ts": `import { fileURLToPath } from "node:url"; import vue from "@vitejs/plugin-vue";
export default defineConfig({ plugins: [vue()], resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } } });`,
      "src/types.ts": `import type { Deep } from "@/deep"; export interface Props extends Deep { first: string }`,
      "src/deep.ts": `export interface Deep { ${member}: number }`,
    });
    const component = `<script setup lang="ts">import type { Props } from "@/types"; defineProps<Props>();</script><template><p>{{ first }}</p></template>`;
    expect((await builder.page(vue(component, more("second")))).text).toMatch(/first: \{[^}]*\},\s*second: \{/);
    expect((await builder.page(vue(component, more("third")))).text).toMatch(/first: \{[^}]*\},\s*third: \{/);
  });

  test.each<Broken>([
    {
      what: "its script",
      component: `<template><p/></template>\n<script setup>\nconst a = ;\n</script>`,
      text: /Unexpected token/,
      line: 3,
      column: 11,
    },
    {
      what: "its template",
      component: `<script setup>\nconst a = 1;\n</script>\n<template>\n  <p v-if="a +">x</p>\n</template>`,
      text: /Unexpected/,
      line: 5,
      column: 12,
    },
    {
      what: "an end tag",
      component: `<template>\n  <div>\n</template>`,
      text: /missing end tag/i,
      line: 2,
      column: 3,
    },
    {
      what: "its style",
      component: `<template><p/></template>\n<style scoped>\np { color: red\n</style>`,
      text: /Unclosed block/,
      line: 3,
      column: 1,
    },
    {
      what: "its Sass",
      component: `<template><p/></template>\n<style lang="scss">\np { color: $nothing; }\n</style>`,
      text: /Undefined variable/,
      line: 3,
      column: 12,
    },
    {
      what: "what it imports",
      component: `<script setup>\nimport b from "./nothing";\nconsole.log(b);\n</script>`,
      text: /no file "nothing"/,
      line: 2,
      column: 15,
    },
    {
      what: "a language that is not read",
      component: `<template lang="pug">\np hi\n</template>`,
      text: /"pug" are not read/,
      line: 1,
      column: 1,
    },
  ])("an error in $what has its place in the component", async ({ component, text, line, column }) => {
    const { details } = await builder.failure(vue(component));
    expect(details[0]).toMatchObject({ file: "App.vue", line, column, text: expect.stringMatching(text) as unknown });
    expect(details[0]?.line_text).toBe(component.split("\n")[line - 1]);
  });

  test("an image of the template that is not there stays a link, with a warning", async () => {
    const { text, warnings } = await builder.page(vue(`<template><img src="/gone.png"></template>`));
    expect(text).toContain(`"/gone.png"`);
    expect(warnings[0]).toMatchObject({ file: "App.vue", text: expect.stringContaining("/gone.png") as unknown });
  });

  test("a component reads no file of the host, by whatever it names one", async () => {
    const outside = ["/etc/passwd", "../../../../../../etc/passwd", "file:///etc/passwd"];
    for (const path of outside) {
      const blocks = [
        `<script src="${path}"></script>`,
        `<template src="${path}"></template>`,
        `<template><p/></template><style src="${path}"></style>`,
        `<script setup lang="ts">import type { A } from "${path}"; defineProps<A>();</script>`,
        `<template><p/></template><style>@import "${path}"; p { background: url("${path}"); }</style>`,
      ];
      for (const block of blocks) {
        const result = await builder.build(vue(block));
        expect(JSON.stringify(result.ok ? Buffer.from(result.html).toString() : result)).not.toContain("root:x:");
      }
    }
  });
});

describe("Svelte", () => {
  const RUNES = `<script lang="ts">
  import { count } from "./count.svelte";
  import "./global.css";
  interface Props { label?: string }
  let { label = "none" }: Props = $props();
  const doubled = $derived((count.value as number) * 2);
  function log(event: MouseEvent): void {
    console.log("clicked", event);
  }
</script>

<button onclick={log}>{label} {doubled}</button>

<style lang="scss">
  button { &:hover { color: tomato; } }
</style>
`;
  const MODULE = `export const count: { value: number } = $state({ value: 1 });\nexport function fail(): never {\n  throw new Error("on purpose");\n}\n`;

  test("a component of today with types, Sass and a module of runes is compiled", async () => {
    const result = await builder.page(svelte(RUNES, { "count.svelte.ts": MODULE, "global.css": "p{}" }));
    expect(result.manifest).toMatchObject({ kind: "svelte", kind_label: "Svelte page (Svelte 5)" });
    expect(result.text).toMatch(/button\.svelte-\w+:hover/);
    expect(result.manifest.runtimes).toEqual(["page", "svelte"]);
    expect(placeIn(result, `"clicked"`)).toEqual({ file: "vfs:App.svelte", line: lineOf(RUNES, "clicked") });
  });

  test("the map of a script with runes leads to its lines through both steps", async () => {
    const main = `import { fail } from "./count.svelte"; fail();`;
    const result = await builder.page(app(main, { svelte: "^5" }, { "count.svelte.ts": `\n\ntype A = 1;\n${MODULE}` }));
    expect(placeIn(result, `"on purpose"`)).toEqual({ file: "vfs:count.svelte.ts", line: 6 });
  });

  test("enums and other types that are code are taken out first", async () => {
    const component = `<script lang="ts">\n  enum Level { Low = "low" }\n  let level: Level = $state(Level.Low);\n</script>\n<p>{level}</p>`;
    expect((await builder.page(svelte(component))).text).toContain(`"low"`);
  });

  test.each([
    ["^4.2.0", "svelte-4", "Svelte page (Svelte 4)"],
    ["^3.59.0", "svelte-3", "Svelte page (Svelte 3)"],
  ])("a project that asks for %s gets its compiler and its runtime", async (version, runtime, label) => {
    const component = `<script lang="ts">\n  export let name: string = "none";\n  $: loud = name.toUpperCase();\n  function say(): void {\n    console.log("said", name);\n  }\n</script>\n<p on:click={say}>{loud}</p>\n<style>p { color: tomato; }</style>`;
    const result = await builder.page(svelte(component, {}, version));
    expect(result.manifest.kind_label).toBe(label);
    expect(result.manifest.runtimes).toEqual(["page", runtime]);
    expect(placeIn(result, `"said"`)).toEqual({ file: "vfs:App.svelte", line: 5 });
    const { details } = await builder.failure(
      svelte(`<script lang="ts">\n  let a: string = "b";\n</script>\n<p>\n{#if a}\n</p>`, {}, version),
    );
    expect(details[0]).toMatchObject({ file: "App.svelte", line: 6 });
  });

  test.each<Broken>([
    { what: "its script", component: `<p></p>\n<script>\nlet a = ;\n</script>`, text: /Unexpected token/, line: 3 },
    {
      what: "its markup",
      component: `<script>\nlet a = 1;\n</script>\n{#if a}\n<p>`,
      text: /left open|must be closed|unclosed/i,
      line: 5,
    },
    { what: "its style", component: `<p>x</p>\n<style>\n} p { color: red }\n</style>`, text: /Expected/, line: 3 },
    {
      what: "its Sass",
      component: `<p>x</p>\n<style lang="scss">\np { color: $nothing; }\n</style>`,
      text: /Undefined variable/,
      line: 3,
    },
    {
      what: "what it imports",
      component: `<script>\n  import b from "./nothing";\n</script>\n{b}`,
      text: /no file "nothing"/,
      line: 2,
    },
    {
      what: "a language that is not read",
      component: `<script lang="coffee">\na = 1\n</script>`,
      text: /"coffee" are not read/,
      line: 1,
    },
  ])("an error in $what has its place in the component", async ({ component, text, line }) => {
    const { details } = await builder.failure(svelte(component));
    expect(details[0]).toMatchObject({ file: "App.svelte", line, text: expect.stringMatching(text) as unknown });
    expect(details[0]?.line_text).toBe(component.split("\n")[line - 1]);
  });
});

describe("Solid", () => {
  const COMPONENT = `import { createSignal, For, type JSX } from "solid-js";

type Row = { name: string };
export default function App(_props: object): JSX.Element {
  const [rows] = createSignal<Row[]>([{ name: "a" }]);
  const log = (): void => {
    console.log("clicked");
  };
  return <ul onClick={log}><For each={rows()}>{(row) => <li>{row.name}</li>}</For></ul>;
}
`;

  test("JSX is compiled as Solid has it, and the map leads to its lines", async () => {
    const result = await builder.page(solid(COMPONENT));
    expect(result.manifest).toMatchObject({ kind: "solid", kind_label: "Solid page (Solid 1)" });
    expect(result.text).toContain("<ul>");
    expect(placeIn(result, `"clicked"`)).toEqual({ file: "vfs:App.tsx", line: 7 });
  });

  test("an error has its place", async () => {
    const { details } = await builder.failure(solid(`export default () => {\n  return <p>{</p>;\n};`));
    expect(details[0]).toMatchObject({ file: "App.tsx", line: 2, line_text: `  return <p>{</p>;` });
    const missing = await builder.failure(
      solid(`export default () => {\n  return <Other />;\n};\nimport Other from "./other";`),
    );
    expect(missing.details[0]).toMatchObject({ file: "App.tsx", line: 4 });
  });
});
