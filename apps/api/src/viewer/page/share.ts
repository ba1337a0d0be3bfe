import { encode } from "uqr";
import { byId } from "../../web-page/parts/dom.js";
import { pageName } from "./state.ts";
import { copyOnClick } from "./texts.ts";

const quietModules = 2;
const loopback = /^(?:localhost|127\.[\d.]+|\[::1\])$/;

/** The code as one path: a square for each dark module. */
function drawQrCode(text: string): void {
  const { data, size } = encode(text, { ecc: "L", border: quietModules });
  const squares = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  byId("qr").setAttribute("viewBox", `0 0 ${size} ${size}`);
  byId("qr").querySelector("path")?.setAttribute("d", squares.join(""));
}

/** Says until when the link works. @param expiresAt An ISO time. */
export function showExpiry(expiresAt: string): void {
  const time = new Date(expiresAt);
  const isToday = time.toDateString() === new Date().toDateString();
  const style: Intl.DateTimeFormatOptions = isToday
    ? { timeStyle: "short" }
    : { dateStyle: "medium", timeStyle: "short" };
  byId("share-until").textContent =
    `Whoever has the link can open the preview, until ${time.toLocaleString(undefined, style)}.`;
}

export function toggleShare(): void {
  byId("share").togglePopover();
}

export function startShare(): void {
  const url = location.origin + location.pathname;
  const field = byId("link") as HTMLInputElement;
  field.value = url;
  field.addEventListener("focus", () => field.select());
  byId("share-note").hidden = !loopback.test(location.hostname);
  byId("share").addEventListener("beforetoggle", () => drawQrCode(url), { once: true });
  copyOnClick(byId("copy-link"), () => url);
  const share = byId("share-link");
  share.hidden = !("share" in navigator);
  share.addEventListener("click", () => {
    // Whoever closes the dialog has decided: there is nothing to say.
    navigator.share({ title: pageName(), url }).catch(() => undefined);
  });
}
