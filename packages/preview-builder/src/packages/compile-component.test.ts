import { afterAll, expect, test } from "vitest";
import { createPackageBench } from "#testing/package-bench.ts";
import type { TestProject } from "#testing/test-builder.ts";

const bench = await createPackageBench();
afterAll(() => bench[Symbol.asyncDispose]());

const project = (component: TestProject, dependencies: Record<string, string>): TestProject => ({
  "package.json": JSON.stringify({ dependencies }),
  ...component,
});

test.each(["^5.0.0", "^4.0.0"])(
  "components that a package ships as Svelte %s are compiled with the project's",
  async (svelte) => {
    bench.registry.publish({
      name: "svelte-badge",
      version: "1.0.0",
      json: { svelte: "./index.js", exports: { ".": { svelte: "./index.js" } }, peerDependencies: { svelte: "*" } },
      files: {
        "index.js": `export { default as Badge } from "./Badge.svelte"; export { default as Other } from "./Other.svelte";`,
        "Badge.svelte": `<script>export let label = "badge of a package";</script><b>{label}</b><style>b { color: teal; }</style>`,
        "Other.svelte": `<p>other-not-used</p>`,
      },
    });
    const component = { "App.svelte": `<script>import { Badge } from "svelte-badge";</script><Badge />` };
    const { text, manifest } = await bench.page(project(component, { svelte, "svelte-badge": "^1.0.0" }));
    expect(text).toContain("badge of a package");
    expect(text).toMatch(/b\.svelte-\w+[^{]*\{\s*color:\s*teal/);
    expect(manifest.runtimes).toEqual(["page", svelte === "^5.0.0" ? "svelte" : "svelte-4"]);
  },
);

test("those of Vue are too, and may take types from beside them", async () => {
  bench.registry.publish({
    name: "vue-badge",
    version: "1.0.0",
    json: { main: "index.ts", peerDependencies: { vue: "*" } },
    files: {
      "index.ts": `export { default as Badge } from "./Badge.vue";`,
      "types.ts": `export interface Props { labelOfPackage?: string }`,
      "Badge.vue": `<script setup lang="ts">import type { Props } from "./types"; defineProps<Props>();</script>
<template><b>{{ labelOfPackage ?? "none" }}</b></template><style scoped>b { color: teal; }</style>`,
    },
  });
  const component = {
    "App.vue": `<script setup>import { Badge } from "vue-badge";</script><template><Badge /></template>`,
  };
  const { text } = await bench.page(project(component, { vue: "^3.0.0", "vue-badge": "^1.0.0" }));
  expect(text).toMatch(/props:\s*\{\s*labelOfPackage/);
  expect(text).toMatch(/b\[data-v-\w+\]\s*\{\s*color:\s*teal/);
});

test("one that cannot be compiled is told by its package and file", async () => {
  bench.registry.publish({
    name: "svelte-broken",
    version: "1.0.0",
    json: { svelte: "./Broken.svelte", main: "./Broken.svelte" },
    files: { "Broken.svelte": `<script>let a = ;</script>` },
  });
  const component = { "App.svelte": `<script>import Broken from "svelte-broken";</script><Broken />` };
  const { details } = await bench.failure(project(component, { svelte: "^5", "svelte-broken": "^1.0.0" }));
  expect(details[0]?.text).toMatch(
    /"svelte-broken" 1\.0\.0, file "Broken\.svelte", cannot be compiled: Unexpected token/,
  );
});

test("one reads nothing but its package", async () => {
  bench.registry.publish({
    name: "vue-thief",
    version: "1.0.0",
    json: { main: "Thief.vue" },
    files: {
      "Thief.vue": `<script setup lang="ts">import type { A } from "${"../".repeat(4)}etc/passwd"; defineProps<A>();</script><template><img src="/etc/passwd"></template>`,
    },
  });
  const component = {
    "App.vue": `<script setup>import Thief from "vue-thief";</script><template><Thief /></template>`,
  };
  const result = await bench.build(project(component, { vue: "^3", "vue-thief": "^1.0.0" }));
  expect(JSON.stringify(result.ok ? Buffer.from(result.html).toString() : result)).not.toContain("root:x:");
});
