import { encrypt, deriveKey } from "@hivesync/platform/encryption";
import { newId } from "@hivesync/platform/ids";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from "jose";
import type { Sql } from "postgres";

/** A user who is signed in, with a team of their own. */
export interface Caller {
  userId: string;
  sessionId: string;
  teamId: string;
  token: string;
}

const algorithm = "EdDSA";

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
}

/** Gives the stack its signing key, so that tokens for any number of users are made without hashing a password for each. */
async function insertSigningKey(sql: Sql, masterKey: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = newId();
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" };
  const encryptionKey = deriveKey(Buffer.from(masterKey, "base64"), "signing keys");
  const sealed = encrypt(encryptionKey, JSON.stringify(await exportJWK(privateKey)));
  await sql`INSERT INTO signing_keys (kid, public_jwk, encrypted_private_jwk)
    VALUES (${kid}, ${sql.json(publicJwk)}, ${sealed})`;
  return { kid, privateKey };
}

function signToken(key: SigningKey, caller: Omit<Caller, "token">, issuer: string): Promise<string> {
  return new SignJWT({ sid: caller.sessionId })
    .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: "at+jwt" })
    .setSubject(caller.userId)
    .setJti(newId())
    .setIssuer(issuer)
    .setAudience("hivesync-api")
    .setIssuedAt()
    .setExpirationTime("2h")
    .sign(key.privateKey);
}

async function insertRows(sql: Sql, callers: readonly Omit<Caller, "token">[]): Promise<void> {
  const users = callers.map(({ userId }) => userId);
  const teams = callers.map(({ teamId }) => teamId);
  const sessions = callers.map(({ sessionId }) => sessionId);
  await sql`INSERT INTO users (id, email, username, password_hash, tier)
    SELECT id, 'caller_' || n || '@example.com', 'caller_' || n, 'signs in by token', 'Premium'
    FROM unnest(${users}::uuid[]) WITH ORDINALITY AS caller (id, n)`;
  await sql`INSERT INTO teams (id, owner_id, name, personal)
    SELECT team, owner, 'Personal', true FROM unnest(${teams}::uuid[], ${users}::uuid[]) AS caller (team, owner)`;
  await sql`INSERT INTO team_members (id, team_id, user_id, role)
    SELECT uuidv7(), team, owner, 'Owner' FROM unnest(${teams}::uuid[], ${users}::uuid[]) AS caller (team, owner)`;
  await sql`INSERT INTO sessions (id, user_id, client_name, expires_at)
    SELECT id, owner, 'bench', now() + interval '1 day'
    FROM unnest(${sessions}::uuid[], ${users}::uuid[]) AS session (id, owner)`;
}

/** Makes users who are signed in, each with a personal team, and the key that their tokens are signed with. Once for a stack. */
export async function insertCallers(
  sql: Sql,
  stack: { masterKey: string; issuer: string },
  count: number,
): Promise<Caller[]> {
  const key = await insertSigningKey(sql, stack.masterKey);
  const callers = Array.from({ length: count }, () => ({ userId: newId(), sessionId: newId(), teamId: newId() }));
  await insertRows(sql, callers);
  return Promise.all(callers.map(async (caller) => ({ ...caller, token: await signToken(key, caller, stack.issuer) })));
}

/** Goes round and round through a list. */
export function takeTurns<Value>(values: readonly Value[]): () => Value {
  let turn = 0;
  return () => {
    const value = values[turn % values.length];
    if (value === undefined) throw new Error("there is nobody whose turn it could be");
    turn += 1;
    return value;
  };
}
