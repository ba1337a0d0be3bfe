import type { PageMessage, PageStart } from "./page-messages.ts";

/** Whether somebody frames the page. Opened by itself it has nobody to tell. */
export const isFramed = window.parent !== window;

export function tellViewer(message: PageMessage): void {
  // The parent's origin is unknown here, and the message holds nothing that the parent did not send into the frame.
  if (isFramed) window.parent.postMessage(message, "*");
}

/** Takes what the viewer gave this page to begin with; the app finds a window without a name. */
export function takeStart(): PageStart {
  if (!isFramed) return {};
  try {
    const { hivesync } = JSON.parse(window.name) as { hivesync?: PageStart };
    if (hivesync === undefined) return {};
    window.name = "";
    return hivesync;
  } catch {
    // A frame of somebody else's may have any name.
    return {};
  }
}

/** Cuts what may be of any length. */
export function clip(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
