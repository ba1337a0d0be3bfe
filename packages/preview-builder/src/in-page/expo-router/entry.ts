// What an app of Expo Router starts from.
import { createElement } from "react";
import { ExpoRoot } from "expo-router";
import { Head } from "expo-router/head";
import { ctx } from "./context.ts";

// Of the part that shows React Native: it knows whether an app was started.
const { registerRootComponent } = globalThis.__hivesync.modules["expo"] as {
  readonly registerRootComponent: (component: unknown) => void;
};

registerRootComponent(() => {
  const root = createElement(ExpoRoot, { context: ctx, location: new URL(location.href) });
  return createElement(Head.Provider, null, root);
});
