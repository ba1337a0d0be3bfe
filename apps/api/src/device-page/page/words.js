/** @param {number} seconds */
function inWords(seconds) {
  const minutes = Math.ceil(seconds / 60);
  return seconds < 60 ? `${seconds} seconds` : minutes === 1 ? "a minute" : `${minutes} minutes`;
}

/** What a refusal comes to for the person in front of the page. @param {import("./ask-api.js").Refusal} refusal */
export function wordsOf({ code, message, retryAfterSeconds }) {
  switch (code) {
    case "UNREACHABLE":
    case "SERVICE_UNAVAILABLE":
    case "INTERNAL_ERROR":
      return "HiveSync does not answer at the moment. Check your connection and try again.";
    case "RATE_LIMITED":
      return `Too many tries. Wait ${inWords(retryAfterSeconds ?? 60)}, then try again.`;
    case "FORBIDDEN":
      return "Open this page at the address that your device shows.";
    case "VALIDATION_ERROR":
      return "That cannot be right. Check what you typed.";
    default:
      return message;
  }
}

/** A code as devices show it, `WDJB-MJHT`; anything else as it was typed. @param {string} typed */
export function spellCode(typed) {
  const letters = typed.toUpperCase().replaceAll(/[\s-]/g, "");
  return /^[A-Z]{8}$/.test(letters) ? `${letters.slice(0, 4)}-${letters.slice(4)}` : typed.trim();
}

/** Whether this is a code as devices show it. @param {string} spelled */
export function isCode(spelled) {
  return /^[A-Z]{4}-[A-Z]{4}$/.test(spelled);
}
