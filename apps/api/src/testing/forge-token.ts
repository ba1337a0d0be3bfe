import { newId } from "@hivesync/platform/ids";
import { SignJWT, type JWTHeaderParameters, type JWTPayload } from "jose";
import type { TestApi, TestUser } from "./start-test-api.ts";

function readPart(token: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString()) as Record<string, unknown>;
}

/** What stands in a token's second part. */
export function claimsOf(token: string): JWTPayload {
  return readPart(token, 1);
}

export function headerOf(token: string): Record<string, unknown> {
  return readPart(token, 0);
}

/**
 * An access token of this user, signed with the API's own key, in which header or claims are other than they should be.
 * A claim given as undefined is left out.
 */
export async function forgeToken(
  api: TestApi,
  user: TestUser,
  change: { claims?: Record<string, unknown>; header?: Partial<JWTHeaderParameters> } = {},
): Promise<string> {
  const { privateKey } = await api.deps.signingKeys.active();
  const claims = { ...claimsOf(user.token), jti: newId(), ...change.claims };
  const kept = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return new SignJWT(kept)
    .setProtectedHeader({ alg: "EdDSA", ...headerOf(user.token), ...change.header })
    .sign(privateKey);
}

/** An access token of this user that ran out a minute ago. */
export async function expiredToken(api: TestApi, user: TestUser): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  return forgeToken(api, user, { claims: { iat: now - 660, exp: now - 60 } });
}
