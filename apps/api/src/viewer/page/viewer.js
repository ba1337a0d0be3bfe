import { clearAppErrors, startAppErrors } from "./app-errors.js";
import { appFrame, mountApp, startDevices } from "./device-frame.js";
import { byId } from "../../web-page/parts/dom.js";
import { fetchPreview } from "./fetch-preview.js";
import { showFailure } from "./show-failure.js";
import { currentState, showNote, showOrigin, showProgress, showState } from "./show-state.js";
import { watchPreview } from "./watch-preview.js";

/** An app that runs goes on when its preview ends: the bar says so, and it cannot be loaded again. */
const endings = {
  expired: "This preview has expired",
  missing: "This preview was deleted",
  invalid: "This link no longer works",
};
const token = location.pathname.split("/").at(-1) ?? "";
const reload = /** @type {HTMLButtonElement} */ (byId("reload"));

/** @param {string} bundleUrl */
function openApp(bundleUrl) {
  clearAppErrors();
  // In this order: an app that is mounted out of sight finds itself in a window of no size.
  showState("ready");
  mountApp(bundleUrl);
}

/** @param {import("./fetch-preview.js").Preview} preview */
function showPreview(preview) {
  showOrigin(preview.context);
  switch (preview.status) {
    case "QUEUED":
      return showState("queued");
    case "RUNNING":
      showProgress(preview.progress);
      return showState("running");
    case "FAILED":
      showFailure(preview);
      return showState("failed");
    case "CANCELLED":
      return showState("missing");
    case "COMPLETED":
      if (preview.bundle_url === null) return showState("expired");
      // A running app is left alone: its link is needed only to load it.
      if (!appFrame()) openApp(preview.bundle_url);
  }
}

/**
 * @param {import("./fetch-preview.js").Answer} answer
 * @param {string} [unreachable] What is said when there was no answer.
 */
function show(answer, unreachable = "Reconnecting…") {
  if (answer.kind === "trouble") return showNote(navigator.onLine ? unreachable : "You are offline");
  const endedWhileOpen = answer.kind === "gone" && appFrame();
  showNote(endedWhileOpen ? endings[answer.why] : "");
  if (answer.kind === "preview") showPreview(answer.preview);
  else if (!endedWhileOpen) showState(answer.why);
  reload.disabled = answer.kind === "gone" || currentState() !== "ready";
}

/** Links into storage live five minutes, so each load asks for a new one. */
async function reloadApp() {
  reload.setAttribute("aria-busy", "true");
  const answer = await fetchPreview(token);
  show(answer, "No answer, try again");
  if (answer.kind === "preview" && answer.preview.bundle_url !== null) openApp(answer.preview.bundle_url);
  reload.removeAttribute("aria-busy");
}

/** @param {Event} event */
async function downloadLog(event) {
  event.preventDefault();
  const answer = await fetchPreview(token);
  show(answer, "No answer, try again");
  if (answer.kind === "preview" && answer.preview.logs_url !== null) location.assign(answer.preview.logs_url);
}

startDevices();
startAppErrors();
reload.addEventListener("click", () => void reloadApp());
byId("log").addEventListener("click", (event) => void downloadLog(event));
showState(currentState());
// A page that says from the start that there is nothing to see asks nothing.
if (currentState() === "opening") void watchPreview(token, (answer) => show(answer));
