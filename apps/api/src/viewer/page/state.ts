import type { Preview } from "@hivesync/contracts/resources/previews";
import { byId } from "../../web-page/parts/dom.js";

/** What the bar says in each state, and the page's title: both are read in passing. */
const words = {
  opening: "Opening",
  queued: "Waiting",
  running: "Building",
  ready: "Ready",
  failed: "Build failed",
  expired: "Expired",
  missing: "Gone",
  invalid: "Invalid link",
};
export type State = keyof typeof words;

let note = "";
let project = "";
let hasAppError = false;

export function currentState(): State {
  return (document.documentElement.dataset["state"] ?? "opening") as State;
}

/** The status is read aloud when it changes, so it changes only when there is news. */
function sayStatus(): void {
  const state = currentState();
  const said = note || (state === "ready" && hasAppError ? "Error in the app" : words[state]);
  const status = byId("status");
  if (status.textContent !== said) status.textContent = said;
}

/** What the page is called, by which somebody finds it among others. */
export const pageName = (): string => [project, "HiveSync Preview"].filter(Boolean).join(" · ");

function showTitle(): void {
  const state = currentState();
  document.title = state === "ready" ? pageName() : `${words[state]} · ${pageName()}`;
}

export function showState(state: State): void {
  document.documentElement.dataset["state"] = state;
  showTitle();
  sayStatus();
}

/** An app that was built well need not run well: whether it has had an error since it was loaded. */
export function showAppError(has: boolean): void {
  hasAppError = has;
  document.documentElement.toggleAttribute("data-app-error", has);
  sayStatus();
}

/** A quiet note in place of the status; none when all is well. */
export function showNote(text: string): void {
  note = text;
  document.documentElement.toggleAttribute("data-noted", text !== "");
  sayStatus();
}

/** Whose preview it is, what is shown, as the build found, and where its source came from, as the client told. */
export function showOrigin({ project_name: name, kind, context }: Preview): void {
  project = name;
  showTitle();
  const all = [kind ?? undefined, context?.git_branch, context?.git_commit?.slice(0, 7)];
  const source = all.filter((part) => part !== undefined).join(" · ");
  byId("project").textContent = name;
  byId("source").textContent = source;
  const origin = byId("origin");
  origin.hidden = false;
  origin.title = [name, source].filter(Boolean).join(" · ");
}
