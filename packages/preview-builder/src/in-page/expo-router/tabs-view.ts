import { createElement, isValidElement } from "react";
import type { ComponentType, ReactNode } from "react";
import { useTheme } from "expo-router";
import { NativeTabsView as WebTabsView } from "expo-router/build/native-tabs/NativeTabsView.web";
import { Image, Pressable, Text, View } from "react-native-web";
import { SymbolView } from "../expo/expo-symbols.ts";
import type { TabIcon } from "./tab-icons.ts";

interface Style {
  readonly color?: string;
}

interface TabOptions {
  readonly title?: string;
  readonly badgeValue?: string;
  readonly tabIcon?: TabIcon;
  readonly iconColor?: string;
  readonly selectedIconColor?: string;
  readonly labelStyle?: Style;
  readonly selectedLabelStyle?: Style;
  readonly backgroundColor?: string;
  readonly indicatorColor?: string;
}

interface Tab {
  readonly name: string;
  readonly options: TabOptions;
  readonly contentRenderer: () => ReactNode;
}

interface TabsProps {
  readonly tabs: readonly Tab[];
  readonly focusedIndex: number;
  readonly onTabChange: (change: object) => void;
}

const { platform } = globalThis.__hivesync;
const QUIET = "#8E8E93";
const ICON_SIZE = 26;

/** Native tabs where they are on a phone: below the screen, with icons. A wide page has them as the router shows them there. */
export function NativeTabsView(props: TabsProps): ReactNode {
  return platform === "web" ? createElement(WebTabsView, props) : createElement(PhoneTabs, props);
}

function PhoneTabs({ tabs, focusedIndex, onTabChange }: TabsProps): ReactNode {
  const { colors } = useTheme();
  const screens = tabs.map(({ name, contentRenderer }, index) => {
    const style = { flex: 1, display: index === focusedIndex ? "flex" : "none" };
    return createElement(View, { key: name, style }, contentRenderer());
  });
  const buttons = tabs.map((tab, index) => {
    const isFocused = index === focusedIndex;
    const choose = (): void => onTabChange({ selectedKey: tab.name, provenance: 0, isNativeAction: true });
    return createElement(TabButton, { key: tab.name, tab, isFocused, choose, tint: colors.primary });
  });
  const backgroundColor = tabs[focusedIndex]?.options.backgroundColor ?? colors.card;
  const bar = { flexDirection: "row", height: 56, borderTopWidth: 1, borderTopColor: colors.border, backgroundColor };
  return createElement(
    View,
    { style: { flex: 1 } },
    ...screens,
    createElement(View, { key: "bar", role: "tablist", style: bar }, ...buttons),
  );
}

interface ButtonProps {
  readonly tab: Tab;
  readonly isFocused: boolean;
  readonly choose: () => void;
  readonly tint: string;
}

function TabButton({ tab: { name, options }, isFocused, choose, tint }: ButtonProps): ReactNode {
  const { title = name, labelStyle, selectedLabelStyle, iconColor, selectedIconColor, badgeValue } = options;
  const labelColor = (isFocused ? (selectedLabelStyle?.color ?? tint) : labelStyle?.color) ?? QUIET;
  const color = (isFocused ? selectedIconColor : iconColor) ?? labelColor;
  const pill = {
    borderRadius: 16,
    paddingHorizontal: 16,
    ...(isFocused && { backgroundColor: options.indicatorColor }),
  };
  const isPill = platform === "android";
  const label = createElement(
    Text,
    { key: "label", style: [{ fontSize: 10, fontWeight: "500" }, labelStyle, { color: labelColor }] },
    title,
  );
  const badge =
    badgeValue === undefined ? null : createElement(Text, { key: "badge", style: BADGE }, badgeValue.trim());
  return createElement(
    Pressable,
    { role: "tab", "aria-selected": isFocused, "aria-label": title, onPress: choose, style: BUTTON },
    createElement(View, { key: "icon", style: isPill ? pill : undefined }, iconOf(options.tabIcon, isFocused, color)),
    label,
    badge,
  );
}

const BUTTON = { flex: 1, alignItems: "center", justifyContent: "center", gap: 2 };
const BADGE = {
  position: "absolute",
  top: 2,
  left: "55%",
  minWidth: 16,
  height: 16,
  paddingHorizontal: 4,
  borderRadius: 8,
  overflow: "hidden",
  backgroundColor: "#FF3B30",
  color: "#fff",
  fontSize: 11,
  textAlign: "center",
};

/** One for a tab that is chosen, and one for the others, or the same for both. */
function chosen(given: unknown, isFocused: boolean): unknown {
  if (typeof given !== "object" || given === null || !("default" in given)) return given;
  const { default: usual, selected } = given as { default: unknown; selected?: unknown };
  return isFocused ? (selected ?? usual) : usual;
}

function iconOf(icon: TabIcon | undefined, isFocused: boolean, color: string): ReactNode {
  const src = chosen(icon?.src, isFocused);
  if (isValidElement<{ family?: ComponentType<object>; name?: string }>(src)) {
    const { family, name } = src.props;
    return family === undefined ? src : createElement(family, { name, size: ICON_SIZE, color } as object);
  }
  if (src !== undefined) {
    const tint = icon?.renderingMode === "original" ? {} : { tintColor: color };
    return createElement(Image, {
      source: src,
      style: { width: ICON_SIZE, height: ICON_SIZE, ...tint },
      resizeMode: "contain",
    });
  }
  const [own, other] = platform === "android" ? [icon?.md, icon?.sf] : [icon?.sf, icon?.md];
  const name = chosen(own ?? other, isFocused);
  return typeof name === "string" ? createElement(SymbolView, { name, size: ICON_SIZE, tintColor: color }) : null;
}
