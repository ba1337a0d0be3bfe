import { describeValue } from "./describe-value.ts";
import { showOwnError } from "./show-own-error.ts";
import { clip, isFramed, tellViewer } from "./tell-viewer.ts";

const longestMessage = 2_000;
const longestStack = 8_000;
const mostErrors = 100;

// Browsers raise it as an error where an observer's callback takes longer than a frame; nothing is broken.
const harmless = /^ResizeObserver loop/;

let count = 0;

function report(reason: unknown): void {
  const error = reason instanceof Error ? reason : undefined;
  const message = clip(error === undefined ? describeValue(reason) : `${error.name}: ${error.message}`, longestMessage);
  if (harmless.test(message)) return;
  count += 1;
  if (count > mostErrors) return;
  const stack = clip(error?.stack ?? "", longestStack);
  if (isFramed) tellViewer({ type: "hivesync:error", message, stack });
  else showOwnError(message, stack);
}

/** Tells the viewer of errors that nobody caught; a page that is opened by itself shows them itself. */
export function reportErrors(): void {
  window.addEventListener("error", (event) => {
    // Elements that fail to load raise events without an error; those are the page's own business.
    if (event instanceof ErrorEvent) report(event.error ?? event.message);
  });
  window.addEventListener("unhandledrejection", (event) => report(event.reason));
}
