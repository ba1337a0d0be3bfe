import { createHmac } from "node:crypto";
import { deriveKeys } from "@hivesync/platform/encryption";
import { newSecret, sha256Hex } from "@hivesync/platform/ids";

// So that a token that slipped into a text is known for what it is, and taken out.
const mark = "hsr_";

/** Refresh tokens: 256 opaque bits, of which only the SHA-256 is stored. */
export interface RefreshTokens {
  create: () => string;
  hash: (token: string) => string;
  /**
   * The one token that follows another. Made from it by a key of ours, so that a repeated refresh gets the same successor though only
   * hashes are stored.
   */
  successor: (token: string) => string;
  /** What may follow a token while the key is changed: by each key, newest first. */
  successors: (token: string) => [string, ...string[]];
}

/** Seconds in which a rotated token still gets its successor: an answer lost on the way is no theft. */
export const refreshGraceSeconds = 20;

/** Days until a refresh token that is not used ends. */
export const refreshTokenDays = 30;

/** Days until a session ends whatever its use. */
export const sessionDays = 90;

export function createRefreshTokens(masterKeys: readonly Uint8Array[]): RefreshTokens {
  const [newest, ...older] = deriveKeys(masterKeys, "refresh tokens");
  const follow = (key: Buffer, token: string): string =>
    mark + createHmac("sha256", key).update(token).digest("base64url");
  return {
    create: () => mark + newSecret(),
    hash: sha256Hex,
    successor: (token) => follow(newest, token),
    successors: (token) => [follow(newest, token), ...older.map((key) => follow(key, token))],
  };
}
