import { afterAll, describe, expect, test } from "vitest";
import { createTestBuilder } from "#testing/test-builder.ts";

const builder = await createTestBuilder();
afterAll(() => builder[Symbol.asyncDispose]());

const packageJson = (main: string): string =>
  JSON.stringify({ main, dependencies: { expo: "*", "expo-router": "*", react: "*", "react-native": "*" } });
const screen = (text: string): string =>
  `import { Text } from "react-native"; export default () => <Text>${text}</Text>;`;

describe("an app whose screens are files", () => {
  test.each(["app", "src/app"])("is found in %s, and starts from its outermost layout", async (folder) => {
    const { manifest, text } = await builder.page({
      "package.json": packageJson("expo-router/entry"),
      [`${folder}/_layout.tsx`]: `export { Slot as default } from "expo-router";`,
      [`${folder}/index.tsx`]: screen("first"),
      [`${folder}/(deep)/[id].tsx`]: screen("deep"),
    });
    expect(manifest).toMatchObject({ kind: "expo-router", kind_label: "Expo Router app (React 19)" });
    expect(manifest.entry).toBe(`${folder}/_layout.tsx`);
    for (const key of ["./_layout.tsx", "./index.tsx", "./(deep)/[id].tsx"])
      expect(text).toContain(JSON.stringify(key));
  });

  test("is found where app.json says, which counts before the usual folders", async () => {
    const { manifest, text } = await builder.page({
      "package.json": packageJson("node_modules/expo-router/entry.js"),
      "app.json": JSON.stringify({ expo: { plugins: ["expo-font", ["expo-router", { root: "./src/screens" }]] } }),
      "src/screens/index.tsx": screen("own screens"),
      "app/index.tsx": screen("usual screens"),
    });
    expect(manifest.entry).toBe("src/screens/index.tsx");
    expect(text).toContain('"own screens"');
    expect(text).not.toContain('"usual screens"');
  });

  test("may be started by a script of the project", async () => {
    const { manifest, text } = await builder.page({
      "package.json": packageJson("index.js"),
      "index.js": `globalThis.isFirst = true;\nimport "expo-router/entry";`,
      "app/index.tsx": screen("first"),
    });
    expect(manifest).toMatchObject({ kind: "expo-router", entry: "index.js" });
    expect(text).toContain("isFirst");
    expect(text).toContain('"./index.tsx"');
  });

  test("leaves out what is no screen: code of a server, the page around the app, types, and other platforms' variants", async () => {
    const project = {
      "package.json": packageJson("expo-router/entry"),
      "app/index.tsx": screen("on any platform"),
      "app/index.ios.tsx": screen("for the iPhone"),
      "app/hello+api.ts": `import "fs"; export const GET = 1;`,
      "app/+html.tsx": `import "fs"; export default 1;`,
      "app/+native-intent.ts": `import "fs";`,
      "app/routes.d.ts": `declare const a: 1;`,
      "app/notes.md": "no",
    };
    const { text } = await builder.page(project, { platform: "ios" });
    expect(text).toContain('"for the iPhone"');
    expect(text).not.toContain('"on any platform"');
    for (const key of ["hello+api.ts", "+html.tsx", "+native-intent.ts", "routes.d.ts", "notes.md", "index.ios.tsx"]) {
      expect(text).not.toContain(`"./${key}"`);
    }
    expect((await builder.page(project, { platform: "web" })).text).toContain('"on any platform"');
  });

  test("is an ordinary app when a file outside of its screens is named as the entry", async () => {
    const project = {
      "package.json": packageJson("expo-router/entry"),
      "app/index.tsx": screen("first"),
      "parts/Card.tsx": screen("card"),
    };
    expect((await builder.page(project, { entry: "parts/Card.tsx" })).manifest.kind).toBe("expo");
    expect((await builder.page(project, { entry: "app/index.tsx" })).manifest.kind).toBe("expo-router");
  });

  test("tells of a mistake in a screen with its place", async () => {
    const { details } = await builder.failure({
      "package.json": packageJson("expo-router/entry"),
      "app/index.tsx": `import { Nothing } from "expo-router";\nexport default () => <Nothing />;`,
    });
    expect(details[0]).toMatchObject({
      file: "app/index.tsx",
      line: 1,
      text: expect.stringContaining("Nothing") as unknown,
    });
  });
});

test("a package that is a part of the page tells the version that the project asks for", async () => {
  const { text } = await builder.page({
    "package.json": JSON.stringify({ dependencies: { expo: "~54.0.3", "react-native": "*" } }),
    "App.js": `import { version } from "expo/package.json"; export default () => "version " + version;`,
  });
  expect(text).toContain("54.0.3");
});
