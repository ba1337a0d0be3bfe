import { reportJob, type RowJob } from "@hivesync/worker/job/report-job";
import type { Deps } from "#deps.ts";
import { attemptRepoSync } from "#repo-sync/attempt-repo-sync.ts";

/** Mirrors a repository and reports its end to the API. */
export async function syncRepo(deps: Deps, job: RowJob): Promise<void> {
  await reportJob(deps, job, { kind: "repo", attempt: attemptRepoSync });
}
