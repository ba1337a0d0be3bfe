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
  "expo-haptics",
  "expo-image",
  "expo-keep-awake",
  "expo-linear-gradient",
  "expo-linking",
  "expo-localization",
  "expo-modules-core",
  "expo-secure-store",
  "expo-splash-screen",
  "expo-system-ui",
  "expo-web-browser",
];

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
      "react-native-gesture-handler": "./gesture-handler.ts",
      "react-native-gesture-handler/Swipeable": "./swipeable.ts",
      "react-native-gesture-handler/ReanimatedSwipeable": "./swipeable.ts",
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
    needs: NATIVE,
    modules: { "react-native-reanimated": "./reanimated.ts", "react-native-worklets": "./worklets.ts" },
  },
  {
    name: "expo-modules",
    needs: NATIVE,
    modules: Object.fromEntries(EXPO_MODULES.map((name) => [name, `./${name}.ts`])),
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
