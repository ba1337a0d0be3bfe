import { askApi } from "./ask-api.js";

/**
 * @typedef {import("@hivesync/contracts/resources/auth").SignIn} SignIn
 * @typedef {import("@hivesync/contracts/resources/auth").User} User
 */

/** Here and nowhere else: the refresh token is in a cookie that no script can read. */
let accessToken = "";

/**
 * @param {import("./ask-api.js").Question} question
 * @returns {Promise<import("./ask-api.js").Answer<User>>}
 */
async function open(question) {
  /** @type {import("./ask-api.js").Answer<SignIn>} */
  const answer = await askApi(question);
  if (answer.refusal) return answer;
  accessToken = answer.data.access_token;
  return { data: answer.data.user };
}

/** Goes on with the session of an earlier visit, where the browser kept its cookie. */
export function resumeSession() {
  return open({ method: "POST", path: "/auth/refresh", body: { session: "cookie" } });
}

/** @param {{ name: string, password: string }} credentials */
export function signIn({ name, password }) {
  const who = name.includes("@") ? { email: name } : { username: name };
  return open({ method: "POST", path: "/auth/login", body: { ...who, password, session: "cookie" } });
}

/**
 * Asks as the user who signed in; a token that has expired meanwhile is renewed.
 *
 * @template Data
 * @param {import("./ask-api.js").Question} question
 * @returns {Promise<import("./ask-api.js").Answer<Data>>}
 */
export async function askAsUser(question) {
  /** @type {import("./ask-api.js").Answer<Data>} */
  const answer = await askApi(question, accessToken);
  if (answer.refusal?.code !== "AUTH_EXPIRED") return answer;
  const resumed = await resumeSession();
  return resumed.refusal ? { refusal: resumed.refusal } : askApi(question, accessToken);
}

/** @returns {Promise<import("./ask-api.js").Answer<object>>} */
export async function signOut() {
  /** @type {import("./ask-api.js").Answer<object>} */
  const answer = await askAsUser({ method: "POST", path: "/auth/logout", body: {} });
  if (answer.refusal && answer.refusal.code !== "AUTH_INVALID") return answer;
  accessToken = "";
  return { data: {} };
}
