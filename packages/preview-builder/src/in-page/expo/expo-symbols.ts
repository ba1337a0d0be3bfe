import { createElement } from "react";
import type { ReactNode } from "react";
import { View } from "react-native-web";
import { symbolPath } from "./symbol-paths.ts";
import { withoutProps } from "../native/without-props.ts";

/** A symbol's name: the iPhone's, or one for each platform. */
type SymbolName = string | { readonly ios?: string; readonly android?: unknown; readonly web?: unknown };

interface SymbolProps {
  readonly name: SymbolName;
  readonly size?: number;
  readonly tintColor?: string;
  readonly weight?: unknown;
  readonly style?: unknown;
  readonly fallback?: ReactNode;
  readonly [name: string]: unknown;
}

/** What nobody drew is an empty square. */
const UNKNOWN = { d: "M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z", isFilled: false };
const BOLD = /bold|heavy|black/;

function namesOf(name: SymbolName): string[] {
  if (typeof name === "string") return [name];
  return [name.ios, name.web, name.android].filter((each) => typeof each === "string");
}

/** Symbols of the system, drawn: a browser has no such font. */
export function SymbolView({ name, size = 24, tintColor = "#007AFF", ...rest }: SymbolProps): ReactNode {
  const { weight, style, fallback, ...more } = rest;
  const plain = withoutProps(more, ["scale", "type", "resizeMode", "animationSpec", "colors"]);
  const path = namesOf(name)
    .map(symbolPath)
    .find((each) => each !== undefined);
  if (path === undefined && fallback !== undefined) return fallback;
  const { d, isFilled } = path ?? UNKNOWN;
  const drawing = createElement(
    "svg",
    { viewBox: "0 0 24 24", width: "100%", height: "100%", "aria-hidden": true },
    createElement("path", {
      d,
      fill: isFilled ? tintColor : "none",
      stroke: tintColor,
      strokeWidth: BOLD.test(JSON.stringify(weight ?? "")) ? 3 : 2,
      strokeLinecap: "round",
      strokeLinejoin: "round",
    }),
  );
  return createElement(View, { ...plain, style: [{ width: size, height: size }, style] }, drawing);
}

export const unstable_getMaterialSymbolSourceAsync = async (): Promise<null> => null;
