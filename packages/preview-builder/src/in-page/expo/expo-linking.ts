import { useState } from "react";
import { Linking } from "react-native-web";

/** Links of an app, which in a page are links of the page. */
export function createURL(path: string): string {
  return `${location.origin}/${path.replace(/^\//, "")}`;
}

export function parse(url: string) {
  const parsed = new URL(url, "https://preview.invalid/");
  return {
    scheme: parsed.protocol.replace(/:$/, ""),
    hostname: parsed.hostname,
    path: parsed.pathname.replace(/^\//, "") || null,
    queryParams: Object.fromEntries(parsed.searchParams),
  };
}

export function useURL(): string | null {
  const [url] = useState<string | null>(null);
  return url;
}

export const useLinkingURL = (): string | null => useURL();
export const openURL = (url: string): Promise<unknown> => Linking.openURL(url);
export const canOpenURL = async (): Promise<boolean> => true;
export const openSettings = async (): Promise<void> => undefined;
export const getInitialURL = async (): Promise<string | null> => null;
export const getLinkingURL = (): string | null => null;
export const parseInitialURLAsync = async () => ({ scheme: null, hostname: null, path: null, queryParams: {} });
export const addEventListener = (): { remove: () => void } => ({ remove: () => undefined });
