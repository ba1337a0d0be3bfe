// What an app of Expo Router starts from.
import { createElement } from "react";
import { registerRootComponent } from "expo";
import { ExpoRoot } from "expo-router";
import { Head } from "expo-router/head";
import { ctx } from "./expo-router-context.ts";

/** A browser shows native tabs above the screen, as a wide page has room there. On a phone they are below it. */
const PHONE_TABS = `[role="tablist"][aria-label="Main"] {
  top: auto; bottom: 0; left: 0; width: 100%; max-width: none; height: 56px; transform: none; border-radius: 0;
  justify-content: space-around; border-top: 1px solid #8888;
}`;

if (globalThis.__hivesync.platform !== "web") {
  document.head.append(Object.assign(document.createElement("style"), { textContent: PHONE_TABS }));
}

registerRootComponent(() => {
  const root = createElement(ExpoRoot, { context: ctx, location: new URL(location.href) });
  return createElement(Head.Provider, null, root);
});
