import { Platform as WebPlatform } from "react-native-web";

const os = globalThis.__hivesync.platform;
const order = os === "web" ? ["web", "default"] : [os, "native", "default"];

/** Says the platform that the preview was asked for, so that it agrees with the files chosen by their endings. */
export const Platform = {
  ...WebPlatform,
  OS: os,
  select(choices: Record<string, unknown>): unknown {
    const chosen = order.find((name) => name in choices);
    return chosen === undefined ? undefined : choices[chosen];
  },
};
