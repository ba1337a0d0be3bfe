import { createRemoteJWKSet, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";

/** Answers the user whose token this is: at once where it was checked before, until it expires. @throws When it is not good */
export function createTokenCheck(jwksUrl: string, issuer: string): (authorization: string) => string | Promise<string> {
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  const verified = new LRUCache<string, { userId: string; expiresAtMs: number }>({ max: 10_000 });
  const verify = async (token: string): Promise<string> => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ["EdDSA"],
      typ: "at+jwt",
      issuer,
      audience: "hivesync-api",
      requiredClaims: ["exp", "jti", "sub", "sid"],
    });
    const userId = payload.sub ?? "";
    verified.set(token, { userId, expiresAtMs: (payload.exp ?? 0) * 1_000 });
    return userId;
  };
  return (authorization) => {
    const token = authorization.replace("Bearer ", "");
    const known = verified.get(token);
    return known && known.expiresAtMs > Date.now() ? known.userId : verify(token);
  };
}
