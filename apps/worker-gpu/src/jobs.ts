import { aiDocument } from "@hivesync/contracts/jobs/ai-document";
import { previewBuild } from "@hivesync/contracts/jobs/preview-build";
import { documentCode } from "@hivesync/worker/ai/document-code";
import { jobRow, type JobRow } from "@hivesync/worker/job-table";
import { buildPreview } from "@hivesync/worker/preview/build-preview";
import type { Deps } from "#deps.ts";

/** What this worker does: one row for each queue that it takes jobs from. */
export function jobsOf(concurrency: { previews: number; aiJobs: number }): JobRow<Deps>[] {
  return [
    jobRow({ queue: "preview-gpu", job: previewBuild, handler: buildPreview, concurrency: concurrency.previews }),
    jobRow({ queue: "ai-gpu", job: aiDocument, handler: documentCode, concurrency: concurrency.aiJobs }),
  ];
}
