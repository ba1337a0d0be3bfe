import type { Database } from "@hivesync/db/client";
import { blobs } from "@hivesync/db/schema/blobs";
import { lockTeamStorage, readTeamStorage } from "@hivesync/db/team-storage";
import type { WorkerDeps } from "@hivesync/worker/deps";
import { sql, type SQL } from "drizzle-orm";
import { quotaFailure } from "./sync-failure.ts";

/** A content that the team's storage has to hold. */
export interface NeededBlob {
  oid: string;
  sha256: string;
  size: number;
}

const batchSize = 5_000;

function batchesOf<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / batchSize) }, (_, index) =>
    items.slice(index * batchSize, (index + 1) * batchSize),
  );
}

const hashesOf = (batch: readonly NeededBlob[]): SQL => sql`${sql.param(batch.map(({ sha256 }) => sha256))}::text[]`;
const sizesOf = (batch: readonly NeededBlob[]): SQL => sql`${sql.param(batch.map(({ size }) => size))}::bigint[]`;

/**
 * Those that the team's storage lacks, as far as the database knows. Those that it has and that nobody used for long are
 * in use from here on, so that collection leaves them.
 */
export async function findMissingBlobs(
  db: Database,
  teamId: string,
  needed: readonly NeededBlob[],
): Promise<NeededBlob[]> {
  const missing: NeededBlob[] = [];
  for (const batch of batchesOf(needed)) {
    // In one order, as everyone who locks several. Collection takes what was idle for 30 days: a row that it holds is gone afterwards.
    await db.execute(sql`
      UPDATE blobs SET last_used_at = now() WHERE team_id = ${teamId} AND sha256 IN (
        SELECT sha256 FROM blobs
        WHERE team_id = ${teamId} AND sha256 = ANY(${hashesOf(batch)})
          AND stored_at IS NOT NULL AND last_used_at < now() - interval '20 days'
        ORDER BY sha256 FOR UPDATE)`);
    const rows = await db.execute<{ sha256: string }>(sql`
      SELECT w.sha256 FROM unnest(${hashesOf(batch)}, ${sizesOf(batch)}) AS w (sha256, size)
      LEFT JOIN blobs b ON b.team_id = ${teamId} AND b.sha256 = w.sha256 AND b.size = w.size AND b.stored_at IS NOT NULL
      WHERE b.sha256 IS NULL`);
    const absent = new Set(rows.map(({ sha256 }) => sha256));
    missing.push(...batch.filter(({ sha256 }) => absent.has(sha256)));
  }
  return missing;
}

/**
 * Notes what is about to be uploaded, so that collection finds it when this worker never comes to tell of it.
 *
 * @throws SyncFailure QUOTA_EXCEEDED when the team's storage, by its Owner's tier, does not hold it too.
 */
export async function announceBlobs(
  { db, tiers }: Pick<WorkerDeps, "db" | "tiers">,
  teamId: string,
  missing: readonly NeededBlob[],
): Promise<void> {
  await db.transaction(async (transaction) => {
    await lockTeamStorage(transaction, teamId);
    const beside = missing.map(({ sha256 }) => sha256);
    const { bytes, ownerTier } = await readTeamStorage(transaction, { teamId, beside });
    const limit = tiers[ownerTier].storageBytes;
    const requested = missing.reduce((sum, { size }) => sum + size, bytes);
    if (requested > limit) throw quotaFailure("storage", { limit, requested });
    for (const batch of batchesOf(missing.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1)))) {
      // Named columns: this role may write no others.
      await transaction.execute(sql`
        INSERT INTO ${blobs} (team_id, sha256, size)
        SELECT ${teamId}::uuid, w.sha256, w.size FROM unnest(${hashesOf(batch)}, ${sizesOf(batch)}) AS w (sha256, size)
        ON CONFLICT (team_id, sha256) DO UPDATE SET last_used_at = now()`);
    }
  });
}
