import type { Queryable } from "@hivesync/db/client";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { and, desc, eq, sql, type Column, type SQL } from "drizzle-orm";

/** A column that every completed sync has filled. */
function filled<Data>(column: Column & { _: { data: Data } }): SQL<Data> {
  return sql<Data>`${column}`.mapWith((value: Data) => column.mapFromDriverValue(value) as Data);
}

/** What the project's mirror holds: the newest sync that found it so. Undefined when there is no such sync any more. */
export async function findMirror(db: Queryable, mirror: { projectId: string; manifestKey: string }) {
  const [row] = await db
    .select({
      sync_id: repoSyncs.id,
      repo_url: repoSyncs.repo_url,
      head_ref: filled(repoSyncs.head_ref),
      head: filled(repoSyncs.head),
      files: filled(repoSyncs.files),
      bytes: filled(repoSyncs.bytes),
      synced_at: filled(repoSyncs.completed_at),
    })
    .from(repoSyncs)
    .where(
      and(
        eq(repoSyncs.project_id, mirror.projectId),
        // Written out: with a parameter a prepared statement would not find the partial index.
        sql`${repoSyncs.status} = 'COMPLETED'`,
        eq(repoSyncs.manifest_key, mirror.manifestKey),
      ),
    )
    .orderBy(desc(repoSyncs.completed_at))
    .limit(1);
  return row;
}
