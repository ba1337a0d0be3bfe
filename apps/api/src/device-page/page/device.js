import { askAsUser, resumeSession, signIn, signOut } from "./account.js";
import { hideAccount, showAccount, showNames, showPanel, showProblem, whileBusy } from "./show-panel.js";
import { isCode, spellCode, wordsOf } from "./words.js";
import { byId } from "../../web-page/parts/dom.js";

/**
 * @typedef {import("@hivesync/contracts/resources/auth").DeviceLink} DeviceLink
 * @typedef {import("./ask-api.js").Answer<DeviceLink>} LinkAnswer
 */

const nameField = /** @type {HTMLInputElement} */ (byId("name"));
const passwordField = /** @type {HTMLInputElement} */ (byId("password"));
const codeField = /** @type {HTMLInputElement} */ (byId("code"));

/** The code that is asked about, as it is shown. */
let code = spellCode(new URLSearchParams(location.search).get("user_code") ?? "");

/** @param {string} problem */
function askToSignIn(problem) {
  hideAccount();
  showNames({ code });
  // Anybody can write a link: what is no code is not said on our page.
  byId("about-code").hidden = !isCode(code);
  byId("about-any").hidden = isCode(code);
  showPanel("sign-in");
  showProblem(problem);
}

/** @param {import("./ask-api.js").Refusal} refusal */
function tellRefusal(refusal) {
  if (refusal.code === "AUTH_INVALID" || refusal.code === "AUTH_EXPIRED")
    return askToSignIn("Your sign-in has ended. Sign in again.");
  // Without an answer nothing is known: the person stays where they are and tries again.
  const isAboutCode = ["NOT_FOUND", "CONFLICT", "VALIDATION_ERROR", "RATE_LIMITED"].includes(refusal.code);
  if (isAboutCode) showPanel("code");
  showProblem(refusal.code === "VALIDATION_ERROR" ? "A code has eight letters, as in WDJB-MJHT." : wordsOf(refusal));
}

async function lookUp() {
  showNames({ code });
  codeField.value = code;
  /** @type {LinkAnswer} */
  const answer = await askAsUser({ method: "GET", path: `/auth/device?user_code=${encodeURIComponent(code)}` });
  if (answer.refusal) {
    // The page has just been opened: there has to be something to try again with.
    if (document.documentElement.dataset["state"] !== "code") showPanel("code");
    return tellRefusal(answer.refusal);
  }
  showNames({ client: answer.data.client_name });
  if (answer.data.status === "PENDING") return showPanel("confirm");
  showPanel("code");
  showProblem(`${answer.data.client_name} was ${answer.data.status === "APPROVED" ? "approved" : "denied"} already.`);
}

/** @param {"APPROVE" | "DENY"} decision */
async function decide(decision) {
  showProblem("");
  /** @type {LinkAnswer} */
  const answer = await askAsUser({ method: "POST", path: "/auth/device/approve", body: { user_code: code, decision } });
  if (answer.refusal) return tellRefusal(answer.refusal);
  showPanel(decision === "APPROVE" ? "approved" : "denied");
}

/** @param {import("./account.js").User} user */
async function goOn(user) {
  showAccount(user);
  if (code !== "") return lookUp();
  showPanel("code");
}

async function submitSignIn() {
  showProblem("");
  const answer = await signIn({ name: nameField.value.trim(), password: passwordField.value });
  if (answer.refusal) {
    showProblem(wordsOf(answer.refusal));
    return passwordField.select();
  }
  passwordField.value = "";
  await goOn(answer.data);
}

async function submitCode() {
  showProblem("");
  code = spellCode(codeField.value);
  await lookUp();
}

async function leave() {
  const { refusal } = await signOut();
  if (refusal) return showProblem(`You are still signed in. ${wordsOf(refusal)}`);
  askToSignIn("");
}

async function begin() {
  const answer = await resumeSession();
  if (!answer.refusal) return goOn(answer.data);
  askToSignIn(answer.refusal.code === "AUTH_INVALID" ? "" : wordsOf(answer.refusal));
}

/**
 * @param {string} formId
 * @param {() => Promise<void>} submit
 */
function onSubmit(formId, submit) {
  byId(formId).addEventListener("submit", (event) => {
    event.preventDefault();
    void whileBusy(submit);
  });
}

onSubmit("sign-in-form", submitSignIn);
onSubmit("code-form", submitCode);
byId("approve").addEventListener("click", () => void whileBusy(() => decide("APPROVE")));
byId("deny").addEventListener("click", () => void whileBusy(() => decide("DENY")));
byId("sign-out").addEventListener("click", () => void whileBusy(leave));
void whileBusy(begin);
