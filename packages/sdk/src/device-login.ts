import type { User } from "@hivesync/contracts/resources/auth";
import { toTrpc, type CallOptions } from "./call-options.ts";
import { HiveSyncError, isHiveSyncError, isNetworkError, isTimeoutError } from "./errors.ts";
import type { Session } from "./session/session.ts";
import { pause } from "./transport/retry.ts";
import type { HiveSyncApi } from "./transport/rpc-client.ts";

/**
 * What to show to whoever signs in.
 *
 * @example
 * const show = ({ userCode, url }: DeviceCode) => console.log(`Open ${url} and enter ${userCode}`);
 */
export interface DeviceCode {
  /** Eight letters, as they are typed: `WDJB-MJHT`. */
  userCode: string;
  /** Where they are typed. */
  url: string;
  /** The same page with the code filled in, for a link to click or a QR code. */
  urlWithCode: string;
  /** How long there is to approve it, from now on. */
  expiresInSeconds: number;
}

/**
 * How a device signs in.
 *
 * @example
 * const options: DeviceLoginOptions = { clientName: "My editor", onCode: ({ urlWithCode }) => open(urlWithCode) };
 */
export interface DeviceLoginOptions extends CallOptions {
  /** What asks to be signed in, as whoever approves it is shown: "VS Code on ada's laptop". At most 80 characters. */
  clientName: string;
  /** Told the code once there is one; show it. */
  onCode: (code: DeviceCode) => void;
}

interface DeviceLoginDeps {
  api: HiveSyncApi;
  session: Pick<Session, "start">;
  wait?: typeof pause;
}

const slowDownSeconds = 5;

/** Starts a device link and asks until it is approved, no more often than the server wants it (RFC 8628). */
export async function loginWithDevice(
  { api, session, wait = pause }: DeviceLoginDeps,
  { clientName, onCode, signal }: DeviceLoginOptions,
): Promise<User> {
  const link = await api.auth.deviceStart.mutate({ client_name: clientName }, toTrpc({ signal }));
  const endMs = Date.now() + link.expires_in * 1_000;
  onCode({
    userCode: link.user_code,
    url: link.verification_uri,
    urlWithCode: link.verification_uri_complete,
    expiresInSeconds: link.expires_in,
  });
  let intervalSeconds = link.interval;
  for (let waitSeconds = intervalSeconds; ;) {
    await wait(waitSeconds * 1_000, signal);
    try {
      const answer = await api.auth.deviceToken.mutate({ device_code: link.device_code }, toTrpc({ signal }));
      if (answer.status === "APPROVED") {
        await session.start(answer);
        return answer.user;
      }
      if (answer.status !== "PENDING") throw refusal(answer.status);
      intervalSeconds = Math.max(intervalSeconds, answer.interval);
      waitSeconds = intervalSeconds;
    } catch (error) {
      if (signal?.aborted === true || !mayPass(error)) throw error;
      if (Date.now() >= endMs) throw refusal("EXPIRED", error);
      // RFC 8628, section 3.5: asked too fast, each later wait is longer by 5 s; not answered at all, twice as long.
      const isTooFast = isHiveSyncError(error, "RATE_LIMITED");
      intervalSeconds = isTooFast ? intervalSeconds + slowDownSeconds : intervalSeconds * 2;
      waitSeconds = Math.max(intervalSeconds, (isHiveSyncError(error) ? error.retryAfterSeconds : undefined) ?? 0);
    }
  }
}

function mayPass(error: unknown): boolean {
  if (isNetworkError(error) || isTimeoutError(error)) return true;
  return isHiveSyncError(error, "RATE_LIMITED") || isHiveSyncError(error, "SERVICE_UNAVAILABLE");
}

/** The two ends that RFC 8628 calls `access_denied` and `expired_token`. */
function refusal(status: "DENIED" | "EXPIRED", cause?: unknown): HiveSyncError {
  const details = { status };
  const [code, message] =
    status === "DENIED"
      ? (["AUTH_INVALID", "The sign-in was denied."] as const)
      : (["AUTH_EXPIRED", "Nobody approved the sign-in in time. Start again for a new code."] as const);
  return new HiveSyncError({ code, message, details }, { status: 401, cause });
}
