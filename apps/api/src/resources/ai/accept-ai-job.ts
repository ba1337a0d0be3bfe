import type { AiInput } from "@hivesync/contracts/jobs/ai-input";
import type { SubmittedAiJob } from "@hivesync/contracts/resources/ai";
import { aiJobs } from "@hivesync/db/schema/ai-jobs";
import { requireStoredFiles, type WantedFiles } from "#submit/require-stored-files.ts";
import { acceptJob, auditRequest, newJobRow, toStoredInput, type Submitter } from "#submit/submit-job.ts";

/** What is to be written about, for which project. */
export interface AiSubmission extends WantedFiles {
  projectId: string;
  /** Its files are the wanted ones, which have the caller's names for them. */
  input: AiInput;
  retriedFrom: string | null;
}

/**
 * Accepts an AI job: checks files and limits, writes its row, and wakes the dispatcher.
 *
 * @throws AppError FILES_MISSING, or CONFLICT of files of the mirror; QUOTA_EXCEEDED, RATE_LIMITED
 */
export async function acceptAiJob(by: Submitter<SubmittedAiJob>, submission: AiSubmission): Promise<SubmittedAiJob> {
  const { deps, scope } = by;
  const { input, projectId, retriedFrom } = submission;
  await requireStoredFiles(deps, scope.teamId, submission);
  const files = input.selection.length + input.context.length;
  const stored = toStoredInput(scope.teamId, input);
  return acceptJob(by, "ai", async () => {
    const [row] = await Promise.all([
      newJobRow(by, "ai", { projectId, retriedFrom, inputKey: stored.key }),
      deps.storage.put(stored.key, stored.json, "application/json"),
    ]);
    return by.transact(async (transaction) => {
      // Sent one behind the other, without waiting between.
      await Promise.all([
        auditRequest(transaction, "ai", { row, files, operator: by.operator }),
        transaction.insert(aiJobs).values({ ...row, job_type: input.job_type }),
      ]);
      return { job_id: row.id, status: "QUEUED" as const, queue: row.queue };
    });
  });
}
