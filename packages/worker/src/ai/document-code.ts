import type { WorkerDeps } from "#deps.ts";
import { reportJob, type RowJob } from "#job/report-job.ts";
import { attemptAi } from "./attempt-ai.ts";

/** Does an AI job and reports its end to the API. */
export async function documentCode(deps: WorkerDeps, job: RowJob): Promise<void> {
  await reportJob(deps, job, { kind: "ai", attempt: attemptAi });
}
