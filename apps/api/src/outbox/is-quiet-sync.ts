import type { Queryable } from "@hivesync/db/client";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { and, desc, eq, inArray, sql } from "drizzle-orm";

/** Of automatic syncs a failure alone is news, and only the first of several in a row. */
export async function isQuietSync(
  db: Queryable,
  { id }: { id: string },
  status: "COMPLETED" | "FAILED",
): Promise<boolean> {
  const [sync] = await db
    .select({
      automatic: repoSyncs.automatic,
      project_id: repoSyncs.project_id,
      repo_url: repoSyncs.repo_url,
      created_at: repoSyncs.created_at,
    })
    .from(repoSyncs)
    .where(eq(repoSyncs.id, id));
  if (!sync?.automatic) return false;
  if (status === "COMPLETED") return true;
  const [before] = await db
    .select({ status: repoSyncs.status })
    .from(repoSyncs)
    .where(
      and(
        eq(repoSyncs.project_id, sync.project_id),
        eq(repoSyncs.repo_url, sync.repo_url),
        inArray(repoSyncs.status, ["COMPLETED", "FAILED"]),
        sql`(${repoSyncs.created_at}, ${repoSyncs.id}) < (${sync.created_at}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(desc(repoSyncs.created_at), desc(repoSyncs.id))
    .limit(1);
  return before?.status === "FAILED";
}
