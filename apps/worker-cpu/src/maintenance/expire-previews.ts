import { endedStatuses } from "@hivesync/contracts/jobs/job-state";
import type { Queryable } from "@hivesync/db/client";
import { previewSessions } from "@hivesync/db/schema/preview-sessions";
import { projects } from "@hivesync/db/schema/projects";
import { and, asc, eq, inArray, lt, notInArray, sql } from "drizzle-orm";
import type { MaintenanceContext } from "./maintenance-context.ts";
import { attemptKeys } from "#preview/attempt-keys.ts";
import { runBatches } from "./run-batches.ts";

const size = 100;

function selectExpired(transaction: Queryable) {
  return transaction
    .select({
      id: previewSessions.id,
      teamId: projects.team_id,
      attempt: previewSessions.attempt,
      inputKey: previewSessions.input_key,
      bundleKey: previewSessions.bundle_url,
      logsKey: previewSessions.logs_key,
      artifacts: previewSessions.artifacts,
    })
    .from(previewSessions)
    .innerJoin(projects, eq(projects.id, previewSessions.project_id))
    .where(
      and(
        // A minute more than promised: a request that took the bundle over just in time has committed by then.
        lt(previewSessions.expires_at, sql`now() - interval '1 minute'`),
        inArray(previewSessions.status, endedStatuses),
      ),
    )
    .orderBy(asc(previewSessions.expires_at))
    .limit(size)
    .for("update", { of: previewSessions, skipLocked: true });
}

type Expired = Awaited<ReturnType<typeof selectExpired>>[number];

/** The values of a column that rows outside of the batch have too. */
async function namedElsewhere(
  transaction: Queryable,
  batch: readonly Expired[],
  use: { column: typeof previewSessions.bundle_url | typeof previewSessions.input_key; keys: readonly string[] },
): Promise<Set<string>> {
  if (use.keys.length === 0) return new Set();
  const others = notInArray(
    previewSessions.id,
    batch.map((row) => row.id),
  );
  const rows = await transaction
    .select({ key: use.column })
    .from(previewSessions)
    .where(and(inArray(use.column, [...use.keys]), others))
    .groupBy(use.column);
  return new Set(rows.flatMap((row) => row.key ?? []));
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/") + 1);
}

/** Everything that the rows name or their attempts may have written, save what another row still shows. */
async function unneededKeys(transaction: Queryable, batch: readonly Expired[]): Promise<string[]> {
  const bundleKeys = batch.flatMap((row) => row.bundleKey ?? []);
  const sharedBundles = await namedElsewhere(transaction, batch, {
    column: previewSessions.bundle_url,
    keys: bundleKeys,
  });
  const inputKeys = batch.map((row) => row.inputKey);
  const sharedInputs = await namedElsewhere(transaction, batch, { column: previewSessions.input_key, keys: inputKeys });
  // Whoever reuses a bundle reuses the whole folder: source map, manifest and log too.
  const sharedFolders = new Set([...sharedBundles].map(folderOf));
  const outputKeys = batch.flatMap((row) => [
    ...(row.bundleKey === null ? [] : [row.bundleKey]),
    ...(row.logsKey === null ? [] : [row.logsKey]),
    ...Object.values(row.artifacts),
    ...attemptKeys(row),
  ]);
  const unneeded = [
    ...outputKeys.filter((key) => !sharedFolders.has(folderOf(key))),
    ...inputKeys.filter((key) => !sharedInputs.has(key)),
  ];
  return [...new Set(unneeded)];
}

/** Deletes previews whose time is over, with their objects. Identical inputs share a bundle: it goes with the last row that names it. */
export function expirePreviews({ maintenanceDb, storage, signal }: MaintenanceContext): Promise<number> {
  return runBatches({
    db: maintenanceDb,
    task: "expire_previews",
    size,
    signal,
    clean: async (transaction) => {
      const batch = await selectExpired(transaction);
      if (batch.length === 0) return 0;
      // Objects first: a row can be deleted again, an object without a row is never found.
      await storage.delete(await unneededKeys(transaction, batch));
      await transaction.delete(previewSessions).where(
        inArray(
          previewSessions.id,
          batch.map((row) => row.id),
        ),
      );
      return batch.length;
    },
  });
}
