import type { ErrorBody, ErrorCode } from "@hivesync/contracts/errors";
import type { SignIn } from "@hivesync/contracts/resources/auth";
import { setServerTime } from "#parts/clock.ts";

/** What the API refused, or that it did not answer: then the code is `UNREACHABLE`. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode | "UNREACHABLE";
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode | "UNREACHABLE", message: string, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

type Envelope = { ok: true; data: SignIn } | { ok: false; error: ErrorBody };

const longestWaitMs = 15_000;

async function post(path: string, body: object, token: string | undefined): Promise<Response> {
  try {
    return await fetch(`/api/v1/auth/${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      cache: "no-store",
      redirect: "error",
      // Without one some browsers leave out the Origin, which a session in a cookie needs.
      referrerPolicy: "strict-origin",
      signal: AbortSignal.timeout(longestWaitMs),
    });
  } catch {
    throw new Refusal("UNREACHABLE", "The API does not answer.");
  }
}

/**
 * Asks for a sign-in, a refresh or the end of a session. The refresh token travels in a cookie that no script can read.
 *
 * @throws Refusal
 */
export async function askAuth(path: "login" | "refresh" | "logout", body: object, token?: string): Promise<SignIn> {
  const response = await post(path, body, token);
  setServerTime(response.headers.get("date"));
  const answer = (await response.json().catch(() => undefined)) as Envelope | undefined;
  // Whatever stands in front of the API answers in words of its own.
  if (!answer) throw new Refusal("UNREACHABLE", `The API does not answer (${response.status}).`);
  if (answer.ok) return answer.data;
  const { code, message } = answer.error;
  throw new Refusal(code, message, Number(response.headers.get("retry-after")) || undefined);
}
