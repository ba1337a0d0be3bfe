import { afterAll, expect, test } from "vitest";
import { createPackageBench } from "#testing/package-bench.ts";

const bench = await createPackageBench();
afterAll(() => bench[Symbol.asyncDispose]());

test("Sass takes what it uses of packages, and of what they depend on, by every way to name it", async () => {
  bench.registry.publish({
    name: "frame",
    version: "1.0.0",
    json: { sass: "scss/frame.scss", dependencies: { "@acme/tokens": "^2.0.0" } },
    files: {
      "scss/frame.scss": `@use "@acme/tokens/colours"; @import "parts/button"; .frame { color: colours.$brand }`,
      "scss/parts/_button.scss": `.frame-button { top: $gap }`,
      "scss/_variables.scss": `$gap: 1px !default;`,
    },
  });
  bench.registry.publish({ name: "@acme/tokens", version: "2.1.0", files: { "_colours.scss": `$brand: #123456;` } });
  const project = {
    "package.json": `{"dependencies":{"frame":"^1.0.0"}}`,
    "index.html": `<link rel="stylesheet" href="main.scss"><link rel="stylesheet" href="old.scss">`,
    "main.scss": `$gap: 42px; @import "frame/scss/variables"; @import "~frame/scss/frame";`,
    "old.scss": `$gap: 7px; @import "pkg:frame"; @import "frame";`,
  };
  const { text } = await bench.page(project);
  for (const css of ["top: 42px", "top: 7px", "#123456"]) expect(text).toContain(css);
  const asked = bench.registry.requests.length;
  await bench.page(project);
  expect(bench.registry.requests).toHaveLength(asked);
});

test("a package leads Sass to no file outside of it, and its faults are told with its name", async () => {
  bench.registry.publish({
    name: "evil",
    version: "1.0.0",
    files: {
      "a.scss": `@use "../../../../../../etc/hostname" as x;`,
      "b.scss": `@use "file:///etc/hostname" as x;`,
      "c.scss": ".a { b: $nope }",
    },
  });
  for (const [name, told] of [
    ["a", "find stylesheet"],
    ["b", "find stylesheet"],
    ["c", "Undefined variable"],
  ] as const) {
    const { details } = await bench.failure({
      "package.json": `{"dependencies":{"evil":"1.0.0"}}`,
      "index.html": `<link rel="stylesheet" href="main.scss">`,
      "main.scss": `@use "evil/${name}" as x;`,
    });
    expect(details[0]).toMatchObject({ file: "main.scss", text: expect.stringContaining(told) as unknown });
    expect(details[0]?.text).toContain(`evil@1.0.0/${name}.scss`);
  }
});
