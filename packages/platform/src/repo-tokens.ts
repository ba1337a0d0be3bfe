import { z } from "zod";
import { decrypt, deriveKey, encrypt } from "./encryption.ts";
import { sha256Hex } from "./ids.ts";

/** The keys that repository tokens are encrypted under, newest first: the first one encrypts, all of them decrypt. */
export type RepoKeys = readonly Uint8Array[];

/** A token as it is kept, in the columns of repo_credentials. */
export interface SealedRepoToken {
  host: string;
  encrypted_token: Buffer;
  key_id: string;
}

const sealed = z.strictObject({
  project_id: z.string(),
  host: z.string(),
  username: z.string().nullable(),
  token: z.string(),
});

/** What a host's repositories are opened with. */
export type RepoToken = z.output<typeof sealed>;

const keyOf = (secret: Uint8Array): Buffer => deriveKey(secret, "repo-token");

/** Names a key without telling anything of it. */
export function repoKeyId(secret: Uint8Array): string {
  return sha256Hex(keyOf(secret)).slice(0, 16);
}

/** Encrypts a token together with the project and host that it is for, so that no row can stand in for another. */
export function sealRepoToken(keys: RepoKeys, token: RepoToken): SealedRepoToken {
  const [newest] = keys;
  if (!newest) throw new Error("There is no key for repository tokens.");
  return {
    host: token.host,
    encrypted_token: encrypt(keyOf(newest), JSON.stringify(token)),
    key_id: repoKeyId(newest),
  };
}

/**
 * Decrypts a token for the project and host that it is asked for.
 *
 * @throws Error when its key is not among `keys`, a bit was changed, or it was kept for another project or host.
 */
export function openRepoToken(
  keys: RepoKeys,
  kept: SealedRepoToken,
  expected: { projectId: string; host: string },
): RepoToken {
  const secret = keys.find((key) => repoKeyId(key) === kept.key_id);
  if (!secret) throw new Error(`The token was encrypted under the key ${kept.key_id}, which is not among those given.`);
  const token = sealed.parse(JSON.parse(decrypt(keyOf(secret), kept.encrypted_token).toString("utf8")));
  if (token.project_id !== expected.projectId || token.host !== expected.host)
    throw new Error("The token was kept for another project or host.");
  return token;
}
