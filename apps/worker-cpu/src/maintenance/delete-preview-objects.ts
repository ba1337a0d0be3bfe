import type { Queryable } from "@hivesync/db/client";
import { deletedPreviews } from "@hivesync/db/schema/deleted-previews";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { asc, inArray, lt, sql } from "drizzle-orm";
import { attemptKeys } from "@hivesync/worker/job/attempt-keys";
import type { MaintenanceContext } from "./maintenance-context.ts";
import { runBatches } from "./run-batches.ts";

const size = 100;

type Deleted = typeof deletedPreviews.$inferSelect;

/** Those of the keys that a living row names in this column. */
async function stillNamed(
  transaction: Queryable,
  column: typeof previewSessions.bundle_url | typeof previewSessions.input_key,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await transaction
    .select({ key: column })
    .from(previewSessions)
    .where(inArray(column, [...keys]))
    .groupBy(column);
  return new Set(rows.flatMap((row) => row.key ?? []));
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** Everything that the rows named or their attempts may have written, save what another row still shows. */
async function unneededKeys(transaction: Queryable, batch: readonly Deleted[]): Promise<string[]> {
  const bundleKeys = batch.flatMap((row) => row.bundle_url ?? []);
  const sharedBundles = await stillNamed(transaction, previewSessions.bundle_url, bundleKeys);
  const inputKeys = batch.map((row) => row.input_key);
  const sharedInputs = await stillNamed(transaction, previewSessions.input_key, inputKeys);
  // Whoever reuses a bundle reuses the whole folder: source map, manifest and log too.
  const sharedFolders = new Set([...sharedBundles].map(folderOf));
  const outputKeys = batch.flatMap((row) => [
    ...(row.bundle_url === null ? [] : [row.bundle_url]),
    ...(row.logs_key === null ? [] : [row.logs_key]),
    ...Object.values(row.artifacts),
    ...attemptKeys({ kind: "preview", teamId: row.team_id, jobId: row.id, attempt: row.attempt }),
  ]);
  const unneeded = [
    ...outputKeys.filter((key) => !sharedFolders.has(folderOf(key))),
    ...inputKeys.filter((key) => !sharedInputs.has(key)),
  ];
  return [...new Set(unneeded)];
}

/** Deletes what deleted previews left in storage. Identical inputs share a bundle: it goes with the last row that named it. */
export function deletePreviewObjects({ maintenanceDb, storage, signal }: MaintenanceContext): Promise<number> {
  return runBatches({
    db: maintenanceDb,
    task: "delete_objects",
    size,
    signal,
    clean: async (transaction) => {
      const batch = await transaction
        .select()
        .from(deletedPreviews)
        // A request that took a bundle over just before its row went has committed by then.
        .where(lt(deletedPreviews.deleted_at, sql`now() - interval '2 minutes'`))
        .orderBy(asc(deletedPreviews.deleted_at))
        .limit(size);
      if (batch.length === 0) return 0;
      // Objects first: they can be deleted again, an object that nothing names is never found.
      await storage.delete(await unneededKeys(transaction, batch));
      const ids = batch.map((row) => row.id);
      await transaction.delete(deletedPreviews).where(inArray(deletedPreviews.id, ids));
      return batch.length;
    },
  });
}
