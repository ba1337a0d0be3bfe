import type { Database } from "@hivesync/db/client";
import { signingKeys } from "@hivesync/db/schema/signing-keys";
import { decrypt, deriveKeys, encrypt } from "@hivesync/platform/encryption";
import { newId } from "@hivesync/platform/ids";
import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from "jose";

/** The only algorithm: Ed25519, named as JOSE names it. */
export const signingAlgorithm = "EdDSA";

const rotateAfterDays = 30;
const rereadAfterMs = 60_000;

interface ActiveKey {
  kid: string;
  privateKey: CryptoKey;
}

/** The keys that tokens are signed and checked with. Shared through the database, so that every process knows all of them. */
export interface SigningKeys {
  active: () => Promise<ActiveKey>;
  /** The public key of this id, or undefined: tokens only ever point into our own set. */
  publicKey: (kid: string) => Promise<CryptoKey | undefined>;
  /** For `/.well-known/jwks.json`. */
  publicJwks: () => Promise<JWK[]>;
  /** Makes a new active key when the present one is older than 30 days, or at once when told so. Old ones go on being accepted. */
  rotate: (options?: { force: boolean }) => Promise<void>;
}

type StoredKey = typeof signingKeys.$inferSelect;

interface Loaded {
  readAt: number;
  active: ActiveKey | undefined;
  publicKeys: Map<string, CryptoKey>;
  jwks: JWK[];
}

async function toPublicKey(jwk: JWK): Promise<CryptoKey> {
  return (await importJWK(jwk, signingAlgorithm)) as CryptoKey;
}

async function insertKey(db: Pick<Database, "insert">, encryptionKey: Buffer): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
  const kid = newId();
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: signingAlgorithm, use: "sig" };
  const sealed = encrypt(encryptionKey, JSON.stringify(await exportJWK(privateKey)));
  // Two processes may start at once: the index on the active key lets one of them in.
  await db
    .insert(signingKeys)
    .values({ kid, public_jwk: publicJwk, encrypted_private_jwk: sealed })
    .onConflictDoNothing();
}

/** What was encrypted, and whether it was under the newest key. @throws When it was under none of them */
function unseal([newest, ...older]: readonly Buffer[], sealed: Uint8Array): { text: string; isNewest: boolean } {
  if (!newest) throw new Error("there is no master key");
  try {
    return { text: decrypt(newest, sealed).toString(), isNewest: true };
  } catch (error) {
    if (older.length === 0) throw error;
    return { text: unseal(older, sealed).text, isNewest: false };
  }
}

/** Opens the active key. Where an older master key encrypts it the newest does from now on, so that the older ones can be given up. */
async function openActive(db: Database, keys: readonly [Buffer, ...Buffer[]], row: StoredKey): Promise<ActiveKey> {
  const { kid, encrypted_private_jwk: sealed } = row;
  const { text, isNewest } = unseal(keys, sealed);
  if (!isNewest) {
    await db
      .update(signingKeys)
      .set({ encrypted_private_jwk: encrypt(keys[0], text) })
      .where(and(eq(signingKeys.kid, kid), eq(signingKeys.encrypted_private_jwk, sealed)));
  }
  return { kid, privateKey: await toPublicKey(JSON.parse(text) as JWK) };
}

async function readKeys(db: Database, keys: readonly [Buffer, ...Buffer[]]): Promise<Loaded> {
  const rows = await db.select().from(signingKeys).orderBy(desc(signingKeys.created_at));
  const active = rows.find((row) => row.retired_at === null);
  const publicKeys = await Promise.all(rows.map(async (row) => [row.kid, await toPublicKey(row.public_jwk)] as const));
  return {
    readAt: Date.now(),
    active: active && (await openActive(db, keys, active)),
    publicKeys: new Map(publicKeys),
    jwks: rows.map((row) => row.public_jwk),
  };
}

/** Opens the key set; makes the first key where there is none. Of several master keys the newest, which is the first, encrypts. */
export function openSigningKeys(db: Database, masterKeys: readonly Uint8Array[]): SigningKeys {
  const encryptionKeys = deriveKeys(masterKeys, "signing keys");
  const [encryptionKey] = encryptionKeys;
  let loaded: Loaded | undefined;
  let reading: Promise<Loaded> | undefined;

  // Many callers wait for one read.
  const read = (): Promise<Loaded> => {
    reading ??= readKeys(db, encryptionKeys)
      .then((fresh) => (loaded = fresh))
      .finally(() => (reading = undefined));
    return reading;
  };
  const load = async (): Promise<Loaded> => (loaded && Date.now() - loaded.readAt < rereadAfterMs ? loaded : read());
  // A read that is under way may have begun before the key in question was made.
  const reload = async (): Promise<Loaded> => {
    await reading?.catch(() => undefined);
    return read();
  };
  const active = async (): Promise<ActiveKey> => {
    const known = (await load()).active;
    if (known) return known;
    await insertKey(db, encryptionKey);
    const made = (await reload()).active;
    if (!made) throw new Error("there is no signing key and none could be made");
    return made;
  };
  return {
    active,
    publicKey: async (kid) => (await load()).publicKeys.get(kid) ?? (await reload()).publicKeys.get(kid),
    publicJwks: async () => {
      await active();
      return (await load()).jwks;
    },
    rotate: async ({ force } = { force: false }) => {
      await db.transaction(async (transaction) => {
        const age = force
          ? undefined
          : lt(signingKeys.created_at, sql`now() - make_interval(days => ${rotateAfterDays})`);
        const retired = await transaction
          .update(signingKeys)
          .set({ retired_at: sql`now()` })
          .where(and(isNull(signingKeys.retired_at), age))
          .returning({ kid: signingKeys.kid });
        if (retired.length > 0) await insertKey(transaction, encryptionKey);
      });
      await reload();
    },
  };
}
