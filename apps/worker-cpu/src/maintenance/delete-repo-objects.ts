import { deletedRepoSyncs } from "@hivesync/db/schema/deleted-repo-syncs";
import { attemptKeys } from "@hivesync/worker/job/attempt-keys";
import { and, asc, inArray, lt, sql } from "drizzle-orm";
import type { MaintenanceContext } from "./maintenance-context.ts";
import { runBatches } from "./run-batches.ts";

const size = 100;

const prefix = sql`'t/' || ${deletedRepoSyncs.team_id} || '/repos/' || ${deletedRepoSyncs.id} || '/'`;

// A later sync goes on from this one's bundle, or found nothing new and names its manifest.
const isNamedBySync = sql`EXISTS (
  SELECT 1 FROM repo_syncs s WHERE s.project_id = ${deletedRepoSyncs.project_id} AND (
    s.mirror @> jsonb_build_array(jsonb_build_object('sync_id', ${deletedRepoSyncs.id}))
    OR starts_with(s.manifest_key, ${prefix})))`;

const isNamedByProject = sql`EXISTS (
  SELECT 1 FROM projects p WHERE p.id = ${deletedRepoSyncs.project_id} AND starts_with(p.mirror_manifest_key, ${prefix}))`;

/** Deletes what deleted repository syncs left in storage. What is needed to read a project's mirror stays, until it is not. */
export function deleteRepoObjects({ maintenanceDb, storage, signal }: MaintenanceContext): Promise<number> {
  return runBatches({
    db: maintenanceDb,
    task: "delete_repo_objects",
    size,
    signal,
    clean: async (transaction) => {
      const batch = await transaction
        .select()
        .from(deletedRepoSyncs)
        .where(
          and(
            // A sync whose row went while it ran may write until its time is up, and what comes later is never found. One that took a manifest over
            // has committed long before.
            lt(deletedRepoSyncs.deleted_at, sql`now() - interval '6 hours'`),
            sql`NOT ${isNamedBySync}`,
            sql`NOT ${isNamedByProject}`,
          ),
        )
        .orderBy(asc(deletedRepoSyncs.deleted_at))
        .limit(size);
      if (batch.length === 0) return 0;
      const written = batch.flatMap(({ id, team_id: teamId, attempt }) =>
        attemptKeys({ kind: "repo", teamId, jobId: id, attempt }),
      );
      // Objects first: they can be deleted again, an object that nothing names is never found.
      await storage.delete(written);
      const ids = batch.map((row) => row.id);
      await transaction.delete(deletedRepoSyncs).where(inArray(deletedRepoSyncs.id, ids));
      return batch.length;
    },
  });
}
