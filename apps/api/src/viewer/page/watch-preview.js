import { fetchPreview } from "./fetch-preview.js";

const firstDelayMs = 400;
const longestDelayMs = 2_000;
const longestBackoffMs = 30_000;
// How often a page that stays open asks whether the preview is still there.
const longestIdleMs = 300_000;

/**
 * @param {EventTarget} target
 * @param {string} type
 */
function nextEvent(target, type) {
  return new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));
}

/** Ends early when the network comes back. @param {number} milliseconds */
async function pause(milliseconds) {
  await Promise.race([new Promise((resolve) => setTimeout(resolve, milliseconds)), nextEvent(window, "online")]);
}

/** A tab that nobody sees asks nothing. */
async function untilVisible() {
  while (document.hidden) await nextEvent(document, "visibilitychange");
}

/** @param {import("./fetch-preview.js").Preview} preview */
function idleDelayMs(preview) {
  const leftMs = Date.parse(preview.expires_at) - Date.now();
  return Math.min(Math.max(leftMs, longestDelayMs), longestIdleMs);
}

/**
 * Asks again and again, until nothing can change any more.
 *
 * @param {string} token
 * @param {(answer: import("./fetch-preview.js").Answer) => void} onAnswer
 */
export async function watchPreview(token, onAnswer) {
  let delayMs = firstDelayMs;
  let failures = 0;
  for (;;) {
    await untilVisible();
    const answer = await fetchPreview(token);
    onAnswer(answer);
    if (answer.kind === "gone") return;
    if (answer.kind === "trouble") {
      failures += 1;
      const backoffMs = Math.min(firstDelayMs * 2 ** failures, longestBackoffMs);
      await pause(answer.retryAfterMs ?? backoffMs);
      continue;
    }
    failures = 0;
    const { status } = answer.preview;
    if (status === "FAILED") return;
    await pause(status === "COMPLETED" ? idleDelayMs(answer.preview) : delayMs);
    delayMs = Math.min(delayMs * 1.25, longestDelayMs);
  }
}
