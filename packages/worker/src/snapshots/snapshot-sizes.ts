/** The screens on which previews are pictured, in CSS pixels: those of the viewer's device frames. */
export const snapshotSizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desktop: { width: 1280, height: 800 },
} as const;
