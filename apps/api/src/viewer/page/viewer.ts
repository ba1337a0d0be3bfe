import type { Preview, PreviewEvent } from "@hivesync/contracts/resources/previews";
import { byId } from "../../web-page/parts/dom.js";
import { clearErrors, showError, startErrors } from "./app-errors.ts";
import { appFrame, listenToApp, mountApp, setPath } from "./app-frame.ts";
import { hideHint, showHint, startHint } from "./app-hint.ts";
import { clearAppStorage, startAppStorage } from "./app-storage.ts";
import { isDark, startAppearance } from "./appearance.ts";
import { noteBuild } from "./build-log.ts";
import { clearConsole, logLine } from "./console-pane.ts";
import { startDevices, suitPlatform } from "./device-frame.ts";
import { openDrawer, refreshLog, startDrawer } from "./drawer.ts";
import { showFailure, startFailure } from "./failure.ts";
import { followPreview } from "./follow-preview.ts";
import { startHandle } from "./handle.ts";
import { startKeyboard } from "./keyboard.ts";
import { offerNewer, openIfChosen, startNewer } from "./newer.ts";
import { fetchPreview, type Answer } from "./preview-link.ts";
import { endProgress, showProgress } from "./progress.ts";
import { showExpiry, startShare } from "./share.ts";
import { currentState, showNote, showOrigin, showState } from "./state.ts";

/** An app that runs goes on when its preview ends: the bar says so, and it cannot be loaded again. */
const endings = {
  expired: "This preview has expired",
  missing: "This preview was deleted",
  invalid: "This link no longer works",
};
// An app that leaves its page again as soon as it is brought back is left alone. Somebody may well follow some links one after the other.
const mostReturns = 4;
const mostLinks = 30;
const chainWithinMs = 10_000;

const reload = byId("reload") as HTMLButtonElement;
let isPreviewKnown = false;

function openApp({ snapshots, project_id: projectId }: Preview, url: string): void {
  clearErrors();
  clearConsole();
  hideHint();
  endProgress();
  // In this order: an app that is mounted out of sight finds itself in a window of no size.
  showState("ready");
  mountApp({ url, snapshots, dark: isDark(), projectId });
}

function showPreview(preview: Preview): void {
  isPreviewKnown = true;
  suitPlatform(preview.platform);
  showOrigin(preview);
  showExpiry(preview.expires_at);
  switch (preview.status) {
    case "QUEUED":
      noteBuild("queued");
      return showState("queued");
    case "RUNNING":
      showProgress(preview.progress, preview.started_at);
      return showState("running");
    case "FAILED":
      endProgress();
      showFailure(preview);
      showState("failed");
      openIfChosen();
      return refreshLog();
    case "CANCELLED":
      return showState("missing");
    case "COMPLETED":
      if (preview.bundle_url === null) return showState("expired");
      // A running app is left alone: its link is needed only to load it.
      if (!appFrame()) openApp(preview, preview.bundle_url);
      return refreshLog();
  }
}

function show(answer: Answer, unreachable = "Reconnecting…"): void {
  if (answer.kind === "trouble") return showNote(navigator.onLine ? unreachable : "You are offline");
  const endedWhileOpen = answer.kind === "gone" && appFrame();
  showNote(endedWhileOpen ? endings[answer.why] : "");
  if (answer.kind === "preview") showPreview(answer.preview);
  else if (!endedWhileOpen) showState(answer.why);
  reload.disabled = answer.kind === "gone" || currentState() !== "ready";
}

/** Links into storage live five minutes, so each load asks for a new one. */
async function loadAgain({ cleared = false } = {}): Promise<void> {
  if (reload.disabled || reload.ariaBusy === "true") return;
  reload.ariaBusy = "true";
  const answer = await fetchPreview();
  show(answer, "No answer, try again");
  if (answer.kind === "preview" && answer.preview.bundle_url !== null) {
    // At the last moment: until it is taken away the app goes on storing.
    if (cleared) {
      clearAppStorage();
      setPath("/");
    }
    openApp(answer.preview, answer.preview.bundle_url);
  }
  reload.ariaBusy = "false";
}

const clearData = (): void => void loadAgain({ cleared: true });

/** Loads of an app that follow each other quickly, since it was last left in another way. */
interface Chain {
  readonly most: number;
  length: number;
  last: number;
}
const links: Chain = { most: mostLinks, length: 0, last: 0 };
const ownReturns: Chain = { most: mostReturns, length: 0, last: 0 };

/** The frame shows something that is not the app, as after `location.reload()`: there is only the app that it can show. */
function bringBack(chain: Chain): void {
  chain.length = Date.now() - chain.last < chainWithinMs ? chain.length + 1 : 0;
  chain.last = Date.now();
  // What somebody does is no loop of the app's.
  if (chain === links) ownReturns.length = 0;
  if (chain.length < chain.most) void loadAgain();
  else showHint({ text: "The app leaves its page again and again", action: "Reload", act: () => void loadAgain() });
}

function onEvent(event: PreviewEvent): void {
  showNote("");
  if (event.type === "superseded" || event.type === "newer_failed") return offerNewer(event);
  if (!isPreviewKnown) return void fetchPreview().then((answer) => show(answer));
  if (event.type === "end") {
    const isShown = { FAILED: currentState() === "failed", COMPLETED: appFrame() !== null };
    if (!Object.entries(isShown).some(([status, shown]) => shown && status === event.status))
      void fetchPreview().then((answer) => show(answer));
  } else if (event.status === "RUNNING") {
    showProgress(event.progress);
    showState("running");
  } else showState("queued");
}

startAppearance();
startAppStorage();
startDevices();
startDrawer();
startShare();
startHint();
startNewer();
startHandle();
startErrors(() => void loadAgain());
startFailure(() => openDrawer("log"));
startKeyboard({ reload: () => void loadAgain(), clearData });
byId("clear-data").addEventListener("click", clearData);
listenToApp(
  {
    "hivesync:error": (message) => logLine({ level: "error", text: showError(message) }),
    "hivesync:console": logLine,
    "hivesync:navigate": ({ path, byApp }) => {
      setPath(path);
      bringBack(byApp ? ownReturns : links);
    },
    "hivesync:blank": () =>
      showHint({ text: "The app shows nothing", action: "Open the console", act: () => openDrawer("console") }),
  },
  () => bringBack(ownReturns),
);
reload.addEventListener("click", () => void loadAgain());
showState(currentState());
// A page that says from the start that there is nothing to see asks nothing.
if (currentState() === "opening") {
  void fetchPreview().then((answer) => show(answer));
  void followPreview({ onEvent, onRefusal: (answer) => show(answer) });
}
