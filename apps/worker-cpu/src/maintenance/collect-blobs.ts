import { blobs } from "@hivesync/db/schema/blobs";
import { objectKeys } from "@hivesync/platform/storage/object-keys";
import { asc, lt, sql } from "drizzle-orm";
import { keepMirroredBlobs } from "./keep-mirrored-blobs.ts";
import type { MaintenanceContext } from "./maintenance-context.ts";
import { runBatches } from "./run-batches.ts";

const size = 500;

/**
 * Deletes blobs that no publish has named for 30 days, and no project's mirror. A request that bumps one meanwhile waits for its row's lock, then
 * finds no row and asks for an upload.
 */
export async function collectBlobs(context: MaintenanceContext): Promise<number> {
  const { maintenanceDb, storage, signal } = context;
  await keepMirroredBlobs(context);
  return runBatches({
    db: maintenanceDb,
    task: "collect_blobs",
    size,
    signal,
    clean: async (transaction) => {
      const idle = await transaction
        .select({ team_id: blobs.team_id, sha256: blobs.sha256 })
        .from(blobs)
        .where(lt(blobs.last_used_at, sql`now() - interval '30 days'`))
        .orderBy(asc(blobs.last_used_at))
        .limit(size)
        .for("update", { skipLocked: true });
      if (idle.length === 0) return 0;
      await storage.delete(idle.map((blob) => objectKeys.blob(blob.team_id, blob.sha256)));
      const pairs = sql.join(
        idle.map((blob) => sql`(${blob.team_id}::uuid, ${blob.sha256})`),
        sql`, `,
      );
      await transaction.delete(blobs).where(sql`(${blobs.team_id}, ${blobs.sha256}) IN (${pairs})`);
      return idle.length;
    },
  });
}
