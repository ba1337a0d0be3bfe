import { sql, type SQL } from "drizzle-orm";
import type { MaintenanceContext } from "./maintenance-context.ts";
import { runBatches } from "./run-batches.ts";

const size = 1_000;

interface RetentionRule {
  table: string;
  /** True of a row that has had its time. */
  isOld: SQL;
}

// The next sync of the address in the project's settings goes on from the last one that was done.
const isGoneOnFrom = sql`status = 'COMPLETED'
  AND EXISTS (SELECT 1 FROM projects p WHERE p.id = repo_syncs.project_id AND p.settings -> 'repo' ->> 'url' = repo_syncs.repo_url)
  AND NOT EXISTS (
    SELECT 1 FROM repo_syncs later
    WHERE later.project_id = repo_syncs.project_id AND later.repo_url = repo_syncs.repo_url AND later.status = 'COMPLETED'
      AND (later.completed_at, later.id) > (repo_syncs.completed_at, repo_syncs.id))`;

const retentionRules: readonly RetentionRule[] = [
  { table: "idempotency_keys", isOld: sql`created_at < now() - interval '24 hours'` },
  { table: "refresh_tokens", isOld: sql`expires_at < now() - interval '7 days'` },
  { table: "sessions", isOld: sql`expires_at < now() - interval '7 days'` },
  { table: "notifications", isOld: sql`read_at IS NOT NULL AND created_at < now() - interval '90 days'` },
  // One that has not ended in all that time is the reconciler's, which will end it.
  { table: "ai_jobs", isOld: sql`completed_at IS NOT NULL AND created_at < now() - interval '90 days'` },
  {
    table: "repo_syncs",
    isOld: sql`completed_at IS NOT NULL AND created_at < now() - interval '30 days' AND NOT (${isGoneOnFrom})`,
  },
  // A device that still asks is told that its link has expired, and not that there never was one.
  { table: "device_links", isOld: sql`expires_at < now() - interval '1 hour'` },
  { table: "audit_logs", isOld: sql`created_at < now() - interval '400 days'` },
  // The longest token life is a preview token's 7 days; then 7 more.
  { table: "signing_keys", isOld: sql`retired_at < now() - interval '14 days'` },
];

/** Deletes rows that are kept for a time only. */
export async function dropOldRows({ maintenanceDb, signal }: MaintenanceContext): Promise<number> {
  let total = 0;
  for (const { table, isOld } of retentionRules) {
    const name = sql.identifier(table);
    total += await runBatches({
      db: maintenanceDb,
      task: "drop_old_rows",
      size,
      signal,
      clean: async (transaction) => {
        const batch = sql`SELECT ctid FROM ${name} WHERE ${isOld} LIMIT ${size}`;
        const rows = await transaction.execute(
          sql`DELETE FROM ${name} WHERE ctid = ANY(ARRAY(${batch})) AND ${isOld} RETURNING 1`,
        );
        return rows.length;
      },
    });
  }
  return total;
}
