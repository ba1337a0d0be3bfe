import type { PageMessage, PageStart } from "./page-messages.ts";

/** Whether somebody frames the page. Opened by itself it has nobody to tell. */
export const isFramed = window.parent !== window;

export function tellViewer(message: PageMessage): void {
  // The parent's origin is unknown here, and the message holds nothing that the parent did not send into the frame.
  if (isFramed) window.parent.postMessage(message, "*");
}

/** What the viewer gave this page to begin with. */
export function readStart(): PageStart | undefined {
  if (!isFramed) return undefined;
  try {
    return (JSON.parse(window.name) as { hivesync?: PageStart }).hivesync;
  } catch {
    // A frame of somebody else's may have any name.
    return undefined;
  }
}

/** The same, once: the app finds a window without a name. */
export function takeStart(): PageStart {
  const start = readStart();
  if (start === undefined) return {};
  window.name = "";
  return start;
}

/** Cuts what may be of any length. */
export function clip(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
