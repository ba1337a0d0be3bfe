import { byId } from "../../web-page/parts/dom.js";
import { loadLog } from "./build-log.ts";
import { clearConsole, consoleText } from "./console-pane.ts";
import { remember, remembered } from "./remember.ts";
import { copyOnClick } from "./texts.ts";

const tabs = ["console", "log"] as const;
export type Tab = (typeof tabs)[number];

let shown: Tab = "console";

const isOpen = (): boolean => !byId("drawer").hidden;

function select(tab: Tab): void {
  shown = tab;
  for (const each of tabs) {
    byId(`pane-${each}`).hidden = each !== tab;
    const button = byId(`tab-${each}`);
    button.setAttribute("aria-selected", String(each === tab));
    button.tabIndex = each === tab ? 0 : -1;
  }
  for (const clear of ["clear-console", "clear-data"]) byId(clear).hidden = tab !== "console";
  if (tab === "log") void loadLog();
}

function setOpen(open: boolean): void {
  byId("drawer").hidden = !open;
  byId("console").setAttribute("aria-expanded", String(open));
  remember("drawer", open ? shown : "");
}

export function openDrawer(tab: Tab): void {
  select(tab);
  setOpen(true);
}

/** Opens the drawer at the tab, or closes it when that is what it shows. */
export function toggleDrawer(tab: Tab): void {
  if (isOpen() && shown === tab) setOpen(false);
  else openDrawer(tab);
}

/** The preview has ended: its log can be read, where somebody is looking at it. */
export function refreshLog(): void {
  if (isOpen() && shown === "log") void loadLog();
}

/** @returns whether there was something to close */
export function closeDrawer(): boolean {
  const wasOpen = isOpen();
  if (wasOpen) setOpen(false);
  return wasOpen;
}

export function startDrawer(): void {
  const last = tabs.find((tab) => tab === remembered("drawer"));
  if (last) openDrawer(last);
  byId("console").addEventListener("click", () => (isOpen() ? setOpen(false) : openDrawer(shown)));
  byId("close-drawer").addEventListener("click", () => {
    setOpen(false);
    byId("console").focus();
  });
  for (const tab of tabs) byId(`tab-${tab}`).addEventListener("click", () => openDrawer(tab));
  byId("drawer")
    .querySelector("[role=tablist]")
    ?.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent) || !event.key.startsWith("Arrow")) return;
      openDrawer(shown === "log" ? "console" : "log");
      byId(`tab-${shown}`).focus();
    });
  byId("clear-console").addEventListener("click", clearConsole);
  copyOnClick(byId("copy-drawer"), () => (shown === "log" ? (byId("log").textContent ?? "") : consoleText()));
}
