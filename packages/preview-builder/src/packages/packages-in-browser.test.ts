import { launchChromium } from "@hivesync/testing/chromium";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BuildOptions } from "#build-result.ts";
import { createPackageBench } from "#testing/package-bench.ts";
import { PIXEL_PNG } from "#testing/test-builder.ts";
import type { TestProject } from "#testing/test-builder.ts";

const [bench, browser] = await Promise.all([createPackageBench(), launchChromium()]);
afterAll(() => Promise.all([bench[Symbol.asyncDispose](), browser.close()]));

const ORIGIN = "http://storage.test";
let page: Awaited<ReturnType<typeof browser.newPage>>;
let problems: string[];
let told: string[];
beforeEach(async () => {
  bench.registry.requests.length = 0;
  bench.registry.fault = undefined;
  page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  problems = [];
  told = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
    if (message.type() === "info") told.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error.stack)));
});
afterEach(() => page.close());

/** Opens the page in a frame as the viewer does. */
async function open(project: TestProject, options?: Partial<BuildOptions>) {
  const result = await bench.page(project, options);
  await page.route("**/*", (route) => {
    const { hostname, pathname } = new URL(route.request().url());
    if (`http://${hostname}` !== ORIGIN) return route.abort();
    const frame = `<body style="margin:0"><iframe style="border:0;width:390px;height:844px" sandbox="allow-scripts allow-forms" src="/bundles/1/index.html"></iframe>`;
    return route.fulfill({ contentType: "text/html", body: pathname === "/viewer" ? frame : result.text });
  });
  await page.goto(`${ORIGIN}/viewer`);
  return { result, frame: page.frameLocator("iframe") };
}

const native = (app: string, dependencies: readonly string[], more: TestProject = {}): TestProject => ({
  "package.json": JSON.stringify({
    main: "App.tsx",
    dependencies: Object.fromEntries(["react", "react-native", ...dependencies].map((name) => [name, "*"])),
  }),
  "App.tsx": app,
  ...more,
});

describe("prebuilt, without a registry", () => {
  test("React Navigation: a stack in tabs, to a screen and back", async () => {
    const app = `import { NavigationContainer } from "@react-navigation/native";
import { createNativeStackNavigator } from "@react-navigation/native-stack";
import { createBottomTabNavigator } from "@react-navigation/bottom-tabs";
import { Button, Text, View } from "react-native";
const Stack = createNativeStackNavigator();
const Tabs = createBottomTabNavigator();
const List = ({ navigation }) => <View><Text>All trails</Text><Button title="Open first" onPress={() => navigation.navigate("Trail", { name: "Ridge" })} /></View>;
const Trail = ({ route }) => <Text>Trail {route.params.name}</Text>;
const Home = () => <Stack.Navigator><Stack.Screen name="List" component={List} /><Stack.Screen name="Trail" component={Trail} /></Stack.Navigator>;
const Settings = () => <Text>Dark mode</Text>;
export default () => <NavigationContainer><Tabs.Navigator screenOptions={{ headerShown: false }}><Tabs.Screen name="Home" component={Home} /><Tabs.Screen name="Settings" component={Settings} /></Tabs.Navigator></NavigationContainer>;`;
    const names = ["@react-navigation/native", "@react-navigation/native-stack", "@react-navigation/bottom-tabs"];
    const { frame } = await open(native(app, names));
    await frame.getByRole("button", { name: "Open first" }).click();
    await frame.getByText("Trail Ridge").waitFor();
    await frame
      .getByRole("link", { name: /back/i })
      .or(frame.getByRole("button", { name: /back/i }))
      .first()
      .click();
    await frame.getByText("All trails").waitFor();
    await frame.getByText("Settings").first().click();
    await frame.getByText("Dark mode").waitFor();
    expect(problems).toEqual([]);
    expect(bench.registry.requests).toEqual([]);
  });

  test("gestures, safe area, SVG, storage and the JavaScript stack", async () => {
    const app = `import "react-native-gesture-handler";
import AsyncStorage from "@react-native-async-storage/async-storage";
import { NavigationContainer } from "@react-navigation/native";
import { createStackNavigator } from "@react-navigation/stack";
import { useEffect, useState } from "react";
import { GestureHandlerRootView, Gesture, GestureDetector } from "react-native-gesture-handler";
import { SafeAreaProvider, SafeAreaView, useSafeAreaInsets } from "react-native-safe-area-context";
import Svg, { Circle, Path } from "react-native-svg";
import { Text, View } from "react-native";
const Stack = createStackNavigator();
function Main() {
  const [kept, setKept] = useState("nothing");
  const [taps, setTaps] = useState(0);
  const { top } = useSafeAreaInsets();
  useEffect(() => void AsyncStorage.setItem("k", "kept").then(() => AsyncStorage.getItem("k")).then(setKept), []);
  const tap = Gesture.Tap().runOnJS(true).onEnd(() => setTaps((n) => n + 1));
  return <SafeAreaView><Text>{kept} {top} taps {taps}</Text>
    <GestureDetector gesture={tap}><View style={{ width: 80, height: 80, backgroundColor: "teal" }}><Text>tap me</Text></View></GestureDetector>
    <Svg width={40} height={40} viewBox="0 0 10 10"><Circle cx="5" cy="5" r="4" fill="tomato" /><Path d="M0 0L5 5" stroke="black" /></Svg></SafeAreaView>;
}
export default () => <GestureHandlerRootView style={{ flex: 1 }}><SafeAreaProvider><NavigationContainer><Stack.Navigator><Stack.Screen name="Main" component={Main} /></Stack.Navigator></NavigationContainer></SafeAreaProvider></GestureHandlerRootView>;`;
    const names = ["@react-native-async-storage/async-storage", "@react-navigation/native", "@react-navigation/stack"];
    const more = ["react-native-gesture-handler", "react-native-safe-area-context", "react-native-svg"];
    const { frame } = await open(native(app, [...names, ...more]));
    await frame.getByText("kept 0 taps 0").waitFor();
    await frame.getByText("tap me").click();
    await frame.getByText("kept 0 taps 1").waitFor();
    expect(await frame.locator("svg circle").getAttribute("fill")).toBe("tomato");
    expect(problems).toEqual([]);
    expect(bench.registry.requests).toEqual([]);
  });

  test("React Router, zustand, clsx and prop-types on a page", async () => {
    const main = `import { createRoot } from "react-dom/client";
import { BrowserRouter, Link, Route, Routes } from "react-router-dom";
import { create } from "zustand";
import clsx from "clsx";
import PropTypes from "prop-types";
const useCount = create((set) => ({ count: 0, add: () => set((state) => ({ count: state.count + 1 })) }));
const Home = () => { const { count, add } = useCount(); return <button className={clsx("a", { b: true })} onClick={add}>count {count}</button>; };
Home.propTypes = { a: PropTypes.string };
createRoot(document.getElementById("root")).render(<BrowserRouter><Link to="/about">About</Link><Routes><Route path="/" element={<Home />} /><Route path="/about" element={<p>About us</p>} /></Routes></BrowserRouter>);`;
    const names = ["react", "react-dom", "react-router-dom", "zustand", "clsx", "prop-types"];
    const { frame } = await open({
      "index.html": `<div id="root"></div><script type="module" src="main.jsx"></script>`,
      "package.json": JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, "*"])) }),
      "main.jsx": main,
    });
    await frame.getByRole("button", { name: "count 0" }).click();
    await frame.getByRole("button", { name: "count 1" }).waitFor();
    expect(await frame.getByRole("button").getAttribute("class")).toBe("a b");
    await frame.getByRole("link", { name: "About" }).click();
    await frame.getByText("About us").waitFor();
    expect(problems).toEqual([]);
    expect(bench.registry.requests).toEqual([]);
  });
});

test("a row of a list is swiped aside, as in the majors of the gesture handler before", async () => {
  const app = `import { useState } from "react"; import { Text, View } from "react-native";
import { GestureHandlerRootView, Swipeable, gestureHandlerRootHOC } from "react-native-gesture-handler";
export default gestureHandlerRootHOC(() => { const [state, setState] = useState("closed");
  return <GestureHandlerRootView><Swipeable onSwipeableOpen={(side) => setState("open " + side)} renderRightActions={() => <View style={{ width: 90 }}><Text>Delete</Text></View>}><View style={{ height: 60, backgroundColor: "white" }}><Text>Milk</Text></View></Swipeable><Text>{state}</Text></GestureHandlerRootView>; });`;
  const project = native(app, [], {
    "package.json": `{"main":"App.tsx","dependencies":{"react-native":"*","react-native-gesture-handler":"~2.28.0"}}`,
  });
  const { frame } = await open(project);
  const box = await frame.getByText("Milk").boundingBox();
  if (box === null) throw new Error("The row should be there.");
  await page.mouse.move(box.x + 200, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 150, box.y + 10, { steps: 5 });
  await page.mouse.move(box.x + 90, box.y + 10, { steps: 5 });
  await page.mouse.up();
  await frame.getByText("open right").waitFor();
  expect(problems).toEqual([]);
});

describe("that come with the builder", () => {
  test("icons with the font of their family alone, and dates, without a registry", async () => {
    bench.registry.fault = (_, response) => Boolean(response.destroy());
    const app = `import { Ionicons } from "@expo/vector-icons";
import Feather from "@expo/vector-icons/Feather";
import { addDays, format } from "date-fns";
import { Text, View } from "react-native";
export default () => <View><Ionicons testID="icon" name="airplane" size={32} color="teal" /><Feather name="x" /><Text>{format(addDays(new Date(2026, 0, 30), 2), "d MMMM yyyy")}</Text></View>;`;
    const lock = {
      lockfileVersion: 3,
      packages: { "node_modules/date-fns": { version: "4.1.0", integrity: "sha512-x" } },
    };
    const project = native(app, ["date-fns"], { "package-lock.json": JSON.stringify(lock) });
    const { frame, result } = await open(project);
    bench.registry.fault = undefined;
    await frame.getByText("1 February 2026").waitFor();
    await expect
      .poll(() => frame.getByTestId("icon").evaluate((element) => getComputedStyle(element).fontFamily))
      .toBe("ionicons");
    expect(result.html.length).toBeLessThan(2_000_000);
    expect(result.warnings.map(({ text }) => text)).toEqual([
      expect.stringContaining(`"@expo/vector-icons"`),
      expect.stringContaining(`"@expo/vector-icons"`),
    ]);
    expect(problems).toEqual([]);
    expect(bench.registry.requests).toEqual([]);
  });
});

describe("written anew for a page", () => {
  test("Reanimated: values move views, springs and sequences end where they should", async () => {
    const app = `import Animated, { useSharedValue, useAnimatedStyle, withTiming, withSpring, withSequence, withRepeat, withDelay, runOnJS, interpolate, useDerivedValue, FadeIn, Easing } from "react-native-reanimated";
import { useState } from "react";
import { Button, Text, View } from "react-native";
export default function App() {
  const x = useSharedValue(0);
  const on = useSharedValue(false);
  const double = useDerivedValue(() => x.value * 2);
  const [done, setDone] = useState("waiting");
  const moved = useAnimatedStyle(() => ({ transform: [{ translateX: x.value }], opacity: interpolate(x.value, [0, 100], [1, 0.5], "clamp") }));
  const own = useAnimatedStyle(() => ({ width: withTiming(on.value ? 120 : 40, { duration: 50, easing: Easing.out(Easing.cubic) }) }));
  const far = useAnimatedStyle(() => ({ left: double.value }));
  const go = () => {
    on.value = true;
    x.value = withSequence(withTiming(20, { duration: 30 }), withDelay(10, withSpring(100, {}, (finished) => runOnJS(setDone)("done " + finished))));
  };
  return <View><Button title="Go" onPress={go} /><Animated.View testID="moved" entering={FadeIn.duration(50)} style={[{ height: 20 }, moved]}><Text>box</Text></Animated.View>
    <Animated.View testID="own" style={[{ height: 5 }, own]} /><Animated.View testID="far" style={[{ position: "relative" }, far]} /><Text>{done}</Text></View>;
}`;
    const { frame } = await open(native(app, ["react-native-reanimated"]));
    expect(await frame.getByTestId("own").evaluate((element) => getComputedStyle(element).width)).toBe("40px");
    await frame.getByRole("button", { name: "Go" }).click();
    await frame.getByText("done true").waitFor();
    const styleOf = (id: string, name: "transform" | "opacity" | "width" | "left") =>
      frame.getByTestId(id).evaluate((element, key) => getComputedStyle(element)[key as "left"], name);
    await expect.poll(() => styleOf("moved", "transform")).toBe("matrix(1, 0, 0, 1, 100, 0)");
    await expect.poll(() => styleOf("moved", "opacity")).toBe("0.5");
    await expect.poll(() => styleOf("own", "width")).toBe("120px");
    await expect.poll(() => styleOf("far", "left")).toBe("200px");
    expect(problems).toEqual([]);
  });

  test("Expo's modules: gradient, blur, image, fonts, constants, secure store, splash, haptics", async () => {
    const app = `import { LinearGradient } from "expo-linear-gradient";
import { BlurView } from "expo-blur";
import { Image } from "expo-image";
import { useFonts } from "expo-font";
import Constants from "expo-constants";
import * as SecureStore from "expo-secure-store";
import * as SplashScreen from "expo-splash-screen";
import * as Haptics from "expo-haptics";
import * as Linking from "expo-linking";
import { requireNativeModule } from "expo-modules-core";
import { useEffect, useState } from "react";
import { Text, View } from "react-native";
void SplashScreen.preventAutoHideAsync();
const Native = requireNativeModule("Thing");
export default function App() {
  const [loaded] = useFonts({});
  const [kept, setKept] = useState("");
  useEffect(() => void (async () => { await SecureStore.setItemAsync("k", "kept"); setKept(await SecureStore.getItemAsync("k")); await Haptics.impactAsync(Haptics.ImpactFeedbackStyle.Light); await SplashScreen.hideAsync(); await Native.doIt(); })(), []);
  return <LinearGradient testID="gradient" colors={["red", "blue"]} start={{ x: 0, y: 0 }} end={{ x: 1, y: 0 }} style={{ flex: 1 }}>
    <BlurView intensity={20}><Text>{String(loaded)} {kept} {Constants.expoConfig.version} {Linking.parse("app://host/a?b=1").path}</Text></BlurView>
    <Image source={require("./a.png")} style={{ width: 10, height: 10 }} contentFit="contain" /></LinearGradient>;
}`;
    const names = ["expo", "expo-linear-gradient", "expo-blur", "expo-image", "expo-font", "expo-secure-store"];
    const { frame } = await open(native(app, names, { "a.png": PIXEL_PNG }));
    await frame.getByText("true kept 1.0.0 a").waitFor();
    const background = await frame
      .getByTestId("gradient")
      .evaluate((element) => getComputedStyle(element).backgroundImage);
    expect(background).toBe("linear-gradient(90deg, rgb(255, 0, 0), rgb(0, 0, 255))");
    expect(problems).toEqual([]);
    expect(bench.registry.requests).toEqual([]);
  });
});

describe("stand-ins", () => {
  test("what only a device has is a box with its name, and functions that say once that they do nothing", async () => {
    const app = `import MapView, { Marker } from "react-native-maps";
import * as Notifications from "expo-notifications";
import { launchCamera } from "react-native-image-picker";
import { useEffect, useState } from "react";
import { Text, View, requireNativeComponent } from "react-native";
const Custom = requireNativeComponent("FancyMeter");
Notifications.setNotificationHandler({ handleNotification: async () => ({}) });
export default function App() {
  const [state, setState] = useState("waiting");
  useEffect(() => { launchCamera({}); void launchCamera({}).then(() => setState("answered")); const sub = Notifications.addNotificationReceivedListener(() => {}); return () => sub.remove(); }, []);
  return <View style={{ flex: 1 }}><MapView style={{ height: 200 }}><Marker coordinate={{}} /></MapView><Custom level={3} /><Text>{state}</Text></View>;
}`;
    const { frame } = await open(native(app, ["react-native-maps", "expo-notifications", "react-native-image-picker"]));
    await frame.getByText("answered").waitFor();
    const map = frame.getByRole("img", { name: /^react-native-maps, / });
    expect(await map.textContent()).toContain("react-native-maps Marker");
    expect((await map.boundingBox())?.height).toBe(200);
    await frame.getByText("FancyMeter").waitFor();
    expect(told.filter((line) => line.includes("react-native-image-picker"))).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});

describe("from the registry", () => {
  test("a file named .mjs gets the defaults and names of what the page has, as a CommonJS one does", async () => {
    bench.registry.publish({
      name: "interop",
      version: "1.0.0",
      json: { module: "a.mjs" },
      files: {
        "a.mjs": `import React, { useState } from "react"; import * as All from "react"; import clsx, { clsx as named } from "clsx"; import c from "./c.cjs"; import { absent } from "react";
export const result = [React.useState === useState, All.useState === useState, All.default === React, clsx("a"), named("b"), c, typeof absent].join(" ");`,
        "c.cjs": `const React = require("react"); const clsx = require("clsx"); module.exports = [typeof React.createElement, clsx("c")].join(" ");`,
      },
    });
    const { frame } = await open({
      "index.html": `<script type="module" src="main.js"></script>`,
      "package.json": JSON.stringify({ dependencies: { react: "*", clsx: "*", interop: "*" } }),
      "main.js": `import { result } from "interop"; document.body.append(result);`,
    });
    await frame.getByText("true true true a b function c undefined").waitFor();
    expect(problems).toEqual([]);
  });

  test("a library with hooks shares the page's React, and its styles are there", async () => {
    bench.registry.publish({
      name: "fancy-counter",
      version: "1.0.0",
      json: { peerDependencies: { react: ">=16" }, dependencies: { "tiny-store": "^1" } },
      files: {
        "index.js": `"use strict"; var React = require("react"); var jsx = require("react/jsx-runtime"); require("./style.css"); var store = require("tiny-store");
exports.Counter = function () { var s = React.useState(store.start); return jsx.jsx("button", { className: "fancy", onClick: function () { s[1](s[0] + 1); }, children: "n " + s[0] }); };`,
        "style.css": ".fancy { color: rgb(1, 2, 3) }",
      },
    });
    bench.registry.publish({ name: "tiny-store", version: "1.0.0", files: { "index.js": "exports.start = 41;" } });
    const { frame } = await open({
      "index.html": `<div id="root"></div><script type="module" src="main.jsx"></script>`,
      "package.json": JSON.stringify({ dependencies: { react: "*", "react-dom": "*", "fancy-counter": "*" } }),
      "main.jsx": `import { createRoot } from "react-dom/client"; import { Counter } from "fancy-counter"; createRoot(document.getElementById("root")).render(<Counter />);`,
    });
    await frame.getByRole("button", { name: "n 41" }).click();
    const button = frame.getByRole("button", { name: "n 42" });
    expect(await button.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(1, 2, 3)");
    expect(problems).toEqual([]);
  });
});
