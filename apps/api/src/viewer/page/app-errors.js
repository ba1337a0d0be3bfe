import { byId, make } from "../../web-page/parts/dom.js";
import { appFrame } from "./device-frame.js";

// The app is a stranger: it may send anything, and any amount of it.
const mostShown = 20;
const longestMessage = 500;
const longestStack = 4_000;

let count = 0;

/**
 * @param {unknown} value
 * @param {number} longest
 */
function clip(value, longest) {
  const text = typeof value === "string" ? value : "";
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** @param {{ message?: unknown, stack?: unknown }} error */
function showError(error) {
  count += 1;
  const title = count === 1 ? "The app has an error" : `The app has ${count} errors`;
  byId("app-errors-title").textContent = title;
  byId("announcement").textContent = title;
  byId("app-errors").hidden = false;
  if (count > mostShown) return;
  const message = clip(error.message, longestMessage) || "An error without a message";
  const stack = clip(error.stack, longestStack);
  const item = make("li", {}, make("p", { text: message }));
  if (stack) item.append(make("details", {}, make("summary", { text: "Stack" }), make("pre", { text: stack })));
  byId("app-error-list").append(item);
}

export function clearAppErrors() {
  count = 0;
  byId("app-errors").hidden = true;
  byId("app-error-list").replaceChildren();
  byId("announcement").textContent = "";
}

/** Shows what the app's page reports of itself; messages of anybody else are ignored. */
export function startAppErrors() {
  window.addEventListener("message", ({ source, data }) => {
    const frame = appFrame();
    if (frame && source === frame.contentWindow && data?.type === "hivesync:error") showError(data);
  });
  byId("dismiss-errors").addEventListener("click", clearAppErrors);
}
