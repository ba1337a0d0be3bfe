import { createElement } from "react";
import type { ReactNode } from "react";
import { View } from "react-native-web";

const TINTS: Readonly<Record<string, string>> = { light: "255, 255, 255", dark: "20, 20, 20" };

interface BlurProps {
  readonly intensity?: number;
  readonly tint?: string;
  readonly style?: unknown;
  readonly children?: ReactNode;
}

export function BlurView({ intensity = 50, tint = "default", style, ...rest }: BlurProps): ReactNode {
  const rgb = TINTS[/dark/i.test(tint) ? "dark" : "light"];
  const backdropFilter = `saturate(180%) blur(${intensity * 0.2}px)`;
  const backgroundColor = `rgba(${rgb}, ${(intensity / 100) * 0.6})`;
  return createElement(View, { ...rest, style: [{ backdropFilter, backgroundColor }, style] });
}

export const BlurTargetView = View;
