import type { Queryable } from "@hivesync/db/client";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { deletedAiJobs } from "@hivesync/db/schema/deleted-ai-jobs";
import { attemptKeys } from "@hivesync/worker/job/attempt-keys";
import { asc, inArray, lt, sql } from "drizzle-orm";
import type { MaintenanceContext } from "./maintenance-context.ts";
import { runBatches } from "./run-batches.ts";

const size = 100;

/** Those inputs that no job names any more: a retry works on the same one. */
async function unneededInputs(transaction: Queryable, keys: readonly string[]): Promise<string[]> {
  const rows = await transaction
    .select({ key: aiJobs.input_key })
    .from(aiJobs)
    .where(inArray(aiJobs.input_key, [...keys]))
    .groupBy(aiJobs.input_key);
  const named = new Set(rows.map(({ key }) => key));
  return [...new Set(keys)].filter((key) => !named.has(key));
}

/** Deletes what deleted AI jobs left in storage: input, results and logs. */
export function deleteAiObjects({ maintenanceDb, storage, signal }: MaintenanceContext): Promise<number> {
  return runBatches({
    db: maintenanceDb,
    task: "delete_ai_objects",
    size,
    signal,
    clean: async (transaction) => {
      const batch = await transaction
        .select()
        .from(deletedAiJobs)
        // A retry that stored the same input just before its row went has committed by then.
        .where(lt(deletedAiJobs.deleted_at, sql`now() - interval '2 minutes'`))
        .orderBy(asc(deletedAiJobs.deleted_at))
        .limit(size);
      if (batch.length === 0) return 0;
      const inputs = await unneededInputs(
        transaction,
        batch.map((row) => row.input_key),
      );
      const written = batch.flatMap(({ id, team_id: teamId, attempt }) =>
        attemptKeys({ kind: "ai", teamId, jobId: id, attempt }),
      );
      // Objects first: they can be deleted again, an object that nothing names is never found.
      await storage.delete([...inputs, ...written]);
      const ids = batch.map((row) => row.id);
      await transaction.delete(deletedAiJobs).where(inArray(deletedAiJobs.id, ids));
      return batch.length;
    },
  });
}
