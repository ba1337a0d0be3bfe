/**
 * @typedef {import("@hivesync/contracts/resources/previews").Preview} Preview
 * @typedef {"expired" | "missing" | "invalid"} Gone Why there will be no preview under this link any more.
 * @typedef {{ kind: "preview", preview: Preview }
 *   | { kind: "gone", why: Gone }
 *   | { kind: "trouble", retryAfterMs: number | undefined }} Answer
 */

/** @type {Readonly<Record<string, Gone>>} */
const goneByCode = { AUTH_EXPIRED: "expired", NOT_FOUND: "missing", AUTH_INVALID: "invalid" };

/** @param {string} token The job that a preview token is for, unchecked: the server checks it. */
function jobIdOf(token) {
  try {
    const claims = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return String(JSON.parse(atob(claims)).jti);
  } catch {
    return undefined;
  }
}

/** @param {Response} response */
function retryAfterMs(response) {
  const seconds = Number(response.headers.get("retry-after"));
  return seconds > 0 ? seconds * 1_000 : undefined;
}

/**
 * Asks how the preview is. Never throws: what may pass is `trouble`.
 *
 * @param {string} token
 * @returns {Promise<Answer>}
 */
export async function fetchPreview(token) {
  const jobId = jobIdOf(token);
  if (jobId === undefined) return { kind: "gone", why: "invalid" };
  try {
    const response = await fetch(`/api/v1/preview/${encodeURIComponent(jobId)}`, {
      headers: { authorization: `Bearer ${token}` },
      cache: "no-store",
      signal: AbortSignal.timeout(10_000),
    });
    const body = await response.json();
    if (body.ok) return { kind: "preview", preview: body.data };
    const why = goneByCode[body.error.code];
    return why ? { kind: "gone", why } : { kind: "trouble", retryAfterMs: retryAfterMs(response) };
  } catch {
    return { kind: "trouble", retryAfterMs: undefined };
  }
}
