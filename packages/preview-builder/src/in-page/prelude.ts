// Runs before everything else in a preview: reports errors to the viewer, and stands in for what a sandboxed frame denies.
import { guardStorage } from "./guard-storage.ts";

function report(reason: unknown): void {
  const error = reason instanceof Error ? reason : undefined;
  const message = error === undefined ? String(reason) : `${error.name}: ${error.message}`;
  // The parent's origin is unknown here, and the message holds nothing that the parent did not send into the frame.
  window.parent.postMessage({ type: "hivesync:error", message, stack: error?.stack ?? "" }, "*");
}

globalThis.__hivesync = {
  platform: (document.currentScript?.dataset["platform"] ?? "web") as "web" | "ios" | "android",
  modules: {},
};

window.addEventListener("error", (event) => {
  // Elements that fail to load raise events without an error; those are the page's own business.
  if (event instanceof ErrorEvent) report(event.error ?? event.message);
});
window.addEventListener("unhandledrejection", (event) => report(event.reason));
guardStorage();
try {
  // Routers look at the path: a preview runs as at "/", wherever its file lies.
  history.replaceState(history.state, "", "/");
} catch {
  // A page in memory or on disk has no path to rewrite.
}
