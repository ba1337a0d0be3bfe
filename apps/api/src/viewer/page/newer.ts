import type { PreviewEvent } from "@hivesync/contracts/resources/previews";
import { byId } from "../../web-page/parts/dom.js";
import { remember, remembered } from "./remember.ts";
import { currentState } from "./state.ts";

/** What the stream tells of the project's newer previews. */
type Newer = Extract<PreviewEvent, { preview_url: string }>;

const words: Record<Newer["type"], { text: string; action: string }> = {
  superseded: { text: "A newer preview is ready", action: "Open it" },
  newer_failed: { text: "A newer build failed", action: "See why" },
};

const hint = byId("newer");
const link = byId("newer-link") as HTMLAnchorElement;
const always = byId("newer-always") as HTMLInputElement;

const heard = new Set<string>();
/** What the hint says; nothing once it was dismissed. */
let shown: Newer["type"] | undefined;

/** By its path alone: whoever opened this page by another name of the server stays with that name. */
const pathOf = (url: string): string => new URL(url, location.href).pathname;

/** Where the older one was is no place to come back to. */
const open = (): void => location.replace(link.pathname);

/** Opens the newer one at once where that was chosen: a failure in place of a failure alone, as an app that runs is of more use. */
export function openIfChosen(): void {
  const isBetter = shown === "superseded" || (shown === "newer_failed" && currentState() === "failed");
  if (isBetter && remembered("newest") === "always") open();
}

/** The project has a newer preview: it is offered, or opened at once where that was chosen. */
export function offerNewer({ type, preview_url: url }: Newer): void {
  const path = pathOf(url);
  // A stream that was cut tells it again. What can be opened stays on offer; its own page tells of what has failed since.
  if (heard.has(path) || (type === "newer_failed" && shown === "superseded")) return;
  heard.add(path);
  shown = type;
  const { text, action } = words[type];
  hint.dataset["type"] = type;
  byId("newer-text").textContent = text;
  link.textContent = action;
  link.classList.toggle("main", type === "superseded");
  link.href = path;
  hint.hidden = false;
  byId("announcement").textContent = text;
  openIfChosen();
}

export function startNewer(): void {
  always.checked = remembered("newest") === "always";
  link.addEventListener("click", (event) => {
    if (!(event instanceof MouseEvent) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  always.addEventListener("change", () => {
    remember("newest", always.checked ? "always" : "ask");
    if (always.checked) open();
  });
  byId("newer-dismiss").addEventListener("click", () => {
    shown = undefined;
    hint.hidden = true;
  });
}
