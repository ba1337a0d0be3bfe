import { byId } from "../../web-page/parts/dom.js";
import { toggleAppearance } from "./appearance.ts";
import { chooseKind, rotateDevice, toggleZoom } from "./device-frame.ts";
import { closeDrawer, toggleDrawer } from "./drawer.ts";
import { toggleShare } from "./share.ts";

const takesText = "input:not([type=radio], [type=checkbox], [readonly]), textarea, select, [contenteditable]";

/** Keys of this page. They are the app's own while it has the focus. */
export function startKeyboard({ reload, clearData }: { reload: () => void; clearData: () => void }): void {
  const keys: Readonly<Record<string, () => unknown>> = {
    "1": () => chooseKind("phone"),
    "2": () => chooseKind("tablet"),
    "3": () => chooseKind("desktop"),
    r: rotateDevice,
    z: toggleZoom,
    d: toggleAppearance,
    e: reload,
    x: clearData,
    l: () => toggleDrawer("log"),
    c: () => toggleDrawer("console"),
    s: toggleShare,
    "?": () => byId("help").togglePopover(),
    escape: closeDrawer,
  };
  window.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target instanceof Element && event.target.matches(takesText)) return;
    const key = event.key.toLowerCase();
    if (!Object.hasOwn(keys, key)) return;
    // Escape closes an open popover first, which the browser does.
    if (key === "escape" && document.querySelector(":popover-open")) return;
    keys[key]?.();
  });
}
