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

export function currentState(): State {
  return (document.documentElement.dataset["state"] ?? "opening") as State;
}

/** The status is read aloud when it changes, so it changes only when there is news. */
function sayStatus(): void {
  const said = note || words[currentState()];
  const status = byId("status");
  if (status.textContent !== said) status.textContent = said;
}

export function showState(state: State): void {
  document.documentElement.dataset["state"] = state;
  document.title = `${words[state]} · HiveSync Preview`;
  sayStatus();
}

/** A quiet note in place of the status; none when all is well. */
export function showNote(text: string): void {
  note = text;
  document.documentElement.toggleAttribute("data-noted", text !== "");
  sayStatus();
}

/** What is shown, as the build found, and where its source came from, as the client told. */
export function showOrigin({ kind, context }: Preview): void {
  const all = [kind ?? undefined, context?.git_branch, context?.git_commit?.slice(0, 7)];
  const parts = all.filter((part) => part !== undefined);
  const origin = byId("origin");
  origin.hidden = parts.length === 0;
  origin.textContent = parts.join(" · ");
  origin.title = parts.join(" · ");
}
