const { platform } = globalThis.__hivesync;

// As what a preview shows, and no device.
export const isDevice = false;
export const brand = platform === "android" ? "Google" : "Apple";
export const manufacturer = platform === "android" ? "Google" : "Apple";
export const modelName = "Preview";
export const modelId = null;
export const deviceName = "Preview";
export const deviceYearClass = 2026;
export const osName = { web: "Web", ios: "iOS", android: "Android" }[platform];
export const osVersion = "";
export const totalMemory = null;
export const DeviceType = { UNKNOWN: 0, PHONE: 1, TABLET: 2, DESKTOP: 3, TV: 4 };
export const deviceType = DeviceType.PHONE;
export const getDeviceTypeAsync = async (): Promise<number> => DeviceType.PHONE;
export const isRootedExperimentalAsync = async (): Promise<boolean> => false;
