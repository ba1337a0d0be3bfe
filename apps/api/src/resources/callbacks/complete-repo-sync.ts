import type { CallbackBody } from "@hivesync/contracts/resources/callbacks";
import { blobs } from "@hivesync/db/schema/blobs";
import { projects } from "@hivesync/db/schema/projects";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { and, eq, sql } from "drizzle-orm";
import { audit, type AuditEvent } from "#audit.ts";
import { endedFields, toldColumns, type WriteEnd } from "#outbox/end-job.ts";
import type { Transaction } from "#transaction.ts";
import { readRepoResult, type MirrorBlob, type RepoResult } from "./read-repo-result.ts";
import type { CalledJob, StoredResult } from "./stored-result.ts";

// Each well within the time that a statement may take.
const blobsPerStatement = 5_000;

/** Notes what the sync has brought into the team's storage, and that it is in use. In the order of the hashes, so that two such transactions do not block each other. */
async function storeBlobs(transaction: Transaction, teamId: string, stored: readonly MirrorBlob[]): Promise<void> {
  for (let first = 0; first < stored.length; first += blobsPerStatement) {
    const batch = stored.slice(first, first + blobsPerStatement);
    const hashes = sql.param(batch.map(({ sha256 }) => sha256));
    const sizes = sql.param(batch.map(({ size }) => size));
    await transaction.execute(sql`
      INSERT INTO ${blobs} (team_id, sha256, size, stored_at)
      SELECT ${teamId}::uuid, s.sha256, s.size, now() FROM unnest(${hashes}::text[], ${sizes}::bigint[]) AS s (sha256, size)
      ON CONFLICT (team_id, sha256) DO UPDATE
      SET stored_at = coalesce(blobs.stored_at, now()), size = excluded.size, last_used_at = now()
      WHERE blobs.stored_at IS NULL OR blobs.size <> excluded.size OR blobs.last_used_at < now() - interval '1 day'`);
  }
}

/** Makes it the project's mirror, unless the settings have come to name another repository or a newer sync was faster. */
async function becomeMirror(transaction: Transaction, job: CalledJob, manifestKey: string): Promise<void> {
  await transaction
    .update(projects)
    .set({ mirror_manifest_key: manifestKey })
    .where(
      and(
        eq(projects.id, job.projectId),
        sql`${projects.mirror_manifest_key} IS DISTINCT FROM ${manifestKey}`,
        sql`EXISTS (
        SELECT 1 FROM ${repoSyncs} own WHERE own.id = ${job.id} AND own.repo_url = ${projects.settings} -> 'repo' ->> 'url'
          AND NOT EXISTS (
            SELECT 1 FROM ${repoSyncs} newer
            WHERE newer.project_id = own.project_id AND newer.repo_url = own.repo_url AND newer.status = 'COMPLETED'
              AND newer.created_at > own.created_at))`,
      ),
    );
}

/** Of the repository's earlier syncs nothing goes on any more: thousands of refs in each would outweigh all else that is kept of them. */
async function forgetEarlierRefs(transaction: Transaction, job: CalledJob): Promise<void> {
  await transaction.execute(sql`
    UPDATE repo_syncs earlier SET refs = NULL, mirror = NULL
    FROM repo_syncs own
    WHERE own.id = ${job.id} AND earlier.project_id = own.project_id AND earlier.repo_url = own.repo_url
      AND earlier.status = 'COMPLETED' AND earlier.id <> own.id AND earlier.refs IS NOT NULL`);
}

function eventsOf({ metrics }: RepoResult, job: CalledJob): AuditEvent[] {
  const event = { project_id: job.projectId };
  const { forced, mirror_lost: reason } = metrics;
  return [
    ...(forced.length > 0
      ? [{ ...event, event_type: "repo_force_pushed" as const, metadata: { job_id: job.id, refs: forced } }]
      : []),
    ...(reason ? [{ ...event, event_type: "repo_mirror_lost" as const, metadata: { job_id: job.id, reason } }] : []),
  ];
}

/** What a sync has to show: its files, the mirror that the next one goes on from, and what was done to the repository's history. */
export async function completeRepoSync(body: CallbackBody, stored: StoredResult): Promise<WriteEnd> {
  const result = await readRepoResult(body, stored);
  const { metrics, shown } = result;
  const { job } = stored;
  return async (transaction, { which, logs_key }) => {
    // Locked before the sync's row, as by everyone who touches both.
    await transaction
      .select({ id: projects.id })
      .from(projects)
      .where(eq(projects.id, job.projectId))
      .for("no key update");
    const rows = await transaction
      .update(repoSyncs)
      .set({
        status: "COMPLETED",
        ...shown,
        forced: metrics.forced,
        deleted: metrics.deleted,
        logs_key,
        timings: metrics.timings ?? null,
        ...endedFields,
      })
      .where(which)
      .returning(toldColumns(repoSyncs));
    if (rows.length === 0) return [];
    await storeBlobs(transaction, job.teamId, result.blobs);
    await becomeMirror(transaction, job, shown.manifest_key);
    await forgetEarlierRefs(transaction, job);
    await audit(transaction, ...eventsOf(result, job));
    return rows.map((row) => ({ ...row, notice: { head: shown.head, files: shown.files } }));
  };
}
