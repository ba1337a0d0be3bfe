import { byId } from "../../web-page/parts/dom.js";

/** On a phone the app has the whole screen; a small handle brings the bar. */
export function startHandle(): void {
  const root = document.documentElement;
  const handle = byId("handle");
  const setOpen = (open: boolean): void => {
    root.toggleAttribute("data-bar-open", open);
    handle.setAttribute("aria-expanded", String(open));
  };
  handle.addEventListener("click", () => setOpen(!root.hasAttribute("data-bar-open")));
  // The first touch of the app puts it away: that is where the focus goes.
  window.addEventListener("blur", () => setOpen(false));
}
