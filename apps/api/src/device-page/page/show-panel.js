import { byId } from "../../web-page/parts/dom.js";

/** The page's title in each state. */
const titles = {
  opening: "Connect a device",
  "sign-in": "Sign in",
  code: "Connect a device",
  confirm: "Approve a device",
  approved: "Device connected",
  denied: "Request denied",
};
/** @typedef {keyof typeof titles} PanelName */

/** Where the keyboard goes on: a field that is to be filled, else a heading, so that it is read and no stray key approves anything. */
const startingPoints = {
  opening: "main",
  "sign-in": "name",
  code: "code",
  confirm: "confirm-title",
  approved: "approved-title",
  denied: "denied-title",
};

/** What went wrong, in words; none when all is well. @param {string} text */
export function showProblem(text) {
  byId("problem").textContent = text;
}

/** @param {PanelName} panel */
export function showPanel(panel) {
  document.documentElement.dataset["state"] = panel;
  document.title = `${titles[panel]} · HiveSync`;
  showProblem("");
  byId(startingPoints[panel]).focus();
}

/** @param {import("./account.js").User} user */
export function showAccount(user) {
  byId("account-name").textContent = user.username;
  byId("account").hidden = false;
}

export function hideAccount() {
  byId("account").hidden = true;
}

/** Fills every place that speaks of the code or of the client. @param {{ code?: string, client?: string }} names */
export function showNames({ code, client }) {
  for (const place of document.querySelectorAll("[data-name=code]")) if (code !== undefined) place.textContent = code;
  for (const place of document.querySelectorAll("[data-name=client]"))
    if (client !== undefined) place.textContent = client;
}

/**
 * Does one thing at a time: while it is under way, no button takes another.
 *
 * @param {() => Promise<void>} work
 */
export async function whileBusy(work) {
  const main = byId("main");
  if (main.getAttribute("aria-busy") === "true") return;
  main.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    main.removeAttribute("aria-busy");
  }
}
