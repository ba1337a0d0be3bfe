import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { errors, jwtVerify, SignJWT, type CryptoKey, type JWTPayload } from "jose";
import { LRUCache } from "lru-cache";
import { signingAlgorithm, type SigningKeys } from "./signing-keys.ts";

/** Life of an access token in seconds. */
export const accessTokenSeconds = 600;

const accessType = "at+jwt";
const previewType = "preview+jwt";
const audiences = { [accessType]: "hivesync-api", [previewType]: "hivesync-preview" } as const;

export interface AccessClaims {
  userId: string;
  sessionId: string;
}

/** The row that a preview token is made from; nothing else goes in, so that it can be made again at any time. */
export interface PreviewTokenRow {
  id: string;
  project_id: string;
  created_at: string;
  expires_at: string;
}

/** Makes and checks the two kinds of token. Neither is ever taken for the other. */
export interface Tokens {
  signAccess: (claims: AccessClaims) => Promise<string>;
  /** At once when the token was checked before. @throws AppError AUTH_INVALID or AUTH_EXPIRED */
  verifyAccess: (token: string) => AccessClaims | Promise<AccessClaims>;
  signPreview: (row: PreviewTokenRow) => Promise<string>;
  /** @throws AppError AUTH_INVALID or AUTH_EXPIRED */
  verifyPreview: (token: string) => Promise<{ jobId: string }>;
}

interface Verified {
  claims: Record<string, unknown>;
  expiresAtMs: number;
}

function seconds(iso: string): number {
  return Math.floor(Date.parse(iso) / 1_000);
}

function text(claims: Record<string, unknown>, name: string): string {
  const value = claims[name];
  if (typeof value !== "string") throw new AppError("AUTH_INVALID", { internal: `claim ${name} is absent` });
  return value;
}

interface Verifier {
  keys: SigningKeys;
  issuer: string;
}

async function verify({ keys, issuer }: Verifier, token: string, type: keyof typeof audiences): Promise<Verified> {
  const findKey = async ({ kid }: { kid?: string | undefined }): Promise<CryptoKey> => {
    const key = kid === undefined ? undefined : await keys.publicKey(kid);
    if (!key) throw new AppError("AUTH_INVALID", { internal: "unknown kid" });
    return key;
  };
  try {
    const { payload } = await jwtVerify(token, findKey, {
      algorithms: [signingAlgorithm],
      typ: type,
      issuer,
      audience: audiences[type],
      requiredClaims: ["exp", "jti", "sub"],
    });
    return { claims: payload, expiresAtMs: (payload.exp ?? 0) * 1_000 };
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw new AppError("AUTH_EXPIRED");
    if (error instanceof errors.JOSEError) throw new AppError("AUTH_INVALID", { internal: error.code });
    throw error;
  }
}

function toAccess({ claims }: Verified): AccessClaims {
  return { userId: text(claims, "sub"), sessionId: text(claims, "sid") };
}

/** Tokens signed with the current key, under the issuer that is our public address. */
export function createTokens(keys: SigningKeys, issuer: string): Tokens {
  // Checking a signature on every request was the largest single CPU cost of a list.
  const verified = new LRUCache<string, Verified>({ max: 10_000 });
  const sign = async (claims: JWTPayload, type: keyof typeof audiences): Promise<string> => {
    const { kid, privateKey } = await keys.active();
    return new SignJWT({ ...claims, iss: issuer, aud: audiences[type] })
      .setProtectedHeader({ alg: signingAlgorithm, kid, typ: type })
      .sign(privateKey);
  };

  return {
    signAccess: ({ userId, sessionId }) => {
      const now = Math.floor(Date.now() / 1_000);
      return sign({ sub: userId, sid: sessionId, jti: newId(), iat: now, exp: now + accessTokenSeconds }, accessType);
    },
    verifyAccess: (token) => {
      const known = verified.get(token);
      if (known && known.expiresAtMs > Date.now()) return toAccess(known);
      return verify({ keys, issuer }, token, accessType).then((fresh) => {
        const claims = toAccess(fresh);
        verified.set(token, fresh);
        return claims;
      });
    },
    signPreview: (row) =>
      sign(
        { sub: row.project_id, jti: row.id, iat: seconds(row.created_at), exp: seconds(row.expires_at) },
        previewType,
      ),
    verifyPreview: async (token) => {
      const { claims } = await verify({ keys, issuer }, token, previewType);
      return { jobId: text(claims, "jti") };
    },
  };
}
