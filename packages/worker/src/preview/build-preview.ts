import { reportJob, type RowJob } from "#job/report-job.ts";
import type { WorkerDeps } from "#deps.ts";
import { attemptPreview } from "./attempt-preview.ts";

/** Builds a preview and reports its end to the API. */
export async function buildPreview(deps: WorkerDeps, job: RowJob): Promise<void> {
  await reportJob(deps, job, { kind: "preview", attempt: attemptPreview });
}
