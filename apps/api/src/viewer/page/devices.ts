import type { Preview } from "@hivesync/contracts/resources/previews";

export type Kind = "phone" | "tablet" | "desktop";

/** A screen in CSS pixels, as its browser has it. `bezel` is the frame around it, above and beside. */
export interface Device {
  readonly name: string;
  readonly kind: Kind;
  /** Absent: as large as there is room. */
  readonly size?: readonly [width: number, height: number];
  readonly bezel: readonly [above: number, beside: number];
  readonly corner: number;
  readonly hasHomeButton?: boolean;
  readonly isAndroid?: boolean;
}

const slim = { kind: "phone", bezel: [11, 11], corner: 48 } as const;
const slate = { kind: "tablet", bezel: [22, 22], corner: 18 } as const;
const screen = { kind: "desktop", bezel: [0, 0], corner: 0 } as const;

/** The first of each kind is its usual one; previews are pictured on those. */
export const devices: readonly Device[] = [
  { ...slim, name: "iPhone 16e", size: [390, 844] },
  { ...slim, name: "iPhone 16 Pro Max", size: [440, 956], corner: 54 },
  { ...slim, name: "iPhone SE", size: [375, 667], bezel: [74, 14], corner: 3, hasHomeButton: true },
  { ...slim, name: "Pixel 9", size: [412, 923], corner: 40, isAndroid: true },
  { ...slim, name: "Galaxy S24", size: [360, 780], corner: 30, isAndroid: true },
  { ...slate, name: "iPad Air 11″", size: [820, 1180] },
  { ...slate, name: "iPad mini", size: [744, 1133] },
  { ...slate, name: "iPad Pro 13″", size: [1032, 1376] },
  { ...slate, name: "Galaxy Tab S9", size: [800, 1280], corner: 12 },
  { ...screen, name: "Laptop", size: [1280, 800] },
  { ...screen, name: "Desktop", size: [1440, 900] },
  { ...screen, name: "Full HD", size: [1920, 1080] },
  { ...screen, name: "This window" },
];

export const devicesOf = (kind: Kind): Device[] => devices.filter((device) => device.kind === kind);
/** Unless somebody chose another. What is for no phone at all is shown on the usual one. */
export const phoneFor = (platform: Preview["platform"]): Device | undefined =>
  devicesOf("phone").find(({ isAndroid = false }) => isAndroid === (platform === "android"));
export const isUsual = (device: Device): boolean => devicesOf(device.kind)[0] === device;
