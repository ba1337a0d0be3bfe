import { StyleSheet as WebStyleSheet } from "react-native-web";

/** Names that React Native has for what pages have under another. */
const NAMES: Readonly<Record<string, string>> = {
  experimental_backgroundImage: "backgroundImage",
  experimental_backgroundSize: "backgroundSize",
  experimental_mixBlendMode: "mixBlendMode",
};

function renamed(style: unknown): unknown {
  if (typeof style !== "object" || style === null || !Object.keys(style).some((name) => Object.hasOwn(NAMES, name)))
    return style;
  return Object.fromEntries(Object.entries(style).map(([name, value]) => [NAMES[name] ?? name, value]));
}

/** The style sheet of react-native-web, which also knows what React Native calls in another way. */
export const StyleSheet = {
  ...WebStyleSheet,
  create: (styles: Readonly<Record<string, unknown>>): unknown =>
    WebStyleSheet.create(Object.fromEntries(Object.entries(styles).map(([name, style]) => [name, renamed(style)]))),
};
