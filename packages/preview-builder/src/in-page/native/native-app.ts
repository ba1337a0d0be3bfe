import { AppRegistry as WebAppRegistry } from "react-native-web";
import { ROOT_ID } from "../page-globals.ts";

let isRunning = false;

/** React Native's registry, which here also knows whether an app was started. */
export const AppRegistry = Object.assign(Object.create(WebAppRegistry) as typeof WebAppRegistry, {
  runApplication(key: string, parameters?: { rootTag?: unknown; initialProps?: object }): void {
    isRunning = true;
    const given = parameters?.rootTag;
    const rootTag = given instanceof Element ? given : document.getElementById(ROOT_ID);
    WebAppRegistry.runApplication(key, { rootTag, initialProps: parameters?.initialProps ?? {} });
  },
});

/** Expo's way to start an app. */
export function registerRootComponent(component: unknown): void {
  AppRegistry.registerComponent("main", () => component);
  AppRegistry.runApplication("main");
}

/** Starts what the entry module left to the host: the app that it registered last, or its default export. */
export function mountEntry(entry: Readonly<Record<string, unknown>>): void {
  if (isRunning) return;
  const registered = AppRegistry.getAppKeys().at(-1);
  const component = entry["default"];
  if (registered !== undefined) AppRegistry.runApplication(registered);
  else if (component !== undefined) registerRootComponent(component);
  else throw new Error("The entry registers no component and has no default export, so there is nothing to show.");
}
