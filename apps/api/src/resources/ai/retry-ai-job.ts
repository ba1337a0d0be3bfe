import { api } from "@hivesync/contracts/api";
import { aiInput } from "@hivesync/contracts/jobs/ai-input";
import type { SubmittedAiJob } from "@hivesync/contracts/resources/ai";
import { operation } from "#operation.ts";
import { jobKinds } from "#outbox/job-kinds.ts";
import { readEarlierInput } from "#submit/read-earlier-input.ts";
import type { Submitter } from "#submit/submit-job.ts";
import { acceptAiJob } from "./accept-ai-job.ts";

/** Asks again for an AI job that has ended. @throws AppError CONFLICT, FILES_MISSING, QUOTA_EXCEEDED, RATE_LIMITED */
export async function submitAiJobAgain(by: Submitter<SubmittedAiJob>, id: string): Promise<SubmittedAiJob> {
  const { projectId, input } = await readEarlierInput(by.deps, jobKinds.ai, { id, schema: aiInput });
  const wanted = [
    { field: "selection", files: input.selection },
    { field: "context.files", files: input.context },
  ];
  return acceptAiJob(by, { projectId, input, wanted, source: "caller", retriedFrom: id });
}

export const retryAiJob = operation(api.ai.retry, ({ deps, actor, scope, input, request, transact }) =>
  submitAiJobAgain({ deps, actor, scope, request, transact }, input.id),
);
