// What an app of Expo Router starts from.
import { createElement } from "react";
import { registerRootComponent } from "expo";
import { ExpoRoot } from "expo-router";
import { Head } from "expo-router/head";
import { ctx } from "./expo-router-context.ts";

registerRootComponent(() => {
  const root = createElement(ExpoRoot, { context: ctx, location: new URL(location.href) });
  return createElement(Head.Provider, null, root);
});
