import { useEffect, useState } from "react";

/** A required font: its data URL, or what React Native makes of an asset. */
type FontSource = string | { readonly uri?: FontSource; readonly default?: FontSource } | null | undefined;

const loaded = new Map<string, Promise<void>>();
const ready = new Set<string>();

function urlOf(source: FontSource): string | undefined {
  if (typeof source === "string") return source;
  const inner = source?.uri ?? source?.default;
  return inner === undefined ? undefined : urlOf(inner);
}

async function loadFont(name: string, source: FontSource): Promise<void> {
  const url = urlOf(source);
  if (url === undefined) throw new Error(`The font "${name}" has no file.`);
  const face = new FontFace(name, `url(${JSON.stringify(url)})`);
  document.fonts.add(await face.load());
  ready.add(name);
}

/** Adds fonts to the page, each once. */
export async function loadAsync(
  fonts: string | Readonly<Record<string, FontSource>>,
  source?: FontSource,
): Promise<void> {
  const rows = typeof fonts === "string" ? [[fonts, source] as const] : Object.entries(fonts);
  const loads = rows.map(([name, file]) => {
    const load = loaded.get(name) ?? loadFont(name, file);
    loaded.set(name, load);
    return load;
  });
  await Promise.all(loads);
}

export function useFonts(fonts: Readonly<Record<string, FontSource>>): [boolean, Error | null] {
  const names = Object.keys(fonts);
  const [isLoaded, setLoaded] = useState(() => names.every((name) => ready.has(name)));
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    loadAsync(fonts).then(
      () => setLoaded(true),
      (reason: unknown) => setError(reason instanceof Error ? reason : new Error(String(reason))),
    );
  }, []);
  return [isLoaded, error];
}

export const isLoaded = (name: string): boolean => ready.has(name);
export const isLoading = (name: string): boolean => loaded.has(name) && !ready.has(name);
export const getLoadedFonts = (): string[] => [...ready];
export const unloadAsync = async (): Promise<void> => undefined;
export const unloadAllAsync = async (): Promise<void> => undefined;
export const FontDisplay = { AUTO: "auto", SWAP: "swap", BLOCK: "block", FALLBACK: "fallback", OPTIONAL: "optional" };
