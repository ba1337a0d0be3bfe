/** What an app says of a tab's icon, as it says it. */
export interface TabIcon {
  /** A picture, an icon of a font, or one of each for a tab that is chosen. */
  readonly src?: unknown;
  /** Symbols of the iPhone and of Android. */
  readonly sf?: unknown;
  readonly md?: unknown;
  readonly renderingMode?: string;
  readonly selectedColor?: unknown;
}

/** Keeps all that an app says of an icon: in browsers the router itself shows none. */
export function appendIconOptions(options: Record<string, unknown>, icon: TabIcon): void {
  options["tabIcon"] = icon;
  if (icon.selectedColor !== undefined) options["selectedIconColor"] = icon.selectedColor;
}

export const convertOptionsIconToScreensPropsIcon = (): undefined => undefined;
export const resolveIconRenderingMode = (): undefined => undefined;
