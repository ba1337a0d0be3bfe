import type { RuntimePart } from "#runtimes/runtime-parts.ts";

/** A part of packages that keep their own names. */
function packagesPart(
  name: string,
  needs: readonly string[],
  packages: { readonly versions: Readonly<Record<string, string>>; readonly modules: readonly string[] },
): RuntimePart {
  const modules = Object.fromEntries(packages.modules.map((module) => [module, module]));
  return { name, needs, modules, versions: packages.versions };
}

const REACT = ["react"];
const NATIVE = ["react", "react-native"];

/** Majors before the one that is here, of packages whose exports stayed what they were for a page. */
export const OLDER_THAT_ARE_SERVED: Readonly<Record<string, string>> = {
  "@expo/vector-icons": ">=12.0.0",
  "@react-native-async-storage/async-storage": ">=1.0.0",
  "prop-types": ">=15.0.0",
  "react-native-gesture-handler": ">=2.0.0",
  "react-native-safe-area-context": ">=4.0.0",
  "react-native-screens": ">=3.0.0",
  "react-native-svg": ">=12.0.0",
};

/** Modules of Expo that are written anew for a page, in in-page/. They serve every version. */
const EXPO_MODULES = [
  "expo-asset",
  "expo-blur",
  "expo-clipboard",
  "expo-constants",
  "expo-device",
  "expo-font",
  "expo-glass-effect",
  "expo-haptics",
  "expo-image",
  "expo-keep-awake",
  "expo-linear-gradient",
  "expo-linking",
  "expo-localization",
  "expo-modules-core",
  "expo-secure-store",
  "expo-splash-screen",
  "expo-symbols",
  "expo-system-ui",
  "expo-web-browser",
];

/** What user code imports of Expo Router. Whatever version a project asks for, it gets the one that is here. */
const EXPO_ROUTER_MODULES = [
  "expo-router",
  "expo-router/drawer",
  "expo-router/head",
  "expo-router/html",
  "expo-router/js-stack",
  "expo-router/js-tabs",
  "expo-router/link",
  "expo-router/native-stack",
  "expo-router/native-tabs",
  "expo-router/react-navigation",
  "expo-router/stack",
  "expo-router/tabs",
  "expo-router/ui",
];

const EXPO_ROUTER_NEEDS = [...NATIVE, "safe-area", "screens", "gestures", "reanimated", "expo-modules"];

/** Headers are the phone's; links and addresses are a page's. */
const LOOKS_LIKE_THE_PHONE = /\/react-navigation\/(?:elements\/Header|native-stack|native\/theming)\//;

/** Expo Router brings React Navigation along in a form of its own: beside it there must be no other. */
const NAVIGATION_IN_EXPO_ROUTER: Readonly<Record<string, string>> = {
  "@react-navigation/native": "expo-router/build/react-navigation/native/index",
  "@react-navigation/native-stack": "expo-router/build/react-navigation/native-stack/index",
  "@react-navigation/bottom-tabs": "expo-router/build/react-navigation/bottom-tabs/index",
  "@react-navigation/elements": "expo-router/build/react-navigation/elements/index",
};

/**
 * The packages that previews need most, by how often they are used and how little they weigh. A project that asks for a
 * version that is not served by the one here gets its own from the registry.
 */
export const PREBUILT_PARTS: readonly RuntimePart[] = [
  packagesPart("class-names", [], {
    versions: { clsx: "2.1.1", classnames: "2.5.1", "prop-types": "15.8.1" },
    modules: ["clsx", "classnames", "prop-types"],
  }),
  packagesPart("zustand", REACT, {
    versions: { zustand: "5.1.0" },
    modules: ["zustand", "zustand/middleware", "zustand/react/shallow", "zustand/shallow", "zustand/vanilla"],
  }),
  packagesPart("react-router", REACT, {
    versions: { "react-router": "7.18.6", "react-router-dom": "7.18.6" },
    modules: ["react-router", "react-router/dom", "react-router-dom"],
  }),
  packagesPart("async-storage", NATIVE, {
    versions: { "@react-native-async-storage/async-storage": "2.2.0" },
    modules: ["@react-native-async-storage/async-storage"],
  }),
  packagesPart("safe-area", NATIVE, {
    versions: { "react-native-safe-area-context": "5.11.1" },
    modules: ["react-native-safe-area-context"],
  }),
  packagesPart("screens", NATIVE, {
    versions: { "react-native-screens": "4.30.1" },
    modules: ["react-native-screens"],
  }),
  {
    name: "gestures",
    needs: NATIVE,
    versions: { "react-native-gesture-handler": "3.5.0" },
    modules: {
      "react-native-gesture-handler": "./native/gesture-handler.ts",
      "react-native-gesture-handler/Swipeable": "./native/swipeable.ts",
      "react-native-gesture-handler/ReanimatedSwipeable": "./native/swipeable.ts",
    },
  },
  packagesPart("svg", NATIVE, { versions: { "react-native-svg": "15.16.1" }, modules: ["react-native-svg"] }),
  packagesPart("navigation", [...NATIVE, "safe-area", "screens"], {
    versions: {
      "@react-navigation/native": "7.5.1",
      "@react-navigation/native-stack": "7.21.0",
      "@react-navigation/bottom-tabs": "7.21.0",
      "@react-navigation/elements": "2.9.45",
    },
    modules: [
      "@react-navigation/native",
      "@react-navigation/native-stack",
      "@react-navigation/bottom-tabs",
      "@react-navigation/elements",
    ],
  }),
  packagesPart("navigation-stack", [...NATIVE, "safe-area", "screens", "gestures", "navigation"], {
    versions: { "@react-navigation/stack": "7.12.1" },
    modules: ["@react-navigation/stack"],
  }),
  {
    name: "reanimated",
    fillsIn: true,
    needs: NATIVE,
    modules: {
      "react-native-reanimated": "./reanimated/reanimated.ts",
      "react-native-worklets": "./reanimated/worklets.ts",
    },
  },
  {
    name: "expo-modules",
    fillsIn: true,
    needs: NATIVE,
    modules: Object.fromEntries(EXPO_MODULES.map((name) => [name, `./expo/${name}.ts`])),
  },
  {
    name: "expo-router",
    needs: EXPO_ROUTER_NEEDS,
    modules: {
      ...Object.fromEntries(EXPO_ROUTER_MODULES.map((name) => [name, name])),
      ...Object.fromEntries(Object.values(NAVIGATION_IN_EXPO_ROUTER).map((name) => [name, name])),
      "expo-router/entry": "./expo-router/entry.ts",
      "expo-router/entry-classic": "./expo-router/entry.ts",
      "expo-router/unstable-native-tabs": "./expo-router/native-tabs.ts",
      "expo-router/_ctx": "./expo-router/context.ts",
    },
    actsOnImport: ["expo-router/entry", "expo-router/entry-classic"],
    files: {
      NativeTabsView: "./expo-router/tabs-view.ts",
      optionsIconConverter: "./expo-router/tab-icons.ts",
    },
    isAsWeb: (path) => path.includes("/expo-router/build/") && !LOOKS_LIKE_THE_PHONE.test(path),
  },
  {
    name: "navigation-in-expo-router",
    insteadOf: "navigation",
    needs: [...EXPO_ROUTER_NEEDS, "expo-router"],
    modules: NAVIGATION_IN_EXPO_ROUTER,
  },
  {
    name: "navigation-stack-in-expo-router",
    insteadOf: "navigation-stack",
    needs: [...EXPO_ROUTER_NEEDS, "expo-router", "navigation-in-expo-router"],
    modules: { "@react-navigation/stack": "@react-navigation/stack" },
  },
  {
    name: "node",
    needs: [],
    // The slash means the packages, and not what Node.js has under the same names.
    modules: {
      buffer: "buffer/",
      "node:buffer": "buffer/",
      events: "events/",
      "node:events": "events/",
      process: "./process.ts",
      "node:process": "./process.ts",
    },
  },
];
