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
/** @typedef {keyof typeof words} State */

let note = "";

export function currentState() {
  return /** @type {State} */ (document.documentElement.dataset["state"] ?? "opening");
}

/** The status is read aloud when it changes, so it changes only when there is news. */
function sayStatus() {
  const said = note || words[currentState()];
  const status = byId("status");
  if (status.textContent !== said) status.textContent = said;
}

/** @param {State} state */
export function showState(state) {
  document.documentElement.dataset["state"] = state;
  document.title = `${words[state]} · HiveSync Preview`;
  sayStatus();
}

/** A quiet note in place of the status; none when all is well. @param {string} text */
export function showNote(text) {
  note = text;
  document.documentElement.toggleAttribute("data-noted", text !== "");
  sayStatus();
}

/** @param {import("./fetch-preview.js").Preview["progress"]} progress */
export function showProgress(progress) {
  const bar = byId("progress");
  const ratio = progress?.ratio ?? 0;
  bar.setAttribute("value", String(Math.round(ratio * 100)));
  const cells = byId("comb").querySelectorAll("use");
  for (const [index, cell] of cells.entries()) cell.classList.toggle("full", ratio * cells.length >= index + 0.5);
  const phases = [...byId("phases").children];
  const current = phases.findIndex((phase) => phase.getAttribute("data-phase") === progress?.phase);
  for (const [index, phase] of phases.entries()) {
    phase.classList.toggle("done", index < current);
    if (index === current) phase.setAttribute("aria-current", "step");
    else phase.removeAttribute("aria-current");
  }
}

/** Where the source came from, as the client told. @param {import("./fetch-preview.js").Preview["context"]} context */
export function showOrigin(context) {
  const parts = [context?.git_branch, context?.git_commit?.slice(0, 7)].filter((part) => part !== undefined);
  const origin = byId("origin");
  origin.hidden = parts.length === 0;
  origin.textContent = parts.join(" · ");
}
