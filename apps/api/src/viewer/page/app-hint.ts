import { byId } from "../../web-page/parts/dom.js";

interface Hint {
  text: string;
  action: string;
  act: () => void;
}

let act = (): void => undefined;

/** A word about the app that is no error. */
export function showHint(hint: Hint): void {
  act = hint.act;
  byId("app-hint-text").textContent = hint.text;
  byId("app-hint-action").textContent = hint.action;
  byId("app-hint").hidden = false;
  byId("announcement").textContent = hint.text;
}

export function hideHint(): void {
  byId("app-hint").hidden = true;
}

export function startHint(): void {
  byId("app-hint-dismiss").addEventListener("click", hideHint);
  byId("app-hint-action").addEventListener("click", () => {
    hideHint();
    act();
  });
}
