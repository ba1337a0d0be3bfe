/**
 * @typedef {{ code: string, message: string, retryAfterSeconds: number | undefined }} Refusal `UNREACHABLE` when there was no answer.
 * @typedef {{ method: "GET" | "POST", path: string, body?: object }} Question
 */

/**
 * @template Data
 * @typedef {{ data: Data, refusal?: undefined } | { data?: undefined, refusal: Refusal }} Answer
 */

/** @type {Refusal} */
const unreachable = { code: "UNREACHABLE", message: "", retryAfterSeconds: undefined };

/** @param {Response} response */
function retryAfterSeconds(response) {
  return Number(response.headers.get("retry-after")) || undefined;
}

/**
 * Asks the API. Never throws.
 *
 * @template Data
 * @param {Question} question
 * @param {string} [token]
 * @returns {Promise<Answer<Data>>}
 */
export async function askApi({ method, path, body }, token) {
  try {
    const response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        ...(body ? { "content-type": "application/json" } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
      cache: "no-store",
      redirect: "error",
      // Without one some browsers leave out the Origin, which a session in a cookie needs.
      referrerPolicy: "strict-origin",
      signal: AbortSignal.timeout(15_000),
    });
    const answer = await response.json();
    if (answer.ok) return { data: answer.data };
    return { refusal: { ...answer.error, retryAfterSeconds: retryAfterSeconds(response) } };
  } catch {
    return { refusal: unreachable };
  }
}
