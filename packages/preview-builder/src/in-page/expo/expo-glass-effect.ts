import { createElement } from "react";
import type { ReactNode } from "react";
import { View } from "react-native-web";
import { withoutProps } from "../native/without-props.ts";

type Props = Readonly<Record<string, unknown>>;

/** Glass is the newest iPhones' alone: elsewhere it is a plain view, as the package itself has it. */
export function GlassView(props: Props): ReactNode {
  return createElement(View, withoutProps(props, ["glassEffectStyle", "tintColor", "isInteractive", "colorScheme"]));
}

export function GlassContainer(props: Props): ReactNode {
  return createElement(View, withoutProps(props, ["spacing"]));
}

export const isLiquidGlassAvailable = (): boolean => false;
export const isGlassEffectAPIAvailable = (): boolean => false;
