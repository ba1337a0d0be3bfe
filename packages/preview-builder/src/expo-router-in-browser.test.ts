import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, describe, expect, test } from "vitest";
import type { PreviewPlatform } from "#build-result.ts";
import type { FramedPage } from "#testing/framed-page.ts";
import { openFramed } from "#testing/framed-page.ts";
import { readCorpusProject } from "#testing/corpus-project.ts";
import { createTestBuilder } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [builder, browser] = await Promise.all([createTestBuilder(), launchChromium()]);
afterAll(() => Promise.all([builder[Symbol.asyncDispose](), browser.close()]));

const PROJECT: TestProject = {
  "package.json": JSON.stringify({
    main: "expo-router/entry",
    dependencies: { expo: "*", "expo-router": "~4.0.0", "@react-navigation/native": "^6.1.0", react: "18.3.1" },
  }),
  "app/_layout.tsx": `import { Stack } from "expo-router";
import { DarkTheme, ThemeProvider } from "@react-navigation/native";
export default () => <ThemeProvider value={DarkTheme}><Stack>
  <Stack.Screen name="(home)" options={{ headerShown: false }} />
  <Stack.Screen name="dish/[id]" options={({ route }) => ({ title: "Dish " + route.params.id })} />
</Stack></ThemeProvider>;`,
  "app/(home)/_layout.tsx": `import { Tabs } from "expo-router";
export default () => <Tabs><Tabs.Screen name="index" options={{ title: "Menu" }} /><Tabs.Screen name="orders" options={{ title: "Orders" }} /></Tabs>;`,
  "app/(home)/index.tsx": `import { Link } from "expo-router"; import { View } from "react-native";
export default () => <View><Link href="/dish/7?hot=yes">Soup</Link><Link href="/old">Old</Link></View>;`,
  "app/(home)/orders.tsx": `import { useIsFocused, useNavigation, useTheme } from "@react-navigation/native"; import { Text } from "react-native";
export default () => <Text>focused {String(useIsFocused())}, dark {String(useTheme().dark)}, {typeof useNavigation().navigate}</Text>;`,
  "app/dish/[id].tsx": `import { router, useLocalSearchParams, usePathname, useSegments } from "expo-router"; import { Button, Text, View } from "react-native";
export default () => { const { id, hot } = useLocalSearchParams(); const pathname = usePathname();
  return <View><Text>{id} {hot} {pathname} {useSegments().join("+")}</Text><Button title="Leave" onPress={() => router.back()} /></View>; };`,
  "app/old.tsx": `import { Redirect } from "expo-router"; export default () => <Redirect href="/orders" />;`,
  "app/+not-found.tsx": `import { Text } from "react-native"; export default () => <Text>no such screen</Text>;`,
};

const pages = new Map<PreviewPlatform, Uint8Array>();
for (const platform of ["web", "ios", "android"] as const) {
  pages.set(platform, (await builder.page(PROJECT, { platform })).html);
}

async function open(platform: PreviewPlatform, path?: string) {
  const html = pages.get(platform);
  if (html === undefined) throw new Error("every platform has its page");
  return await openFramed(browser, html, path);
}

const tab = ({ frame }: FramedPage, name: string) =>
  frame.getByText(name, { exact: true }).filter({ visible: true }).last();

describe.each(["ios", "android"] as const)("native tabs on %s", (platform) => {
  test("are below the screen, with their icons, and what covers the app at its start goes away", async () => {
    const { files } = await readCorpusProject("expo-router-starter");
    const { html } = await builder.page(files, { platform });
    await using page = await openFramed(browser, html);
    const tabs = page.frame.getByRole("tab");
    await page.frame.getByRole("tab", { name: "Guide", exact: true }).click();
    await page.frame.getByText("You are at /guide").waitFor();
    expect(await tabs.allTextContents()).toEqual(["Sky", "Guide"]);
    const selected = await tabs.evaluateAll((all) => all.map((each) => each.getAttribute("aria-selected")));
    expect(selected).toEqual(["false", "true"]);
    const boxes = await Promise.all([tabs.first().boundingBox(), page.frame.locator("body").boundingBox()]);
    const [bar, body] = boxes.map((box) => (box === null ? 0 : Math.round(box.y + box.height)));
    expect(bar).toBe(body);
    expect(await tabs.first().locator("img").count()).toBe(1);
    expect(await tabs.last().locator("svg").count()).toBe(1);
    expect(page.problems).toEqual([]);
  });
});

describe.each(["web", "ios", "android"] as const)("an Expo Router app on %s", (platform) => {
  test("goes from screen to screen and back, by links, the header and code, and never leaves the page", async () => {
    await using page = await open(platform);
    const { frame } = page;
    await frame.getByText("Soup").click();
    await frame.getByText("7 yes /dish/7 dish+[id]").waitFor();
    await frame.getByText("Dish 7").first().waitFor();
    await frame.getByText("Leave").click();
    await tab(page, "Orders").click();
    await frame.getByText("focused true, dark true, function").waitFor();
    await tab(page, "Menu").click();
    await frame.getByText("Old").click();
    await frame.getByText("focused true").waitFor();
    expect(page.problems).toEqual([]);
  });

  test("opens at the path that the viewer asks for", async () => {
    await using page = await open(platform, "/dish/9?hot=no");
    await page.frame.getByText("9 no /dish/9 dish+[id]").waitFor();
    expect(page.problems).toEqual([]);
  });

  test("shows its own screen for a path that it does not have", async () => {
    await using page = await open(platform, "/nowhere/at/all");
    await page.frame.getByText("no such screen").waitFor();
    expect(page.problems).toEqual([]);
  });
});
