import { endedStatuses } from "@hivesync/contracts/jobs/job-state";
import type { ChangedJob } from "@hivesync/contracts/operator";
import { repoSyncs } from "@hivesync/db/schema/repo-syncs";
import { AppError } from "@hivesync/platform/app-error";
import { newId } from "@hivesync/platform/ids";
import { eq } from "drizzle-orm";
import { audit } from "#audit.ts";
import type { Deps } from "#deps.ts";
import { insertSync } from "#repo/insert-sync.ts";
import { acceptJob, type Submitter } from "#submit/submit-job.ts";

/** What a sync that has ended was to mirror. @throws AppError CONFLICT when it has not ended */
async function readEarlierSync(db: Deps["db"], id: string) {
  const [row] = await db
    .select({
      project_id: repoSyncs.project_id,
      status: repoSyncs.status,
      repo_url: repoSyncs.repo_url,
      ref: repoSyncs.ref,
    })
    .from(repoSyncs)
    .where(eq(repoSyncs.id, id));
  if (!row) throw new AppError("NOT_FOUND");
  const { status, ...source } = row;
  if (endedStatuses.includes(status)) return source;
  throw new AppError("CONFLICT", { publicMessage: "This repository sync has not ended yet. Cancel it first." });
}

/**
 * Mirrors the same repository at the same ref again.
 *
 * @throws AppError CONFLICT when it has not ended, or another sync of the project is under way
 */
export async function retryRepoSync(by: Submitter<ChangedJob>, id: string): Promise<ChangedJob> {
  const { deps, actor, operator, scope } = by;
  const earlier = await readEarlierSync(deps.db, id);
  return acceptJob(by, "repo", () =>
    by.transact(async (transaction) => {
      const syncId = newId();
      await insertSync(transaction, {
        ...earlier,
        id: syncId,
        requested_by: actor.userId,
        priority: deps.settings.tiers[actor.tier].priority,
        input_key: `t/${scope.teamId}/repos/${syncId}/`,
        retried_from: id,
      });
      await audit(transaction, {
        event_type: "repo_requested",
        user_id: actor.userId,
        actor_id: operator?.userId ?? actor.userId,
        project_id: earlier.project_id,
        metadata: { job_id: syncId, repo_url: earlier.repo_url, ref: earlier.ref, retried_from: id },
      });
      return { job_id: syncId, kind: "repo", status: "QUEUED" };
    }),
  );
}
