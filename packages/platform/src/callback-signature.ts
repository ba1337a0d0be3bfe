import { Webhook } from "standardwebhooks";
import { newId } from "./ids.ts";

/** The three headers of Standard Webhooks. */
export interface SignatureHeaders {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
}

/** Signs a callback's raw body with the worker-shared secret (base64). */
export function signCallback(body: string, secret: string): SignatureHeaders {
  const messageId = `msg_${newId()}`;
  const now = new Date();
  return {
    "webhook-id": messageId,
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(messageId, now, body),
  };
}

/**
 * Whether a callback's raw body carries a signature of one of the secrets, made within five minutes of now.
 * The comparison takes the same time wherever the difference is.
 */
export function isSignedCallback(
  body: Uint8Array,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  secrets: readonly string[],
): boolean {
  const signature = Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const payload = Buffer.from(body).toString("utf8");
  return secrets.some((secret) => {
    try {
      new Webhook(secret).verify(payload, signature, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  });
}
