import { createElement } from "react";
import type { ReactNode } from "react";
import { Image as WebImage } from "react-native-web";

const RESIZE_MODES: Readonly<Record<string, string>> = {
  cover: "cover",
  contain: "contain",
  fill: "stretch",
  none: "center",
};

interface ImageProps {
  readonly source?: unknown;
  readonly contentFit?: string;
  readonly placeholder?: unknown;
  readonly [name: string]: unknown;
}

/** Expo's image as React Native's. */
export function Image({ source, contentFit = "cover", ...rest }: ImageProps): ReactNode {
  const { placeholder: _, transition: __, cachePolicy: ___, contentPosition: ____, ...plain } = rest;
  const first = Array.isArray(source) ? (source[0] as unknown) : source;
  // Only styles say how large it is, and never the picture.
  const uri = { uri: typeof first === "string" ? first : (first as { uri?: string } | undefined)?.uri };
  return createElement(WebImage, { ...plain, source: uri, resizeMode: RESIZE_MODES[contentFit] ?? "cover" });
}

Image.prefetch = async (): Promise<boolean> => true;
Image.clearMemoryCache = async (): Promise<boolean> => true;
Image.clearDiskCache = async (): Promise<boolean> => true;

export function ImageBackground(props: ImageProps): ReactNode {
  return createElement(Image, props);
}
