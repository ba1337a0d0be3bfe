import { isFramed } from "./tell-viewer.ts";

/**
 * Takes away what a sandboxed frame has only to throw at its first use. Apps and libraries look whether it is there and
 * go on without it; they seldom expect that it is there and denied.
 */
export function leaveOutDenied(): void {
  if (!isFramed || window.origin !== "null") return;
  Reflect.deleteProperty(Navigator.prototype, "serviceWorker");
  Reflect.deleteProperty(window, "caches");
  Reflect.deleteProperty(window, "indexedDB");
}
