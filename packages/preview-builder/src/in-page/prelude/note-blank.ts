import { tellViewer } from "./tell-viewer.ts";

const noticedAfterMs = 2_500;
const mostElements = 2_000;
const seenByThemselves =
  "img, svg, canvas, video, audio, iframe, input, button, textarea, select, progress, hr, object, embed";

/** Whether nothing of the page can be seen: no text, no picture, no field, no coloured box. */
function isBlank(): boolean {
  if (document.body.innerText.trim() !== "") return false;
  if ([...document.querySelectorAll(seenByThemselves)].some(hasSize)) return false;
  const elements = [...document.body.querySelectorAll("*")].slice(0, mostElements);
  return ![document.documentElement, document.body, ...elements].some(
    (element) => hasSize(element) && isPainted(element),
  );
}

function hasSize(element: Element): boolean {
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0;
}

function isPainted(element: Element): boolean {
  if (element.shadowRoot !== null) return true;
  const { backgroundColor, backgroundImage, borderTopWidth } = getComputedStyle(element);
  return (
    !/^rgba\(.*, 0\)$|^transparent$/.test(backgroundColor) || backgroundImage !== "none" || borderTopWidth !== "0px"
  );
}

/** Tells the viewer once of a page that shows nothing a while after it has loaded. */
export function noteBlank(): void {
  window.addEventListener("load", () => {
    setTimeout(() => {
      if (isBlank()) tellViewer({ type: "hivesync:blank" });
    }, noticedAfterMs);
  });
}
