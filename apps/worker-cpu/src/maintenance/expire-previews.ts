import { endedStatuses } from "@hivesync/contracts/jobs/job-state";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { and, asc, inArray, lt, sql } from "drizzle-orm";
import type { MaintenanceContext } from "./maintenance-context.ts";
import { runBatches } from "./run-batches.ts";

const size = 100;

/** Deletes the rows of previews whose time is over. Their objects go by `delete_objects`, as those of every deleted preview. */
export function expirePreviews({ maintenanceDb, signal }: MaintenanceContext): Promise<number> {
  return runBatches({
    db: maintenanceDb,
    task: "expire_previews",
    size,
    signal,
    clean: async (transaction) => {
      const expired = transaction
        .select({ id: previewSessions.id })
        .from(previewSessions)
        .where(and(lt(previewSessions.expires_at, sql`now()`), inArray(previewSessions.status, endedStatuses)))
        .orderBy(asc(previewSessions.expires_at))
        .limit(size)
        .for("update", { skipLocked: true });
      const deleted = await transaction
        .delete(previewSessions)
        .where(inArray(previewSessions.id, expired))
        .returning({ id: previewSessions.id });
      return deleted.length;
    },
  });
}
