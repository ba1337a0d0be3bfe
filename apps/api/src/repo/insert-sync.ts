import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { openStatuses } from "@hivesync/contracts/jobs/job-state";
import { AppError } from "@hivesync/platform/app-error";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Transaction } from "#transaction.ts";

/** The partial unique index by which a project has one open sync. Written out: with parameters a prepared statement would not find it. */
export const isOpenSync = sql.raw("status IN ('QUEUED', 'RUNNING')");

/**
 * Writes a sync that waits.
 *
 * @throws AppError CONFLICT with the `sync_id` of the project's sync that has not ended
 */
export async function insertSync(transaction: Transaction, row: typeof repoSyncs.$inferInsert): Promise<void> {
  for (;;) {
    const made = await transaction
      .insert(repoSyncs)
      .values(row)
      .onConflictDoNothing({ target: repoSyncs.project_id, where: isOpenSync })
      .returning({ id: repoSyncs.id });
    if (made.length > 0) return;
    const [open] = await transaction
      .select({ id: repoSyncs.id })
      .from(repoSyncs)
      .where(and(eq(repoSyncs.project_id, row.project_id), inArray(repoSyncs.status, openStatuses)));
    // It may have ended between the two statements; then there is room.
    if (!open) continue;
    const publicMessage = "A sync of this project is under way.";
    throw new AppError("CONFLICT", { publicMessage, details: { sync_id: open.id } });
  }
}
