// The only script of a document that holds several pages: it becomes the one that the viewer asks for.
import { readStart } from "../prelude/tell-viewer.ts";
import type { HeldPages } from "./held-pages.ts";
import { pageAddress } from "./held-pages.ts";

globalThis.__hivesync = { platform: "web", modules: {}, pages: [] };

const held = JSON.parse(document.getElementById("hivesync-pages")?.textContent ?? "") as HeldPages;
const { pathname } = new URL(readStart()?.path ?? "/", "http://preview.invalid");
const address = pageAddress(Object.keys(held.pages), pathname) ?? "/";

function show(): void {
  document.open();
  document.write((held.pages[address] ?? []).map((index) => held.pieces[index] ?? "").join(""));
  document.close();
}

// While it is being parsed a document cannot be opened anew; later on, modules of what is written would not be run.
document.addEventListener("readystatechange", () => {
  if (document.readyState === "interactive") show();
});
