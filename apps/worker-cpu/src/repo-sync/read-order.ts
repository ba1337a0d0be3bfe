import type { MirrorBundle } from "@hivesync/contracts/jobs/repo-sync";
import type { Database } from "@hivesync/db/client";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import type { Refs } from "@hivesync/git-mirror/refs";
import { and, desc, eq, sql } from "drizzle-orm";

/** The sync that this one goes on from. */
export interface EarlierSync {
  id: string;
  head: string;
  headRef: string;
  refs: Refs;
  /** The bundles that its mirror is made of, in the order in which they are read. */
  mirror: MirrorBundle[];
  manifestKey: string;
}

/** What is to be mirrored. */
export interface SyncOrder {
  repoUrl: string;
  /** As it was asked for; undefined: the repository's HEAD. */
  ref: string | undefined;
  earlier: EarlierSync | undefined;
}

async function readEarlier(db: Database, projectId: string, repoUrl: string): Promise<EarlierSync | undefined> {
  const { id, head, head_ref, refs, mirror, manifest_key } = repoSyncs;
  const [row] = await db
    .select({ id, head, head_ref, refs, mirror, manifest_key })
    .from(repoSyncs)
    .where(
      and(
        eq(repoSyncs.project_id, projectId),
        eq(repoSyncs.repo_url, repoUrl),
        // Written out: with a parameter a prepared statement would not find the partial index.
        sql`${repoSyncs.status} = 'COMPLETED'`,
      ),
    )
    .orderBy(desc(repoSyncs.completed_at))
    .limit(1);
  if (!row?.head || !row.head_ref || !row.refs || !row.mirror || !row.manifest_key) return undefined;
  const { head: commit, refs: named, mirror: bundles, head_ref: headRef, manifest_key: manifestKey } = row;
  return { id: row.id, head: commit, headRef, refs: named, mirror: bundles, manifestKey };
}

/** Reads what a sync is to do. A mirror of another address is not gone on from. */
export async function readOrder(db: Database, claim: { jobId: string; projectId: string }): Promise<SyncOrder> {
  const [row] = await db
    .select({ repo_url: repoSyncs.repo_url, ref: repoSyncs.ref })
    .from(repoSyncs)
    .where(eq(repoSyncs.id, claim.jobId));
  if (!row) throw new Error("The sync was deleted while it ran.");
  const earlier = await readEarlier(db, claim.projectId, row.repo_url);
  return { repoUrl: row.repo_url, ref: row.ref ?? undefined, earlier };
}
