import { createHmac, timingSafeEqual } from "node:crypto";
import { proofText, type DesktopProbe } from "@hivesync/contracts/desktop";

function hmac(token: string, text: string): string {
  return createHmac("sha256", token).update(text).digest("base64url");
}

/** What a Desktop answers to a question, so that the asker knows that it knows the local token. */
export function makeProof(
  token: string,
  question: { nonce: string; port: number },
  answer: Omit<DesktopProbe, "proof">,
): string {
  return hmac(token, proofText(question, answer));
}

/** A user's id as it is shown to whoever knows the local token. */
export function hideUser(token: string, userId: string): string {
  return hmac(token, `user ${userId}`);
}

/** Compares two secrets in the same time whatever they are. */
export function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
