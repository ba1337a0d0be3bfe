import { aiDocument } from "@hivesync/contracts/jobs/ai-document";
import { maintenance } from "@hivesync/contracts/jobs/maintenance";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { repoSync } from "@hivesync/contracts/jobs/repo-sync";
import { documentCode } from "@hivesync/worker/ai/document-code";
import { jobRow, type JobRow } from "@hivesync/worker/job-table";
import { buildPreview } from "@hivesync/worker/preview/build-preview";
import type { Deps } from "#deps.ts";
import type { WorkerCpuEnvironment } from "#env.ts";
import { maintain } from "#handlers/maintain.ts";
import { syncRepo } from "#handlers/sync-repo.ts";

/** What this worker does: one row for each queue that it takes jobs from. */
export function jobsOf(env: WorkerCpuEnvironment): JobRow<Deps>[] {
  const { HIVESYNC_WORKER_CONCURRENCY: previews, HIVESYNC_AI_CONCURRENCY: aiJobs } = env;
  return [
    jobRow({ queue: "preview-cpu", job: previewBuild, handler: buildPreview, concurrency: previews }),
    jobRow({ queue: "ai-cpu", job: aiDocument, handler: documentCode, concurrency: aiJobs }),
    jobRow({ queue: "repo-sync", job: repoSync, handler: syncRepo, concurrency: env.HIVESYNC_REPO_CONCURRENCY }),
    jobRow({ queue: "maintenance", job: maintenance, handler: maintain, concurrency: 1 }),
  ];
}
