import { readFile } from "node:fs/promises";
import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, expect, test } from "vitest";
import { openFramed } from "#testing/framed-page.ts";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, browser] = await Promise.all([createTestBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

const font = await readFile(new URL("../corpus/expo-router-journal/assets/fonts/EvilIcons.ttf", import.meta.url));
const app = (code: string, more: TestProject): TestProject => ({
  "package.json": JSON.stringify({ dependencies: { expo: "*", "expo-font": "*", "react-native": "*" } }),
  "App.js": `import { useFonts } from "expo-font"; import * as Font from "expo-font"; import { Text } from "react-native"; ${code}`,
  ...more,
});

test("a font of the app is loaded when useFonts says so, and texts are drawn with it", async () => {
  const code = `export default function App() {
  const [isLoaded, error] = useFonts({ Signs: require("./signs.ttf"), "Signs-Again": { uri: require("./signs.ttf") } });
  return isLoaded ? <Text style={{ fontFamily: "Signs" }}>loaded {String(Font.isLoaded("Signs"))} {String(error)}</Text> : null;
}`;
  const { html } = await builder.page(app(code, { "signs.ttf": font }));
  await using page = await openFramed(browser, html);
  await page.frame.getByText("loaded true null").waitFor();
  const faces = await page.frame
    .locator("body")
    .evaluate(() => [...document.fonts].map(({ family, status }) => `${family} ${status}`));
  expect(faces.map((face) => face.replaceAll('"', "")).sort()).toEqual(["Signs loaded", "Signs-Again loaded"].sort());
  expect(page.problems).toEqual([]);
});

test("a file that is no font is told by useFonts", async () => {
  const code = `export default function App() {
  const [isLoaded, error] = useFonts({ Signs: require("./signs.ttf") });
  return <Text>{isLoaded ? "loaded" : error ? "failed with an " + error.constructor.name : "waiting"}</Text>;
}`;
  const { html } = await builder.page(app(code, { "signs.ttf": "no font" }));
  await using page = await openFramed(browser, html);
  await page.frame.getByText("failed with an").waitFor();
  expect(await page.frame.locator("body").evaluate(() => document.fonts.size)).toBe(0);
});
