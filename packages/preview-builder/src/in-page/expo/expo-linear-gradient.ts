import { createElement } from "react";
import type { ReactNode } from "react";
import { View } from "react-native-web";

interface Point {
  readonly x: number;
  readonly y: number;
}
interface GradientProps {
  readonly colors: readonly string[];
  readonly locations?: readonly number[] | null;
  readonly start?: Point | readonly [number, number] | null;
  readonly end?: Point | readonly [number, number] | null;
  readonly style?: unknown;
  readonly children?: ReactNode;
}

function pointOf(given: GradientProps["start"], or: Point): Point {
  if (!given) return or;
  return "x" in given ? given : { x: given[0], y: given[1] };
}

/** React Native's gradient as one of CSS. */
export function LinearGradient({ colors, locations, start, end, style, ...rest }: GradientProps): ReactNode {
  const from = pointOf(start, { x: 0.5, y: 0 });
  const to = pointOf(end, { x: 0.5, y: 1 });
  const angle = 90 + (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  const stops = colors.map((color, index) => {
    const place = locations?.[index];
    return place === undefined ? color : `${color} ${place * 100}%`;
  });
  const backgroundImage = `linear-gradient(${angle}deg, ${stops.join(", ")})`;
  return createElement(View, { ...rest, style: [style, { backgroundImage }] });
}
