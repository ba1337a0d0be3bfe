import type { Database, Queryable } from "@hivesync/db/client";
import { sql } from "drizzle-orm";

/** One task's batches. */
export interface Batches {
  db: Database;
  /** Names the lock that keeps runners of the same task apart. */
  task: string;
  size: number;
  signal: AbortSignal;
  /** Cleans at most `size` rows in a transaction and answers how many it found. */
  clean: (transaction: Queryable) => Promise<number>;
}

/**
 * Cleans batch after batch until one is not full, and answers how many rows that were. Where another runner is at a
 * batch of the same task, this one ends: the other goes on.
 */
export async function runBatches(batches: Batches): Promise<number> {
  let total = 0;
  for (;;) {
    batches.signal.throwIfAborted();
    const count = await batches.db.transaction(async (transaction) => {
      const [lock] = await transaction.execute<{ taken: boolean }>(
        sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${`maintenance:${batches.task}`}, 0)) AS taken`,
      );
      return lock?.taken === true ? batches.clean(transaction) : 0;
    });
    total += count;
    if (count < batches.size) return total;
  }
}
