import { Platform } from "react-native";

export const Colors = {
  light: { text: "#11181C", background: "#fff", tint: "#0a7ea4" },
  dark: { text: "#ECEDEE", background: "#151718", tint: "#fff" },
};

export const Fonts = Platform.select({ ios: { mono: "ui-monospace" }, default: { mono: "monospace" } });
