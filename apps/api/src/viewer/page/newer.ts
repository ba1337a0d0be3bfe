import { byId } from "../../web-page/parts/dom.js";
import { remember, remembered } from "./remember.ts";

const always = byId("newer-always") as HTMLInputElement;

/** By its path alone: whoever opened this page by another name of the server stays with that name. */
const pathOf = (url: string): string => new URL(url, location.href).pathname;

/** Where the older one was is no place to come back to. */
const open = (path: string): void => location.replace(path);

/** The project has a newer preview: it is offered, or opened at once where that was chosen. */
export function offerNewer(previewUrl: string): void {
  const path = pathOf(previewUrl);
  if (remembered("newest") === "always") return open(path);
  (byId("newer-link") as HTMLAnchorElement).href = path;
  byId("newer").hidden = false;
  byId("announcement").textContent = "A newer preview is ready";
}

export function startNewer(): void {
  always.checked = remembered("newest") === "always";
  byId("newer-link").addEventListener("click", (event) => {
    if (!(event instanceof MouseEvent) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open((byId("newer-link") as HTMLAnchorElement).pathname);
  });
  always.addEventListener("change", () => {
    remember("newest", always.checked ? "always" : "ask");
    if (always.checked) open((byId("newer-link") as HTMLAnchorElement).pathname);
  });
  byId("newer-dismiss").addEventListener("click", () => (byId("newer").hidden = true));
}
