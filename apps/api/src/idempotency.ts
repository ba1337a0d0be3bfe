import { createHmac } from "node:crypto";
import type { Endpoint } from "@hivesync/contracts/endpoint";
import type { Database, Queryable } from "@hivesync/db/client";
import { idempotencyKeys } from "@hivesync/db/schema/idempotency-keys";
import { AppError, invalidField } from "@hivesync/platform/app-error";
import { decrypt, deriveKey, encrypt } from "@hivesync/platform/encryption";
import { sha256Hex } from "@hivesync/platform/ids";
import { and, eq, gt, sql } from "drizzle-orm";
import type { Transact } from "./operation.ts";
import type { RunTransaction } from "./transaction.ts";

/** One use of an Idempotency-Key. */
export interface KeyUse {
  userId: string;
  /** The contract's `rest`. */
  endpoint: string;
  key: string;
  input: Record<string, unknown>;
}

/** How an operation's effect is made once. */
export interface Idempotency {
  /** The answer of an earlier call with the same key and body. @throws AppError IDEMPOTENCY_MISMATCH when the body was another */
  replay: () => Promise<{ answer: unknown } | undefined>;
  transact: Transact<unknown>;
}

/** Without a key every call has its own effect. */
export function withoutIdempotency(transact: RunTransaction): Idempotency {
  return { replay: async () => undefined, transact };
}

/** Whether calls of an endpoint may bear a key. Answers of auth hold tokens, and are safe to repeat by their own rules. */
export function takesIdempotencyKey({ kind, access, rest }: Endpoint): boolean {
  return kind === "mutation" && access.kind !== "public" && !rest.includes(" /auth/");
}

/** The key's form: 16 to 128 visible ASCII characters. */
export function checkIdempotencyKey(key: string): void {
  if (!/^[\x21-\x7e]{16,128}$/.test(key))
    throw invalidField("Idempotency-Key", "must be 16 to 128 visible ASCII characters");
}

/**
 * Answers are stored for a day, encrypted under a key made from the Idempotency-Key itself: from the row alone nobody can read an answer
 * back, or try what the body was. The row is written in the effect's transaction, and only then: an error stores nothing.
 */
export function withIdempotency(deps: { db: Database; transact: RunTransaction }, use: KeyUse): Idempotency {
  const { userId, endpoint } = use;
  const keyHash = sha256Hex(use.key);
  const encryptionKey = deriveKey(use.key, `idempotency ${userId} ${endpoint}`);
  // Keyed, for a body may hold a secret (a repository's token) that is short enough to be guessed from a plain hash.
  const bodyHash = createHmac("sha256", encryptionKey).update(JSON.stringify(use.input)).digest("hex");

  const find = async (queryable: Queryable): Promise<{ answer: unknown } | undefined> => {
    const [row] = await queryable
      .select({ body_hash: idempotencyKeys.body_hash, encrypted_answer: idempotencyKeys.encrypted_answer })
      .from(idempotencyKeys)
      .where(
        and(
          eq(idempotencyKeys.user_id, userId),
          eq(idempotencyKeys.endpoint, endpoint),
          eq(idempotencyKeys.key_hash, keyHash),
          gt(idempotencyKeys.created_at, sql`now() - interval '24 hours'`),
        ),
      );
    if (!row) return undefined;
    if (row.body_hash !== bodyHash) throw new AppError("IDEMPOTENCY_MISMATCH");
    return { answer: JSON.parse(decrypt(encryptionKey, row.encrypted_answer).toString()) as unknown };
  };

  const store = async (transaction: Queryable, answer: unknown): Promise<void> => {
    const sealed = { body_hash: bodyHash, encrypted_answer: encrypt(encryptionKey, JSON.stringify(answer)) };
    await transaction
      .insert(idempotencyKeys)
      .values({ user_id: userId, endpoint, key_hash: keyHash, ...sealed })
      // What is there is older than a day and was not found.
      .onConflictDoUpdate({
        target: [idempotencyKeys.user_id, idempotencyKeys.endpoint, idempotencyKeys.key_hash],
        set: { ...sealed, created_at: sql`now()` },
      });
  };

  return {
    replay: () => find(deps.db),
    transact: (work) =>
      deps.transact(async (transaction) => {
        // The lock goes with the transaction, so that a crash leaves no key in flight for ever.
        const lockName = `${userId} ${endpoint} ${keyHash}`;
        const [lock] = await transaction.execute<{ taken: boolean }>(
          sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${lockName}, 0)) AS taken`,
        );
        if (lock?.taken !== true) {
          throw new AppError("CONFLICT", {
            publicMessage: "A call with this Idempotency-Key is under way.",
            retryAfterSeconds: 1,
          });
        }
        const earlier = await find(transaction);
        if (earlier) return earlier.answer;
        const answer = await work(transaction);
        await store(transaction, answer);
        return answer;
      }),
  };
}
